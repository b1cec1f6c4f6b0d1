"""`Settings`: a whole stack file. Three keys are required: team, email, region."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from settings.base import Section
from settings.cluster import Cluster, Image, Storage
from settings.databases import Databases
from settings.directory import Directory, JumpHost, Ssh, Users
from settings.network import Network

Team = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]


def _not_reserved(key: str) -> str:
    reserved = next((prefix for prefix in ("aws:", "parallelcluster:") if key.lower().startswith(prefix)), None)
    if reserved:
        raise ValueError(f'starts with "{reserved}", which is reserved: take another key')
    return key


TagKey = Annotated[str, StringConstraints(pattern=r"^[\w .:/=+@-]+$", max_length=128), AfterValidator(_not_reserved)]
TagValue = Annotated[str, StringConstraints(pattern=r"^[\w .:/=+@-]*$", max_length=256)]

SECRET_KEYS = ("directoryAdminPassword", "applicationsDatabasePassword", "slurmDatabasePassword", "jumpHostPrivateKey")
"""Flat keys that must be set with `pulumi config set --secret`; all but the last are generated when absent."""


class Settings(Section):
    """What a team wants. The section classes document their keys."""

    team: Team
    """The team's name; part of all names."""
    email: Email
    """Whom to ask about this platform; a tag on everything."""
    region: Region
    """AWS region."""
    environment: Literal["dev", "prod"] = "dev"
    """`prod` switches protection on as one decision: deletion protection, final snapshots, protect, Multi-AZ, longer backups."""
    tags: dict[TagKey, TagValue] = {}
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
    directory_admin_password: SecretStr | None = Field(default=None, min_length=8)
    """Of the directory's administrator. Generated when absent."""
    applications_database_password: SecretStr | None = Field(default=None, min_length=8)
    """Of the applications database's user. Generated when absent."""
    slurm_database_password: SecretStr | None = Field(default=None, min_length=8)
    """Of the accounting database's user. Generated when absent."""
    jump_host_private_key: SecretStr | None = None
    """For SSH to the jump host. Without it the SSH agent of whoever runs pulumi is used."""

    @model_validator(mode="after")
    def _users_have_a_directory(self) -> Self:
        if self.users.count and self.directory.kind == "none":
            raise ValueError(
                'users.count needs a directory, and directory.kind is "none": set directory.kind, or users.count to 0'
            )
        if self.users.count and self.jump_host.kind == "none":
            raise ValueError(
                'users.count needs a jump host, and jumpHost.kind is "none": set jumpHost.kind to ec2 or existing'
            )
        if self.directory.kind in ("simple-ad", "managed-ad") and self.jump_host.kind == "none":
            raise ValueError(
                f'directory.kind "{self.directory.kind}" needs a jump host, on which the read-only account of the nodes is '
                "made: set jumpHost.kind to ec2 or existing"
            )
        return self

    @property
    def protected(self) -> bool:
        """Whether stateful resources are guarded against deletion."""
        return self.environment == "prod"
