"""Whether security groups let nodes reach a file system, weighed as ParallelCluster weighs it (3.16, `_is_access_allowed`).

What cannot be told, such as a prefix list, counts as open: ParallelCluster's dry run looks again, with the real groups.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses, ip_network
from typing import cast

_NFS = (111, 2049)
PORTS: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "efs": {"tcp": (2049,)},
    "lustre": {"tcp": (988,)},
    "ontap": dict.fromkeys(("tcp", "udp"), (111, 635, 2049, 4046)),
    "openzfs": dict.fromkeys(("tcp", "udp"), (*_NFS, 20001, 20002, 20003)),
}
"""By the kind of folder and the protocol (ParallelCluster 3.16, FSX_PORTS and EFS_PORT)."""
_NUMBERS = {"tcp": "6", "udp": "17"}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One rule of a security group."""

    protocol: str = "-1"
    """As EC2 tells it: tcp, udp, a number, or -1 for all."""
    first: int | None = None
    last: int | None = None
    cidrs: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    prefix_lists: bool = False

    def leads_to(self, protocol: str, port: int) -> bool:
        if self.protocol == "-1":
            return True
        if self.protocol not in (protocol, _NUMBERS[protocol]):
            return False
        return self.first is not None and self.last is not None and self.first <= port <= self.last


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rules of a security group, which EC2 starts with a way out to everywhere."""

    inward: tuple[Opening, ...] = ()
    outward: tuple[Opening, ...] = (Opening(cidrs=("0.0.0.0/0",)),)


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """The machines that mount, as rules may name them."""

    cidrs: tuple[str, ...]
    """Of their subnets."""
    groups: Collection[str] = ()
    """Security groups of this stack that exist already; which machine has which is ParallelCluster's to tell."""


def closed(kind: str, doors: Sequence[Sequence[Group]], nodes: Nodes) -> dict[str, list[int]]:
    """Ports that no door opens, by protocol. A door is an interface or a mount target, with its groups."""
    both_ways = kind != "openzfs"
    found = {
        protocol: [port for port in ports if not any(_open(door, protocol, port, nodes, both_ways) for door in doors)]
        for protocol, ports in PORTS[kind].items()
    }
    return {protocol: ports for protocol, ports in found.items() if ports}


def _open(door: Sequence[Group], protocol: str, port: int, nodes: Nodes, both_ways: bool) -> bool:
    ways = [[rule for group in door for rule in group.inward]]
    if both_ways:
        ways.append([rule for group in door for rule in group.outward])
    return all(_lets(_leading(way, protocol, port), nodes) for way in ways)


def _leading(rules: Iterable[Opening], protocol: str, port: int) -> Iterator[Opening]:
    return (rule for rule in rules if rule.leads_to(protocol, port))


def _lets(rules: Iterable[Opening], nodes: Nodes) -> bool:
    ranges: list[IPv4Network] = []
    for rule in rules:
        if rule.prefix_lists or rule.groups & set(nodes.groups):
            return True
        ranges += [cast(IPv4Network, ip_network(cidr)) for cidr in rule.cidrs]
    # Only together may they cover a subnet.
    wide = list(collapse_addresses(ranges))
    return bool(nodes.cidrs) and all(_covered(cast(IPv4Network, ip_network(cidr)), wide) for cidr in nodes.cidrs)


def _covered(subnet: IPv4Network, ranges: Iterable[IPv4Network]) -> bool:
    return any(one.supernet_of(subnet) for one in ranges)
