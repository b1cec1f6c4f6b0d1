"""Which subnets a VPC is cut into."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True, kw_only=True)
class SubnetPlan:
    """One zone's subnets. `zone` is an availability zone's name; both ranges are CIDR texts."""

    zone: str
    public_cidr: str
    private_cidr: str


def plan(cidr: str, zones: Sequence[str]) -> list[SubnetPlan]:
    """A public and a private subnet for each zone.

    The range is cut into 4 (2 zones or fewer) or 8 equal blocks; private subnets take one block each, because nodes
    live there. Public subnets take a sixteenth of a block each, out of the last one: they hold only gateways, load balancers
    and a few hosts. A zone added later changes no subnet of the zones before it as long as the number of blocks stays; so
    three zones are planned from the start: there are always 4 blocks. AWS keeps 5 addresses of each subnet and takes none
    smaller than /28 (Amazon VPC User Guide, subnet sizing).
    Raises ValueError for no zone or more than three.
    """
    if not 1 <= len(zones) <= 3:
        raise ValueError(f"{len(zones)} zones: one to three can be planned")
    *private, last = IPv4Network(cidr).subnets(prefixlen_diff=2)
    public = list(last.subnets(new_prefix=min(last.prefixlen + 4, 28)))
    return [
        SubnetPlan(zone=zone, public_cidr=str(public[index]), private_cidr=str(private[index]))
        for index, zone in enumerate(zones)
    ]
