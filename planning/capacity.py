"""Whether the nodes of a stack fit into the subnets of the VPC that is made for it."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from planning.subnets import plan
from settings import Problem, Settings
from settings.problem import weighed

_KEPT_BY_AWS = 5
"""Addresses of each subnet (Amazon VPC User Guide, "Subnet CIDR blocks")."""


def problems(settings: Settings) -> Iterator[Problem]:
    """All nodes of the cluster stand in the first private subnet, beside what the platform has there itself."""
    network = settings.network
    if network.vpc_id:
        return
    subnet = IPv4Network(plan(network.cidr, network.zones)[0].private_cidr)
    room = subnet.num_addresses - _KEPT_BY_AWS
    needed = addresses(settings)
    if needed > room:
        bits = next((bits for bits in range(24, 15, -1) if 2 ** (32 - bits - 2) - _KEPT_BY_AWS >= needed), None)
        queues = (("cluster", "queues", index, "maxCount") for index in range(len(settings.cluster.queues)))
        yield weighed(
            "subnet-too-small",
            ("network", "cidr"),
            network.cidr,
            f"gives {subnet} to the nodes: {room} addresses, and the stack may need {needed}",
            f"a /{bits} or larger for so many nodes" if bits else "no VPC is large enough for so many nodes",
            f"set network.cidr to a /{bits}, or lower maxCount of queues" if bits else "lower maxCount of queues",
            ("network", "zones"),
            *queues,
        )


def addresses(settings: Settings) -> int:
    """How many addresses of the first private subnet may be in use at once.

    One for each node, mount target, domain controller, database and its standby, jump host and image builder, and one for the login
    nodes' load balancer.
    """
    cluster, databases = settings.cluster, settings.databases
    nodes = sum(queue.max_count for queue in cluster.queues) + (0 if cluster.head_node.public else 1)
    login = 0 if cluster.login_nodes.public or not cluster.login_nodes.count else cluster.login_nodes.count + 1
    instances = sum(2 if settings.protected else 1 for one in (databases.applications, databases.slurm) if one)
    directory = 1 if settings.directory.kind in ("simple-ad", "managed-ad", "samba-ad") else 0
    jump_host = 1 if settings.jump_host.kind == "ec2" and not settings.jump_host.public else 0
    return nodes + login + len(settings.storage.folders) + instances + directory + jump_host + int(settings.image.build)
