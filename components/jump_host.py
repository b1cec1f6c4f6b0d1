"""The jump host: an instance of the platform, or an existing host that is reached by SSH."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_command as command
from pydantic import SecretStr

from components.machine_role import machine_role
from components.newest_ubuntu import newest_ubuntu
from settings.directory import JumpHost as JumpHostSettings
from settings.facts.machines import architecture

_USER_DATA = Path(__file__).parent.parent / "scripts/jump_host/user-data.sh"


@dataclass(frozen=True, kw_only=True)
class JumpHostArgs:
    settings: JumpHostSettings
    public: bool
    """Whether a created instance has a public address."""
    private_key: SecretStr | None
    """Of the login; None uses the SSH agent of whoever runs pulumi."""
    key_name: pulumi.Output[str] | None
    """EC2 key pair of a created instance."""
    partition: pulumi.Output[str]
    permissions_boundary: str | None
    """Of a created instance's role."""
    public_subnet_ids: pulumi.Output[list[str]]
    private_subnet_ids: pulumi.Output[list[str]]
    security_group_id: pulumi.Input[str] | None
    """Of a created instance."""
    needs: list[pulumi.Resource]
    """What a created instance needs at its first boot: the way out to package repositories."""


class JumpHost(pulumi.ComponentResource):
    """A created instance takes IMDSv2 only, and is reached by Systems Manager or by SSH with the team's key pair.

    It holds no state: what runs there is brought by each run, and new passwords leave it at the end of the run.
    """

    host: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    public_ip: pulumi.Output[str]
    """Empty where there is none."""
    instance_id: pulumi.Output[str] | None
    role_name: pulumi.Output[str] | None
    """Of a created instance; what needs more rights there attaches a policy."""
    access: str
    """ssm or ssh."""
    port: int
    user: str
    host_key: str | None

    def __init__(self, name: str, args: JumpHostArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:JumpHost", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        if settings.kind == "existing":
            assert settings.host
            assert settings.user
            self.host = self.dns_name = pulumi.Output.from_input(settings.host)
            self.public_ip = pulumi.Output.from_input("")
            self.instance_id = self.role_name = None
            self.user = settings.user
        else:
            self._create()
            self.user = settings.user or "ubuntu"
        self.access = "ssm" if settings.over_ssm else "ssh"
        self.port, self.host_key = settings.port, settings.host_key
        self.register_outputs(
            {
                "host": self.host,
                "dns_name": self.dns_name,
                "public_ip": self.public_ip,
                "instance_id": self.instance_id,
                "role_name": self.role_name,
            }
        )

    def connection_args(self) -> command.remote.ConnectionArgs:
        """How pulumi-command reaches the host. It dials for up to about five minutes, because a new instance must boot first."""
        key = self._args.private_key
        return command.remote.ConnectionArgs(
            host=self.host,
            port=float(self.port),
            user=self.user,
            host_key=self.host_key,
            private_key=pulumi.Output.secret(key.get_secret_value()) if key else None,
            dial_error_limit=30,
            per_dial_timeout=10,
        )

    def _create(self) -> None:
        settings, args = self._args.settings, self._args
        assert args.security_group_id is not None
        subnets = args.public_subnet_ids if args.public else args.private_subnet_ids
        kind = architecture(settings.instance_type)
        instance = aws.ec2.Instance(
            # An image that is kept does not fit a type of the other architecture: that is another host.
            self._name if kind == "x86_64" else f"{self._name}-{kind}",
            ami=settings.ami or newest_ubuntu(kind, self),
            instance_type=settings.instance_type,
            subnet_id=subnets[0],
            vpc_security_group_ids=[args.security_group_id],
            associate_public_ip_address=args.public,
            iam_instance_profile=self._profile().name,
            key_name=args.key_name,
            metadata_options={"http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 1},
            root_block_device={"volume_size": 16, "volume_type": "gp3", "encrypted": True},
            user_data=_USER_DATA.read_text(),
            user_data_replace_on_change=True,
            tags={"Name": self._name},
            # A newer image is no reason to replace a running host; an image that the stack file names is.
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(ignore_changes=[] if settings.ami else ["ami"], depends_on=args.needs),
            ),
        )
        self.instance_id, self.public_ip = instance.id, instance.public_ip
        self.host = instance.public_ip if args.public else instance.private_ip
        self.dns_name = instance.public_dns if args.public else instance.private_dns

    def _profile(self) -> aws.iam.InstanceProfile:
        role, managed = machine_role(self._name, self._args.partition, self._args.permissions_boundary, self._child)
        self.role_name = role.name
        ready = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[managed]))
        return aws.iam.InstanceProfile(self._name, role=role.name, opts=ready)
