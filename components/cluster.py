"""The Slurm cluster, made by ParallelCluster."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from planning.cluster import Endpoints, cluster_document
from provider.sdk import Cluster as ParallelCluster
from settings import Settings
from settings.cluster import Updates


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    settings: Settings
    endpoints: Endpoints
    tags: dict[str, str]
    vpc_id: pulumi.Input[str]
    """In which the names of `cluster.dnsZone` are known."""
    needs: list[pulumi.Resource]
    """What must be done before nodes boot, beyond what the endpoints say: rules, mount targets, the directory's accounts."""


class Cluster(pulumi.ComponentResource):
    cluster_name: pulumi.Output[str]
    cluster_status: pulumi.Output[str]
    head_node_ip: pulumi.Output[str]
    """The public address where there is one, else the private one."""
    head_node_private_ip: pulumi.Output[str]
    login_address: pulumi.Output[str]
    """DNS name of the login pool's load balancer; empty without login nodes."""
    ssh_command: pulumi.Output[str]
    """To the login nodes where there are some, else to the head node."""

    head_node_id: pulumi.Output[str]
    """Instance id."""
    head_node_name: pulumi.Output[str]
    """DNS name that stays when the cluster is replaced; empty without a zone."""
    login_name: pulumi.Output[str]
    """The same of the login nodes; empty without these."""
    zone_id: pulumi.Output[str] | None
    """Of the zone that they stand in; None without one."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Cluster", name, None, opts)
        cluster = ParallelCluster(
            name,
            region=args.settings.region,
            version=args.settings.cluster.version,
            configuration=cluster_document(args.settings, args.endpoints, args.tags),
            suppress_validators=list(args.settings.cluster.suppress_validators),
            updates=_updates(args.settings.cluster.updates),
            log_kms_key_arn=args.settings.monitoring.log_kms_key_arn,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=args.needs, protect=args.settings.protected, custom_timeouts=_TIMEOUTS
            ),
        )
        self.cluster_name, self.cluster_status = cluster.cluster_name, cluster.cluster_status
        self.head_node_id = cluster.head_node.apply(_instance)
        self.head_node_ip = cluster.head_node.apply(_address)
        self.head_node_private_ip = cluster.head_node.apply(_private_address)
        self.login_address = cluster.login_nodes.apply(_login_address)
        user = _DEFAULT_USERS[args.settings.image.os]
        self.ssh_command = pulumi.Output.all(self.login_address, self.head_node_ip).apply(
            lambda found: f"ssh {user}@{found[0] or found[1]}"
        )
        self.zone_id = None
        self.head_node_name, self.login_name = self._names(name, args, cluster)
        self.register_outputs(
            {
                "head_node_id": self.head_node_id,
                "head_node_name": self.head_node_name,
                "login_name": self.login_name,
                "zone_id": self.zone_id,
                "cluster_name": self.cluster_name,
                "cluster_status": self.cluster_status,
                "head_node_ip": self.head_node_ip,
                "head_node_private_ip": self.head_node_private_ip,
                "login_address": self.login_address,
                "ssh_command": self.ssh_command,
            }
        )

    def _names(
        self, name: str, args: ClusterArgs, cluster: ParallelCluster
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """DNS names of head node and login nodes. Being made of the cluster's outputs, the records turn to a new cluster once it is
        there, and before the old one is deleted.
        """
        settings = args.settings.cluster
        if settings.dns_zone is None:
            return pulumi.Output.from_input(""), pulumi.Output.from_input("")
        child = pulumi.ResourceOptions(parent=self)
        vpc = aws.route53.ZoneVpcArgs(vpc_id=args.vpc_id)
        zone = aws.route53.Zone(
            f"{name}-dns", name=settings.dns_zone, comment=f"Cluster {name}", vpcs=[vpc], opts=child
        )

        self.zone_id = zone.zone_id

        def record(label: str, kind: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
            made = aws.route53.Record(
                f"{name}-dns-{label}",
                zone_id=zone.zone_id,
                name=label,
                type=kind,
                ttl=_DNS_SECONDS,
                records=[value],
                opts=child,
            )
            return made.fqdn

        head = record("head", "A", cluster.head_node.apply(_private_address))
        if not settings.login_nodes.all_pools:
            return head, pulumi.Output.from_input("")
        return head, record("login", "CNAME", self.login_address)


def _updates(wanted: Updates) -> dict[str, Any]:
    """In the provider's keys."""
    return {
        "computeFleet": wanted.compute_fleet,
        "drainMinutes": wanted.drain_minutes,
        "loginNodes": wanted.login_nodes,
        # Left out by default, so that clusters from before this key have no change.
        **({"home": wanted.home} if wanted.home != "refuse" else {}),
    }


_DEFAULT_USERS = {
    "alinux2023": "ec2-user",
    "ubuntu2204": "ubuntu",
    "ubuntu2404": "ubuntu",
    "rhel8": "ec2-user",
    "rhel9": "ec2-user",
    "rocky8": "rocky",
    "rocky9": "rocky",
}
"""The images' own logins (ParallelCluster 3.16, `describe-cluster` and `ssh`)."""

_TIMEOUTS = pulumi.CustomTimeouts(create="90m", update="90m", delete="60m")

_DNS_SECONDS = 30
"""How long a client may believe in the old cluster: it is deleted minutes after the records turn to the new one."""
_NOBODY = "0.0.0.0"
"""Where the record leads while the head node is gone."""


def _instance(head: dict[str, Any] | None) -> str:
    return str((head or {}).get("instanceId") or "")


def _private_address(head: dict[str, Any] | None) -> str:
    return str((head or {}).get("privateIpAddress") or _NOBODY)


def _address(head: dict[str, Any] | None) -> str:
    return str(head.get("publicIpAddress") or head.get("privateIpAddress") or "") if head else ""


def _login_address(pools: list[dict[str, Any]] | None) -> str:
    return next((str(pool["address"]) for pool in pools or [] if pool.get("address")), "")
