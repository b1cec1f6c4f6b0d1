"""Which subnets a VPC is cut into."""

from dataclasses import dataclass
from ipaddress import IPv4Network

KEPT_BY_AWS = 5
"""Addresses of each subnet (Amazon VPC User Guide, "Subnet CIDR blocks")."""
_SMALLEST = 28


@dataclass(frozen=True, kw_only=True)
class SubnetPlan:
    """The subnets of one availability zone; both ranges are CIDR texts."""

    public_cidr: str
    private_cidr: str


def plan(cidr: str, zones: int, *, nodes_public: bool = False) -> list[SubnetPlan]:
    """A public and a private subnet for each of one to three zones.

    The range is always cut into four equal blocks, so that a zone added later moves no subnet: each zone has one block for the
    subnet where nodes live, its private one except in layout `all-public`. The last block holds the other subnets, a sixteenth of a
    block each (gateways, load balancers and a few hosts; else databases, directory and mount targets). AWS takes no subnet smaller
    than a /28 (Amazon VPC User Guide, "Subnet CIDR blocks"). Raises ValueError for another number of zones.
    """
    if not 1 <= zones <= 3:
        raise ValueError(f"{zones} zones: one to three can be planned")
    *large, last = (str(block) for block in IPv4Network(cidr).subnets(prefixlen_diff=2))
    block = IPv4Network(last)
    small = [str(one) for one in block.subnets(new_prefix=min(block.prefixlen + 4, _SMALLEST))]
    public, private = (large, small) if nodes_public else (small, large)
    return [SubnetPlan(public_cidr=public[zone], private_cidr=private[zone]) for zone in range(zones)]
