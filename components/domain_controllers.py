"""Two Samba domain controllers on EC2 in two zones: what Simple AD is inside, in the team's own account."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components import controller_ports
from components.bucket import Bucket
from components.certificate_authority import CertificateAuthority
from components.machine_role import machine_role
from components.newest_ubuntu import newest_ubuntu
from components.private_name import PrivateName, PrivateNameArgs
from planning import policies
from settings.directory import CONTROLLERS
from settings.directory import Directory as DirectorySettings
from settings.facts.machines import architecture

PROGRAM = "domain_controller/controller.pyz"
"""The controllers' own program among the bucket's files."""
BACKUPS = "backups/directory/"
"""Where in the bucket they put the daily copies of the directory."""
_USER_DATA = Path(__file__).parent.parent / "scripts/domain_controller/user-data.sh"
_RESOLVER, _CLOCK = "169.254.169.253", "169.254.169.123"
"""The VPC's resolver and Amazon's time service, from any instance (Amazon VPC and EC2 User Guides)."""
_REBOOTS = ("02:30", "04:30")


@dataclass(frozen=True, kw_only=True)
class DomainControllersArgs:
    settings: DirectorySettings
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Output[list[str]]
    """Private ones; the first two, in two zones, take a controller each."""
    vpc_cidrs: pulumi.Input[list[str]]
    """Clients come from here."""
    partition: pulumi.Output[str]
    permissions_boundary: str | None
    """Of the controllers' roles."""
    bucket: Bucket
    program: bytes
    """What the bucket holds as PROGRAM."""
    admin_secret_arn: pulumi.Output[str]
    authority: CertificateAuthority
    protected: bool
    needs: list[pulumi.Resource]
    """What an instance needs at its first boot: the way out to package repositories."""


class DomainControllers(pulumi.ComponentResource):
    """An instance gets its program and configuration from the bucket, at first boot and again every few minutes.

    So nothing but a lost machine has to be replaced: a changed program, certificate or setting reaches the running ones. A replaced
    machine joins the domain that the other one holds; its address stays, because the network interface does.
    """

    servers: pulumi.Output[list[str]]
    """The two addresses."""
    names: list[str]
    """The two host names, which their certificates bear."""

    def __init__(self, name: str, args: DomainControllersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:DomainControllers", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._kept = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protected))
        self._ami = newest_ubuntu(architecture(args.settings.instance_type), self)
        self._group = controller_ports.security_group(name, args.vpc_id, args.vpc_cidrs, self._child)
        self.names = [f"{host}.{args.settings.domain_name}" for host in CONTROLLERS]
        interfaces = [self._interface(index) for index in range(len(CONTROLLERS))]
        addresses = [interface.private_ip for interface in interfaces]
        before: list[pulumi.Resource] = [*args.needs]
        for index, interface in enumerate(interfaces):
            # One after the other: a replacement never takes both away at once.
            before = [*args.needs, self._controller(index, interface, addresses, before)]
        self.servers = pulumi.Output.all(*addresses)
        self.register_outputs({"servers": self.servers})

    def _interface(self, index: int) -> aws.ec2.NetworkInterface:
        # State name: changing it gives the controller another address, which clients and certificates know.
        name = f"{self._name}-{CONTROLLERS[index]}"
        return aws.ec2.NetworkInterface(
            name,
            subnet_id=self._args.subnet_ids[index],
            security_groups=[self._group],
            description=f"Domain controller {self.names[index]}",
            tags={"Name": name},
            # Both controllers stay where they are when the network's subnets become others: to move them would be to lose both.
            opts=pulumi.ResourceOptions.merge(self._kept, pulumi.ResourceOptions(ignore_changes=["subnetId"])),
        )

    def _controller(
        self,
        index: int,
        interface: aws.ec2.NetworkInterface,
        addresses: list[pulumi.Output[str]],
        before: list[pulumi.Resource],
    ) -> aws.ec2.Instance:
        args, host = self._args, CONTROLLERS[index]
        name = f"{self._name}-{host}"
        key = f"directory/{host}.json"
        issued = args.authority.issue(host, dns_names=[self.names[index]], ip_addresses=[addresses[index]])
        PrivateName(
            name,
            PrivateNameArgs(fqdn=self.names[index], vpc_id=args.vpc_id, addresses=[addresses[index]]),
            self._child,
        )
        profile, rights = self._profile(name, host, issued.secret_arn)
        document = self._configuration(index, key, addresses, issued.secret_arn)
        configuration = args.bucket.place(key, document)
        # State name: changing it replaces the machine; with both changed at once, the directory would be lost.
        return aws.ec2.Instance(
            name,
            ami=self._ami,
            instance_type=args.settings.instance_type,
            primary_network_interface={"network_interface_id": interface.id},
            iam_instance_profile=profile.name,
            metadata_options={"http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 1},
            root_block_device={"volume_size": 20, "volume_type": "gp3", "encrypted": True},
            user_data=pulumi.Output.format(
                "#!/usr/bin/env bash\nset -- {0} {1} {2}\n{3}",
                args.bucket.bucket_name,
                key,
                args.region,
                _USER_DATA.read_text(),
            ),
            disable_api_termination=args.protected,
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(
                self._kept,
                pulumi.ResourceOptions(
                    # A running controller is not replaced for a newer image, nor stopped for a changed first boot.
                    ignore_changes=["ami", "userData"],
                    # Two machines cannot have one network interface.
                    delete_before_replace=True,
                    depends_on=[*before, configuration, rights, issued],
                ),
            ),
        )

    def _configuration(
        self, index: int, key: str, addresses: list[pulumi.Output[str]], tls_secret_arn: pulumi.Output[str]
    ) -> pulumi.Output[str]:
        """What scripts/domain_controller/configuration.py reads."""
        args, peer = self._args, 1 - index
        document: dict[str, Any] = {
            "region": args.region,
            "bucket": args.bucket.bucket_name,
            "configurationKey": key,
            "programKey": pulumi.Output.all(args.bucket.uris[PROGRAM], args.bucket.bucket_name).apply(
                lambda found: found[0].removeprefix(f"s3://{found[1]}/")
            ),
            "programSha256": hashlib.sha256(args.program).hexdigest(),
            "domain": args.settings.domain_name,
            "name": CONTROLLERS[index],
            "address": addresses[index],
            "peerName": CONTROLLERS[peer],
            "peerAddress": addresses[peer],
            "founder": index == 0,
            "adminSecretArn": args.admin_secret_arn,
            "tlsSecretArn": tls_secret_arn,
            "authority": args.authority.certificate,
            "forwarder": _RESOLVER,
            "timeServer": _CLOCK,
            "maxPasswordAgeDays": args.settings.max_password_age,
            "minPasswordLength": args.settings.min_password_length,
            "rebootTime": _REBOOTS[index],
        }
        return pulumi.Output.json_dumps(document, indent=2, sort_keys=True)

    def _profile(
        self, name: str, host: str, tls_secret_arn: pulumi.Output[str]
    ) -> tuple[aws.iam.InstanceProfile, aws.iam.RolePolicy]:
        args = self._args
        role, _ = machine_role(name, args.partition, args.permissions_boundary, self._child)
        secrets = [args.admin_secret_arn, tls_secret_arn]
        rights = aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.all(args.bucket.arn, *secrets).apply(
                lambda found: json.dumps(policies.domain_controller(found[0], host, found[1:]))
            ),
            opts=self._child,
        )
        return aws.iam.InstanceProfile(name, role=role.name, opts=self._child), rights
