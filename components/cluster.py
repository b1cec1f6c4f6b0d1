"""The Slurm cluster, made by ParallelCluster."""

from dataclasses import dataclass
from typing import Any

import pulumi

from planning.cluster_document import Endpoints, cluster_document
from provider.sdk import Cluster as ParallelCluster
from settings import Settings
from settings.cluster import Updates


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    settings: Settings
    endpoints: Endpoints
    tags: dict[str, str]
    needs: list[pulumi.Resource]
    """What must be done before nodes boot, beyond what the endpoints say: rules, mount targets, the directory's accounts."""


class Cluster(pulumi.ComponentResource):
    cluster_name: pulumi.Output[str]
    cluster_status: pulumi.Output[str]
    head_node_ip: pulumi.Output[str]
    """The public address where there is one, else the private one."""
    login_address: pulumi.Output[str]
    """DNS name of the login pool's load balancer; empty without login nodes."""
    ssh_command: pulumi.Output[str]
    """To the login nodes where there are some, else to the head node."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Cluster", name, None, opts)
        cluster = ParallelCluster(
            name,
            region=args.settings.region,
            version=args.settings.cluster.version,
            configuration=cluster_document(args.settings, args.endpoints, args.tags),
            suppress_validators=list(args.settings.cluster.suppress_validators),
            updates=_updates(args.settings.cluster.updates),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=args.needs, protect=args.settings.protected, custom_timeouts=_TIMEOUTS
            ),
        )
        self.cluster_name, self.cluster_status = cluster.cluster_name, cluster.cluster_status
        self.head_node_ip = cluster.head_node.apply(_address)
        self.login_address = cluster.login_nodes.apply(_login_address)
        user = _DEFAULT_USERS[args.settings.image.os]
        self.ssh_command = pulumi.Output.all(self.login_address, self.head_node_ip).apply(
            lambda found: f"ssh {user}@{found[0] or found[1]}"
        )
        self.register_outputs(
            {
                "cluster_name": self.cluster_name,
                "cluster_status": self.cluster_status,
                "head_node_ip": self.head_node_ip,
                "login_address": self.login_address,
                "ssh_command": self.ssh_command,
            }
        )


def _updates(wanted: Updates) -> dict[str, Any]:
    """In the provider's keys."""
    return {
        "computeFleet": wanted.compute_fleet,
        "drainMinutes": wanted.drain_minutes,
        "loginNodes": wanted.login_nodes,
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


def _address(head: dict[str, Any] | None) -> str:
    return str(head.get("publicIpAddress") or head.get("privateIpAddress") or "") if head else ""


def _login_address(pools: list[dict[str, Any]] | None) -> str:
    return next((str(pool["address"]) for pool in pools or [] if pool.get("address")), "")
