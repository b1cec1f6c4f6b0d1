"""`Settings`: a whole stack file. Three keys are required: team, email, region."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from settings.api_host import ApiHost
from settings.base import Email, Section, checked, form, refuse
from settings.budget import Budget
from settings.cluster import Cluster
from settings.databases import Databases
from settings.directory import Directory, JumpHost, Ssh, Users
from settings.facts import REGIONS
from settings.image import Image
from settings.local_users import LocalUsers
from settings.monitoring import Monitoring
from settings.nearest import nearest
from settings.network import Network
from settings.secrets import DirectoryPassword, MySqlPassword, PostgreSqlPassword
from settings.storage import Storage
from settings.tags import SIGNS, TagKey, TagValue

Team = Annotated[
    str,
    form(
        r"[a-z][a-z0-9-]*[a-z0-9]",
        "2 to 20 lower-case letters, digits and hyphens, a letter first, no hyphen last",
        longest=20,
    ),
]


def _region(code: str) -> None:
    if code in REGIONS:
        return
    zone = code[:-1] if code[:-1] in REGIONS else None
    near = zone or nearest(code, REGIONS) or "eu-west-1"
    raise refuse(
        "region",
        "is an availability zone" if zone else "is no AWS region",
        allowed=f"a region's code; the nearest is {near}",
        fix=f"write {near}, or another code of: aws ec2 describe-regions --all-regions",
    )


CostTag = Annotated[str, form(r"[\w .:/=+@-]+", f"1 to 128 {SIGNS}", longest=128)]

OWN_TAGS = ("hpcstack:team", "hpcstack:stack", "hpcstack:environment", "hpcstack:owner")
"""Keys of the platform's own tags."""

SECRET_KEYS = ("directoryAdminPassword", "applicationsDatabasePassword", "slurmDatabasePassword", "jumpHostPrivateKey")
"""Flat keys that must be set with `pulumi config set --secret`; all but the last are generated when absent."""


class Settings(Section):
    """What a team wants. The section classes document their keys."""

    team: Team
    """The team's name; part of all names."""
    email: Email
    """Whom to ask about this platform; a tag on everything."""
    region: Annotated[str, checked(_region)]
    """AWS region."""
    environment: Literal["dev", "prod"] = "dev"
    """`prod` switches protection on as one decision: deletion protection, final snapshots, protect, Multi-AZ, longer backups."""
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=36)] = {}
    """Tags on everything that is made, beside the platform's own."""
    cost_allocation_tags: tuple[CostTag, ...] = ()
    """Tags by which bills, Cost Explorer and budgets tell costs apart: hpcstack:team, :stack, :environment, :owner, keys of `tags`.

    Each is activated for the whole account, and stays so after a `destroy`. Only an account that pays its own bills may do this,
    and AWS knows a key only hours after something bears it: add it at a later `up`.
    """
    network: Network = Network()
    directory: Directory = Directory()
    jump_host: JumpHost = JumpHost()
    ssh: Ssh = Ssh()
    users: Users = Users()
    local_users: LocalUsers | None = None
    databases: Databases = Databases()
    storage: Storage = Storage()
    image: Image = Image()
    cluster: Cluster = Cluster()
    api_host: ApiHost | None = None
    """A private machine beside the cluster, for what uses Slurm's REST API; made when the section is present (`apiHost: {}`)."""
    monitoring: Monitoring = Monitoring()
    budget: Budget | None = None
    directory_admin_password: DirectoryPassword | None = None
    """Of the directory's administrator. Generated when absent."""
    applications_database_password: PostgreSqlPassword | None = None
    """Of the applications database's user. Generated when absent."""
    slurm_database_password: MySqlPassword | None = None
    """Of the accounting database's user. Generated when absent."""
    jump_host_private_key: SecretStr | None = None
    """For SSH to the jump host. Without it the SSH agent of whoever runs pulumi is used."""

    @property
    def log_retention_days(self) -> int:
        """Days that logs of the platform are kept."""
        return self.monitoring.log_retention_days or (90 if self.protected else 14)

    @property
    def tells(self) -> bool:
        """Whether there are alarms that tell somebody."""
        watch = self.monitoring
        said = bool(watch.alarm_emails or watch.sns_topic_arn)
        return self.protected or said if watch.alarms is None else watch.alarms

    @property
    def protected(self) -> bool:
        """Whether stateful resources are guarded against deletion."""
        return self.environment == "prod"
