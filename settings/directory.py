"""`directory`, `jumpHost`, `ssh` and `users`: who may log in, and the host from which accounts are made."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from settings.base import AmiId, InstanceType, SecretArn, Section

DomainName = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$", max_length=64)
]
UserName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,19}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$", max_length=253)]
_NOT_YET = {"samba-ad": "two Samba domain controllers on EC2"}


class Directory(Section):
    """The team's Active Directory.

    - `none`: no directory; the nodes have the image's default user only.
    - `simple-ad`: AWS Simple AD, for accounts that already use it (AWS takes no new customers for it, 2026).
    - `managed-ad`: AWS Managed Microsoft AD.
    - `existing`: domain controllers that somebody else runs; `servers`, the admin's and the read-only user's secrets are required.
    """

    kind: Literal["none", "simple-ad", "managed-ad", "existing", "samba-ad"] = "none"
    """Where the directory, or the jump host, comes from."""
    domain_name: DomainName = "hpc.internal"
    """The directory's DNS name."""
    size: Literal["Small", "Large"] = "Small"
    """Simple AD only: Small holds about 500 users, Large about 5000 (AWS)."""
    edition: Literal["Standard", "Enterprise"] = "Standard"
    """Managed AD only."""
    servers: tuple[Address, ...] = ()
    """Addresses of the domain controllers (`existing`)."""
    server_name: Address | None = None
    """The name in the certificate that the controllers show on LDAPS (`existing`); nodes connect to `ldaps://<this>`."""
    admin_user: str = "Administrator"
    """The account that creates users."""
    admin_secret_arn: SecretArn | None = None
    """Plain-string secret with its password (`existing`)."""
    read_only_user: str | None = None
    """Distinguished name of the account that nodes bind as (`existing`); never an administrator."""
    read_only_secret_arn: SecretArn | None = None
    """Plain-string secret with the read-only account's password (`existing`)."""
    ca_certificate: str | None = None
    """PEM text of the authority that signed the controllers' certificate (`existing`)."""

    @model_validator(mode="after")
    def _kind_is_served(self) -> Self:
        if self.kind in _NOT_YET:
            raise ValueError(
                f'kind "{self.kind}" ({_NOT_YET[self.kind]}) is not there yet: take managed-ad, existing or none'
            )
        if self.kind == "existing":
            needed = {
                "servers": self.servers,
                "serverName": self.server_name,
                "adminSecretArn": self.admin_secret_arn,
                "readOnlyUser": self.read_only_user,
                "readOnlySecretArn": self.read_only_secret_arn,
            }
            missing = [key for key, value in needed.items() if not value]
            if missing:
                raise ValueError(f'kind "existing" needs {", ".join(missing)}: set what is missing')
        return self


class JumpHost(Section):
    """The host inside the network on which the directory tool runs.

    - `none`: no jump host, so no declared users.
    - `ec2`: an instance of the platform: IMDSv2 only, reachable by Session Manager, and by SSH as `network.allowedCidrs` allows.
    - `existing`: a host with python3-ldap and Kerberos tools that is reached by SSH; `host` is required.
    """

    kind: Literal["none", "ec2", "existing"] = "none"
    """Where the directory, or the jump host, comes from."""
    instance_type: InstanceType = "t3.small"
    """Of a created jump host."""
    ami: AmiId | None = None
    """Default: Canonical's newest Ubuntu 24.04 LTS at the time of the first `up`."""
    public: bool = False
    """Whether the instance stands in a public subnet with a public address."""
    host: Address | None = None
    """Address of an existing jump host."""
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    """Of its SSH server."""
    user: str | None = None
    """Login; default `ubuntu` on a created one."""
    host_key: str | None = None
    """The host's public key line (`ssh-ed25519 AAAA…`); without it the first answer is trusted."""

    @model_validator(mode="after")
    def _existing_has_host(self) -> Self:
        if self.kind == "existing" and not (self.host and self.user):
            raise ValueError('kind "existing" needs host and user: the address and the login of the jump host')
        if self.kind != "existing" and self.host:
            raise ValueError(f'host is for kind "existing" only, and kind is "{self.kind}": remove host or change kind')
        return self


class Ssh(Section):
    """The EC2 key pair of the image's default user on head node, login nodes and jump host. Session Manager needs none."""

    key_name: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    """An existing key pair."""
    public_key: Annotated[str, StringConstraints(pattern=r"^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$")] | None = (
        None
    )
    """A public key line that is imported as the team's key pair; its private half never leaves its owner."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.key_name and self.public_key:
            raise ValueError("keyName and publicKey exclude each other: remove one")
        return self


class Users(Section):
    """Accounts made by name: `prefix` + number padded to `width`, from `start` on, `count` of them, all in `group`."""

    prefix: UserName = "posit"
    """What names begin with."""
    count: Annotated[int, Field(ge=0, le=20_000)] = 0
    """How many accounts."""
    start: Annotated[int, Field(ge=0)] = 1
    """Number of the first."""
    width: Annotated[int, Field(ge=1, le=9)] = 4
    """Digits, padded with zeros."""
    group: UserName = "hpcusers"
    """The group of all of them; made if it is not there."""

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        longest = f"{self.prefix}{self.start + max(self.count - 1, 0):0{self.width}d}"
        if len(longest) > 20:
            raise ValueError(f'the name "{longest}" is longer than 20 characters (AD): shorten prefix or width')
        return self
