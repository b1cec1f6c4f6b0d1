"""The API host: a private machine beside the cluster, for what uses Slurm's REST API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket
from components.machine_role import machine_role
from components.newest_ubuntu import newest_ubuntu
from planning import api_host, policies
from planning.api_host import ApiEndpoints
from settings import Settings
from settings.api_host import ApiHost as ApiHostSettings
from settings.facts.machines import architecture

PROGRAM = "api_host/api-host.pyz"
"""The host's own program among the bucket's files."""
_CONFIGURATION = "api_host/configuration.json"
_USER_DATA = Path(__file__).parent.parent / "scripts/api_host/user-data.sh"


@dataclass(frozen=True, kw_only=True)
class ApiHostArgs:
    settings: Settings
    host: ApiHostSettings
    endpoints: ApiEndpoints
    bucket: Bucket
    partition: pulumi.Output[str]
    permissions_boundary: str | None
    """A policy beyond which its role does not reach."""
    subnet_id: pulumi.Input[str]
    """A private one."""
    security_group_id: pulumi.Input[str]
    policy_arns: list[pulumi.Output[str]]
    """Further rights: to mount folders that ask for a role."""
    zone_id: pulumi.Output[str] | None
    """Of the cluster's DNS zone; the host is `api` in it."""
    needs: list[pulumi.Resource]
    """What it needs at its first boot: the way out to package repositories."""


class ApiHost(pulumi.ComponentResource):
    """An instance without state and without a public address, that takes IMDSv2 only. Session Manager is the way in.

    Its user data name its program and its configuration by the hashes of their contents: what changes there is another instance,
    made before the old one goes.
    """

    instance_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    fqdn: pulumi.Output[str] | None
    """Its name, which stays when it is replaced; None without a zone."""

    def __init__(self, name: str, args: ApiHostArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:ApiHost", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        instance = self._instance()
        self.instance_id, self.private_ip = instance.id, instance.private_ip
        self.fqdn = self._record(args.zone_id) if args.zone_id is not None else None
        self.register_outputs({"instance_id": self.instance_id, "private_ip": self.private_ip, "fqdn": self.fqdn})

    def _instance(self) -> aws.ec2.Instance:
        args, host = self._args, self._args.host
        kind = architecture(host.instance_type)
        document = api_host.configuration(args.settings, host, args.endpoints)
        uris = [
            args.bucket.uris[PROGRAM],
            args.bucket.add(_CONFIGURATION, pulumi.Output.json_dumps(document, indent=1, sort_keys=True)),
        ]
        profile, rights = self._profile(uris)
        return aws.ec2.Instance(
            # An image that is kept does not fit a type of the other architecture: that is another host.
            self._name if kind == "x86_64" else f"{self._name}-{kind}",
            ami=host.ami or newest_ubuntu(kind, self),
            instance_type=host.instance_type,
            subnet_id=args.subnet_id,
            vpc_security_group_ids=[args.security_group_id],
            associate_public_ip_address=False,
            iam_instance_profile=profile.name,
            metadata_options={"http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 1},
            root_block_device={"volume_size": host.root_volume_size, "volume_type": "gp3", "encrypted": True},
            user_data=pulumi.Output.format(
                "#!/usr/bin/env bash\nset -- {0} {1} {2} {3}\n{4}",
                *uris,
                args.settings.region,
                "podman" if host.service and host.service.image else "",
                _USER_DATA.read_text(),
            ),
            user_data_replace_on_change=True,
            tags={"Name": self._name},
            # A newer image is no reason to replace a running host; an image that the stack file names is.
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(ignore_changes=[] if host.ami else ["ami"], depends_on=[*args.needs, rights]),
            ),
        )

    def _profile(self, uris: list[pulumi.Output[str]]) -> tuple[aws.iam.InstanceProfile, aws.iam.RolePolicy]:
        name, args = self._name, self._args
        role, managed = machine_role(name, args.partition, args.permissions_boundary, self._child)
        arns = [pulumi.Output.concat("arn:", args.partition, ":s3:::", uri.apply(_without_scheme)) for uri in uris]
        secrets = api_host.secret_arns(args.host, args.endpoints)
        policy = pulumi.Output.all(pulumi.Output.all(*arns), pulumi.Output.all(*secrets)).apply(
            lambda found: json.dumps(policies.api_host(found[0], found[1]))
        )
        rights = aws.iam.RolePolicy(name, role=role.name, policy=policy, opts=self._child)
        for index, arn in enumerate(args.policy_arns):
            aws.iam.RolePolicyAttachment(f"{name}-{index}", role=role.name, policy_arn=arn, opts=self._child)
        ready = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[managed]))
        return aws.iam.InstanceProfile(name, role=role.name, opts=ready), rights

    def _record(self, zone_id: pulumi.Output[str]) -> pulumi.Output[str]:
        return aws.route53.Record(
            self._name, zone_id=zone_id, name="api", type="A", ttl=_SECONDS, records=[self.private_ip], opts=self._child
        ).fqdn


_SECONDS = 30
"""How long a client may believe in a host that was replaced."""


def _without_scheme(uri: str) -> str:
    return uri.removeprefix("s3://")
