"""`Settings`: a whole stack file. Three keys are required: team, email, region."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from settings.base import Section, checked, form, refuse
from settings.cluster import Cluster
from settings.databases import Databases
from settings.directory import Directory, JumpHost, Ssh, Users
from settings.facts import REGIONS
from settings.image import Image
from settings.nearest import nearest
from settings.network import Network
from settings.secrets import DirectoryPassword, MySqlPassword, PostgreSqlPassword
from settings.storage import Storage

Team = Annotated[
    str,
    form(
        r"[a-z][a-z0-9-]*[a-z0-9]",
        "2 to 20 lower-case letters, digits and hyphens, a letter first, no hyphen last",
        longest=20,
    ),
]
Email = Annotated[
    str,
    form(
        r"[\w.+-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
        "one address such as hpc-admins@example.org, 254 characters at most",
        longest=254,
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


def _free_key(key: str) -> None:
    reserved = next((one for one in ("aws:", "parallelcluster:", "hpcstack:") if key.lower().startswith(one)), None)
    if reserved:
        raise refuse(
            "tag-reserved",
            f"begins with {reserved}, which is reserved",
            allowed="a key of the team's own",
            fix=f"rename it, such as {key[len(reserved) :] or 'costCenter'}",
        )


_SIGNS = "letters, digits, spaces and _ . : / = + - @"
TagKey = Annotated[str, form(r"[\w .:/=+@-]+", f"1 to 128 {_SIGNS}", longest=128), checked(_free_key)]
TagValue = Annotated[str, form(r"[\w .:/=+@-]*", f"up to 256 {_SIGNS}", longest=256)]

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
    network: Network = Network()
    directory: Directory = Directory()
    jump_host: JumpHost = JumpHost()
    ssh: Ssh = Ssh()
    users: Users = Users()
    databases: Databases = Databases()
    storage: Storage = Storage()
    image: Image = Image()
    cluster: Cluster = Cluster()
    directory_admin_password: DirectoryPassword | None = None
    """Of the directory's administrator. Generated when absent."""
    applications_database_password: PostgreSqlPassword | None = None
    """Of the applications database's user. Generated when absent."""
    slurm_database_password: MySqlPassword | None = None
    """Of the accounting database's user. Generated when absent."""
    jump_host_private_key: SecretStr | None = None
    """For SSH to the jump host. Without it the SSH agent of whoever runs pulumi is used."""

    @property
    def protected(self) -> bool:
        """Whether stateful resources are guarded against deletion."""
        return self.environment == "prod"
