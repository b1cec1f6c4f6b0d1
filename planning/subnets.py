"""Which subnets a VPC is cut into."""

from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True, kw_only=True)
class SubnetPlan:
    """The subnets of one availability zone; both ranges are CIDR texts."""

    public_cidr: str
    private_cidr: str


def plan(cidr: str, zones: int) -> list[SubnetPlan]:
    """A public and a private subnet for each of one to three zones.

    The range is always cut into four equal blocks, so that a zone added later moves no subnet: each zone has one block for its
    private subnet, where nodes live, and the last block holds the public subnets, a sixteenth of a block each (gateways, load
    balancers and a few hosts). AWS keeps 5 addresses of each subnet and takes none smaller than a /28 (Amazon VPC User Guide,
    "Subnet CIDR blocks"). Raises ValueError for another number of zones.
    """
    if not 1 <= zones <= 3:
        raise ValueError(f"{zones} zones: one to three can be planned")
    *private, last = IPv4Network(cidr).subnets(prefixlen_diff=2)
    public = last.subnets(new_prefix=min(last.prefixlen + 4, 28))
    return [SubnetPlan(public_cidr=str(next(public)), private_cidr=str(private[zone])) for zone in range(zones)]
