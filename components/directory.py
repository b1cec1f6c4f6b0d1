"""The team's Active Directory: made by AWS, or an existing one described by the stack file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket
from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
from components.domain_controllers import DomainControllers, DomainControllersArgs
from components.ldaps_front import LdapsFront, LdapsFrontArgs
from components.name_servers import NameServers, NameServersArgs
from components.secret import Secret, SecretArgs
from planning import directory as planned
from scripts.domain_controller import bundle
from settings import Settings

_CLOSED = (
    'directory.kind "simple-ad": AWS takes no new customers for Simple AD since 2026. Where this account has not used it before, '
    "AWS will refuse to make the directory (CreateDirectory): take managed-ad then"
)
_CONTROLLERS = 2
"""AWS makes two, one a subnet (Directory Service Administration Guide)."""
READ_ONLY_USER = "ReadOnlyUser"
"""The account that nodes bind as, in directories that the platform makes; the directory tool creates it."""


@dataclass(frozen=True, kw_only=True)
class DirectoryArgs:
    settings: Settings
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Output[list[str]]
    clients: Mapping[str, pulumi.Input[str]]
    """Security groups of those who bind over LDAPS, by role."""
    vpc_cidrs: pulumi.Input[list[str]]
    bucket: Bucket
    """Domain controllers of the platform have their program, configuration and backups there."""
    partition: pulumi.Output[str]
    needs: list[pulumi.Resource]
    """What created instances need at their first boot."""


class Directory(pulumi.ComponentResource):
    """One of the kinds of settings.directory.Directory, behind the same outputs."""

    domain_name: pulumi.Output[str]
    servers: pulumi.Output[list[str]]
    """Addresses of the domain controllers, which serve DNS too."""
    access_url: pulumi.Output[str | None]
    admin_user: str
    admin_secret_arn: pulumi.Output[str]
    admin_password: pulumi.Output[str]
    read_only_user: pulumi.Output[str]
    """Distinguished name."""
    read_only_secret_arn: pulumi.Output[str]
    read_only_password: pulumi.Output[str] | None
    """For the directory tool, which creates the account; None where the directory has it already."""
    users_ou: str | None
    """Distinguished name of the container for users; None for the domain's own default."""
    service_ou: str | None
    """The same for the read-only account."""
    ldaps_servers: list[str]
    """Names under which nodes reach LDAPS; empty where nothing serves it."""
    search_base: str | None
    """Where nodes look for accounts; None for the domain's root."""
    ca_certificate: pulumi.Output[str] | None
    """PEM of the authority that signed the certificates of these names; None for one that the nodes' image trusts by itself."""

    def __init__(self, name: str, args: DirectoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Directory", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._settings = args.settings.directory
        self.users_ou = self.service_ou = None
        self.search_base = self._settings.search_base
        given = self._settings.ca_certificate
        self.ca_certificate = pulumi.Output.from_input(given) if given else None
        self.ldaps_servers = [self._settings.server_name] if self._settings.server_name else []
        if self._settings.kind == "simple-ad":
            pulumi.warn(_CLOSED)
        if self._settings.kind == "existing":
            self._use_existing()
        else:
            self._create()
        if self._settings.resolution != "ldaps-name":
            self._answer_for_names(self._settings.resolution)
        self.domain_name = pulumi.Output.from_input(self._settings.domain_name)
        self.register_outputs(
            {
                "domain_name": self.domain_name,
                "servers": self.servers,
                "access_url": self.access_url,
                "admin_secret_arn": self.admin_secret_arn,
                "admin_password": self.admin_password,
                "read_only_user": self.read_only_user,
                "read_only_secret_arn": self.read_only_secret_arn,
                "read_only_password": self.read_only_password,
                "ca_certificate": self.ca_certificate,
            }
        )

    def _use_existing(self) -> None:
        settings = self._settings
        assert settings.admin_secret_arn
        assert settings.read_only_secret_arn
        assert settings.read_only_user
        found = aws.secretsmanager.get_secret_version_output(
            secret_id=settings.admin_secret_arn, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        self.servers = pulumi.Output.from_input(list(settings.servers))
        self.access_url = pulumi.Output.from_input(None)
        self.admin_user = settings.admin_user
        self.admin_secret_arn = pulumi.Output.from_input(settings.admin_secret_arn)
        self.admin_password = pulumi.Output.secret(found.secret_string)
        self.read_only_user = pulumi.Output.from_input(planned.bind_dn(settings.read_only_user))
        self.read_only_secret_arn = pulumi.Output.from_input(settings.read_only_secret_arn)
        self.read_only_password = None

    def _create(self) -> None:
        admin = self._secret("admin", "Administrator of the directory", given=True)
        reader = self._secret("read-only", "The account that cluster nodes bind to the directory with", given=False)
        base = planned.base(self._settings.domain_name)
        if self._settings.kind == "managed-ad":
            # AWS delegates one container, named after the domain's short name (Directory Service Administration Guide).
            delegated = f"ou={self._settings.domain_name.split('.')[0]},{base}"
            self.users_ou, self.service_ou = f"ou=Users,{delegated}", f"ou=Service,{delegated}"
            self.admin_user = "Admin"
        else:
            delegated = base
            self.admin_user = "Administrator"
        self.admin_secret_arn, self.admin_password = admin.arn, admin.value
        self.read_only_user = pulumi.Output.from_input(f"cn={READ_ONLY_USER},ou=Service,{delegated}")
        self.read_only_secret_arn, self.read_only_password = reader.arn, reader.value
        if self._settings.kind == "samba-ad":
            self._run_controllers(admin)
            return
        directory = self._directory(admin)
        self.servers = directory.dns_ip_addresses.apply(sorted)
        self.access_url = directory.access_url
        if not self.ldaps_servers:
            self._serve_ldaps()

    def _run_controllers(self, admin: Secret) -> None:
        args, authority = self._args, self._authority()
        controllers = DomainControllersArgs(
            settings=self._settings,
            region=args.settings.region,
            vpc_id=args.vpc_id,
            subnet_ids=args.subnet_ids,
            vpc_cidrs=args.vpc_cidrs,
            partition=args.partition,
            permissions_boundary=args.settings.cluster.iam.permissions_boundary,
            bucket=args.bucket,
            program=bundle.build(),
            admin_secret_arn=admin.arn,
            authority=authority,
            protected=args.settings.protected,
            needs=[*args.needs, admin],
        )
        made = DomainControllers(self._name, controllers, self._child)
        self.servers, self.ldaps_servers = made.servers, made.names
        self.access_url = pulumi.Output.from_input(None)
        self.ca_certificate = authority.certificate

    def _serve_ldaps(self) -> None:
        """An endpoint in front of the two controllers that AWS makes, with the given certificate or one of the stack's own."""
        given, args = self._settings.ldaps.certificate_arn, self._args
        fqdn = planned.ldaps_name(self._settings.domain_name, self._settings.ldaps.name)
        authority = None if given else self._authority()
        if authority:
            self.ca_certificate = authority.certificate
        front = LdapsFrontArgs(
            fqdn=fqdn,
            certificate_arn=given,
            issued=authority.issue("ldaps", dns_names=[fqdn]) if authority else None,
            authority=self.ca_certificate,
            vpc_id=args.vpc_id,
            subnet_ids=args.subnet_ids,
            servers=[self.servers[index] for index in range(_CONTROLLERS)],
            clients=args.clients,
        )
        LdapsFront(f"{self._name}-ldaps", front, self._child)
        self.ldaps_servers = [fqdn]

    def _answer_for_names(self, kind: Literal["resolver-rule", "dhcp-options"]) -> None:
        servers = len(self._settings.servers) or _CONTROLLERS
        args = NameServersArgs(
            kind=kind,
            domain_name=self._settings.domain_name,
            servers=[self.servers[index] for index in range(servers)],
            vpc_id=self._args.vpc_id,
            subnet_ids=[self._args.subnet_ids[index] for index in range(2)],
        )
        NameServers(f"{self._name}-dns", args, self._child)

    def _authority(self) -> CertificateAuthority:
        args = CertificateAuthorityArgs(
            common_name=f"Directory {self._settings.domain_name} of {self._args.settings.team}",
            protected=self._args.settings.protected,
            edition=self._settings.certificate_edition,
        )
        return CertificateAuthority(f"{self._name}-ca", args, self._child)

    def _secret(self, role: str, description: str, *, given: bool) -> Secret:
        settings = self._args.settings
        return Secret(
            f"{self._name}-{role}",
            SecretArgs(
                secret_name=f"{self._name}-{role}",
                description=description,
                given=settings.directory_admin_password if given else None,
                protected=settings.protected,
            ),
            self._child,
        )

    def _directory(self, admin: Secret) -> aws.directoryservice.Directory:
        kind = self._settings.kind
        # State name: changing it, the domain name or the kind destroys the directory and its accounts.
        return aws.directoryservice.Directory(
            self._name,
            name=self._settings.domain_name,
            password=admin.value,
            type="SimpleAD" if kind == "simple-ad" else "MicrosoftAD",
            size=self._settings.size if kind == "simple-ad" else None,
            edition=self._settings.edition if kind == "managed-ad" else None,
            # Exactly two subnets, in two zones (Directory Service API, DirectoryVpcSettings).
            vpc_settings={
                "vpc_id": self._args.vpc_id,
                "subnet_ids": self._args.subnet_ids.apply(lambda ids: ids[:2]),
            },
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(protect=self._args.settings.protected)
            ),
        )
