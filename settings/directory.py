"""`directory`, `jumpHost`, `ssh` and `users`: who may log in, and the host from which accounts are made."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import AmiId, CertificateArn, InstanceType, SecretArn, Section, checked, form, refuse

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DomainName = Annotated[
    str,
    form(
        rf"({_LABEL}\.)+[a-z]([a-z0-9-]*[a-z0-9])?",
        "a DNS name of two labels or more in lower case, 64 characters at most, such as hpc.example.org",
        longest=64,
    ),
]
_USER = "lower-case letters, digits, _ and -, a letter or _ first, 20 characters at most"
UserName = Annotated[str, form(r"[a-z_][a-z0-9_-]*", _USER, longest=20)]
"""Active Directory takes 20 characters for `sAMAccountName`."""
Address = Annotated[
    str,
    form(
        r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?",
        "a host name or an IPv4 address, without a scheme, a port or a path",
        "write the name alone, such as dc1.example.org",
        longest=253,
    ),
]
AccountName = Annotated[
    str,
    form(
        r"[^\\/\[\]:;|=,+*?<>\"@\s]+",
        "an account's plain name, such as Administrator, 20 characters at most",
        "write the name without the domain",
        longest=20,
    ),
]
DistinguishedName = Annotated[
    str,
    form(
        r"(?i)[a-z]+=(\\.|[^,\\])+(,[a-z]+=(\\.|[^,\\])+)*",
        "a distinguished name such as cn=ReadOnlyUser,ou=Service,dc=example,dc=org",
        "look it up in the directory: the attribute distinguishedName of the account",
    ),
]
SearchBase = Annotated[
    str,
    form(
        r"(?i)[a-z]+=(\\.|[^,\\])+(,[a-z]+=(\\.|[^,\\])+)*",
        "the distinguished name of a container, such as ou=People,dc=example,dc=org",
        "look it up in the directory: the attribute distinguishedName of the container",
    ),
]
Login = Annotated[str, form(r"[a-z_][a-z0-9_.-]*", "a login such as ubuntu, 32 characters at most", longest=32)]
HostKey = Annotated[
    str,
    form(
        r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]+( .*)?\n?",
        "a public key line: kind, then the key",
        "run: ssh-keyscan <host>, compare the key with the host's own, and leave out the host's name",
    ),
]
KeyName = Annotated[str, form(r"\S(.*\S)?", "the name of an EC2 key pair, 255 characters at most", longest=255)]
PublicKey = Annotated[
    str,
    form(
        r"(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?",
        "one public key line of ssh-ed25519 or ssh-rsa",
        "paste the one line of the .pub file, such as ~/.ssh/id_ed25519.pub",
    ),
]
ListFile = Annotated[
    str,
    form(
        r"(?!.*(^|/)\.{1,2}(/|$))[\w.-]+(/[\w.-]+)*\.(ya?ml|csv)",
        "a path below the project's folder, such as users.yaml: .yaml, .yml or .csv, without ..",
        "put the list beside the stack file, and write its name",
        longest=128,
    ),
]


CONTROLLERS = ("dc1", "dc2")
"""Host names of the controllers of `samba-ad`; the first one makes the domain."""


def _certificate(text: str) -> None:
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise refuse(
            "certificate",
            "is no certificate in PEM",
            allowed="text with a line -----BEGIN CERTIFICATE-----",
            fix="paste the PEM text of the authority's certificate below `caCertificate: |`",
        )


Certificate = Annotated[str, checked(_certificate)]
"""Of an authority, in PEM."""


GroupName = Annotated[
    str,
    form(
        r"[A-Za-z0-9_][A-Za-z0-9 _.-]{0,62}|(?i:cn)=(\\.|[^,\\])+(,[A-Za-z]+=(\\.|[^,\\])+)+",
        "a group's name such as hpcusers, or its distinguished name",
        "take the name alone for a group that the directory tool made, else its attribute distinguishedName",
    ),
]


class Ldaps(Section):
    """The LDAPS endpoint in front of a directory that AWS runs: a network load balancer inside the VPC, from port 636 with TLS to
    port 389 of the controllers."""

    name: DomainName | None = None
    """The name under which nodes reach it; default `ldaps.<domainName>`. A private zone of just this name leads there."""
    certificate_arn: CertificateArn | None = None
    """A certificate of Certificate Manager for this name. Without it the stack's own authority issues one."""


class Directory(Section):
    """The team's Active Directory.

    - `none`: no directory; the nodes have the image's default user only.
    - `simple-ad`: AWS Simple AD, for accounts that already use it (AWS takes no new customers for it, 2026).
    - `managed-ad`: AWS Managed Microsoft AD.
    - `samba-ad`: two Samba domain controllers on EC2 in two zones: what Simple AD is inside, in the team's own account.
    - `existing`: domain controllers that somebody else runs; `servers`, the admin's and the read-only user's secrets are required.
    """

    kind: Literal["none", "simple-ad", "managed-ad", "samba-ad", "existing"] = "none"
    """Where the directory comes from."""
    domain_name: DomainName = "hpc.internal"
    """The directory's DNS name."""
    size: Literal["Small", "Large"] = "Small"
    """Simple AD only: Small holds about 500 users, Large about 5000 (AWS)."""
    edition: Literal["Standard", "Enterprise"] = "Standard"
    """Managed AD only."""
    instance_type: InstanceType = "t3.small"
    """Samba AD only: of each of its two controllers. Passwords of new users are hashed there, one processor at a time."""
    backup_retention_days: Annotated[int, Field(ge=1, le=365)] = 35
    """Samba AD only: for how many days the daily backups in the stack's bucket are kept."""
    max_password_age: Annotated[int, Field(ge=0, le=999)] = 0
    """Samba AD only: days after which a password must be changed. 0: never, since nodes offer no way to change an expired one."""
    min_password_length: Annotated[int, Field(ge=7, le=14)] = 12
    """Samba AD only: signs of a password at least (Active Directory takes 14 at most here)."""
    servers: tuple[Address, ...] = ()
    """Addresses of the domain controllers (`existing`)."""
    server_name: Address | None = None
    """The name in the certificate that the controllers show on LDAPS (`existing`); nodes connect to `ldaps://<this>`. With
    `simple-ad` and `managed-ad`: an LDAPS endpoint of your own, so that none is made."""
    ldaps: Ldaps = Ldaps()
    admin_user: AccountName = "Administrator"
    """The account that creates users."""
    admin_secret_arn: SecretArn | None = None
    """Plain-string secret with its password (`existing`)."""
    read_only_user: DistinguishedName | None = None
    """Distinguished name of the account that nodes bind as (`existing`); never an administrator."""
    read_only_secret_arn: SecretArn | None = None
    """Plain-string secret with the read-only account's password (`existing`)."""
    ca_certificate: Certificate | None = None
    """PEM text of the authority that signed the certificate of `serverName`, or of `ldaps.certificateArn`. Without it the nodes'
    image must know that authority."""
    certificate_edition: Annotated[int, Field(ge=1, le=999)] = 1
    """Of the certificates that the stack's own authority issues: another number has them issued anew, before they end."""
    search_base: SearchBase | None = None
    """Where nodes look for users and groups (`existing`); default the domain's own root."""
    allowed_groups: tuple[GroupName, ...] = ()
    """Who may log in to nodes: members of one of these groups. Without it everybody whose account is enabled."""
    generate_ssh_keys: bool = True
    """Whether a user's first login makes an SSH key for the way between nodes."""
    resolution: Literal["ldaps-name", "resolver-rule", "dhcp-options"] = "ldaps-name"
    """Which names of the domain machines of the VPC can look up: that of LDAPS alone, and nodes need no more; all of them, by an
    outbound endpoint of Route 53 Resolver and a rule; or all, with the controllers as name servers of the VPC that is made."""


class JumpHost(Section):
    """The host inside the network on which the directory tool runs.

    - `none`: no jump host, so no declared users.
    - `ec2`: an instance of the platform, IMDSv2 only. It holds no state: it may be replaced at any time.
    - `existing`: a host with python3-ldap and Kerberos tools that is reached by SSH; `host` is required.
    """

    kind: Literal["none", "ec2", "existing"] = "none"
    """Where the jump host comes from."""
    access: Literal["ssm", "ssh"] | None = None
    """How it is reached. `ssm` (default of `ec2`): by Systems Manager, without a key or an open port.
    `ssh` (always with `existing`): by the team's key pair, as `network.allowedCidrs` allows."""
    instance_type: InstanceType = "t3.small"
    """Of a created jump host; the default image follows its architecture."""
    ami: AmiId | None = None
    """Of a created jump host. Default: Canonical's newest Ubuntu 24.04 LTS at the time of the first `up`, kept from then on."""
    public: bool | None = None
    """Whether the instance stands in a public subnet with a public address. Default: in `network.layout: all-public` only."""
    host: Address | None = None
    """Address of an existing jump host."""
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    """Of its SSH server."""
    user: Login | None = None
    """Login; default `ubuntu` on a created one."""
    host_key: HostKey | None = None
    """The host's public key line (`ssh-ed25519 AAAA…`); without it the first answer is trusted."""

    @property
    def over_ssm(self) -> bool:
        """Whether commands reach it by Systems Manager; else by SSH."""
        return self.kind == "ec2" and self.access != "ssh"


class Ssh(Section):
    """The EC2 key pair of the image's default user on head node, login nodes and jump host. Session Manager needs none."""

    key_name: KeyName | None = None
    """An existing key pair."""
    public_key: PublicKey | None = None
    """A public key line that is imported as the team's key pair; its private half never leaves its owner."""


class Users(Section):
    """The accounts that each `up` makes be: a series by number, or a list in a file. What is taken out of either is left as it is.

    A series: `prefix` + number padded to `width`, from `start` on, `count` of them, all in `group`.
    """

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
    file: ListFile | None = None
    """The list of users and groups, in place of `count`: docs/directory-tool.md has its keys."""
    new_passwords: Literal["secret", "object"] = "secret"
    """Where new passwords wait to be fetched if the jump host is reached by `ssm`: in a secret of Secrets Manager, or in objects of
    the stack's bucket below `new-passwords/`, encrypted with the account's KMS key for S3 (`aws/s3`) and deleted when fetched."""

    @property
    def declared(self) -> bool:
        """Whether `up` has users to make."""
        return bool(self.count or self.file)
