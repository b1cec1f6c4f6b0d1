"""`network`: a VPC of the team's own, or the ids of an existing one."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, SubnetId, VpcId, checked, refuse

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


def _network(text: str) -> IPv4Network:
    """Raises what a user must know where the text is no IPv4 range."""
    allowed = "an IPv4 range such as 198.51.100.0/24"
    try:
        loose = IPv4Network(text, strict=False)
    except ValueError:
        raise refuse(
            "cidr-form", "is no IPv4 range", allowed=allowed, fix="write four numbers, a slash, a mask"
        ) from None
    if "/" not in text:
        raise refuse("cidr-mask", "has no mask", allowed=allowed, fix=f"write {text}/32 for this one address")
    if not text.endswith(f"/{loose.prefixlen}"):
        raise refuse(
            "cidr-dots", "has its mask in dots", allowed=f"{loose}, with the number of bits", fix=f"write {loose}"
        )
    if text != str(loose):
        fault = f"is an address in a range: it has bits beyond its mask of {loose.prefixlen}"
        raise refuse("cidr-bits", fault, allowed=f"{loose} (the range around it)", fix=f"write {loose}")
    return loose


def _range(text: str) -> None:
    _network(text)


def _vpc_range(text: str) -> None:
    network = _network(text)
    size = network.prefixlen
    if not 16 <= size <= 24:
        better = f"{network.network_address}/{24 if size > 24 else 16}"
        raise refuse(
            "vpc-size",
            f"is a /{size}",
            allowed="a /16 to a /24 (AWS takes no larger VPC, and in a smaller one this platform does not fit)",
            fix=f"write {IPv4Network(better, strict=False)}, or another range of such a size",
        )
    if not any(network.subnet_of(IPv4Network(one)) for one in _PRIVATE):
        raise refuse(
            "vpc-public", "is no private range", allowed=f"a range in {', '.join(_PRIVATE)}", fix="write 10.20.0.0/16"
        )


Cidr = Annotated[str, checked(_range)]
VpcCidr = Annotated[str, checked(_vpc_range)]


class Network(Section):
    """Where the platform lives.

    Without `vpcId` a VPC is made: per zone one public and one private subnet, the rest of the range stays free.
    With `vpcId` both lists of existing subnets are required, and of the network only security groups are made.
    """

    cidr: VpcCidr = "10.20.0.0/16"
    """Range of the VPC that is made, a /16 to a /24."""
    zones: Annotated[int, Field(ge=2, le=3)] = 2
    """Availability zones in use. Two at least: a directory and a database subnet group need two (AWS)."""
    nat_gateways: Literal["one", "per-zone"] = "one"
    """One for all zones, or one in each (costs more, survives the loss of a zone)."""
    vpc_id: VpcId | None = None
    """An existing VPC to use."""
    public_subnet_ids: tuple[SubnetId, ...] = ()
    """Subnets of the existing VPC with a route to an internet gateway."""
    private_subnet_ids: tuple[SubnetId, ...] = ()
    """Subnets of the existing VPC for nodes, databases and directory, in different zones."""
    allowed_cidrs: tuple[Cidr, ...] = ()
    """Sources that may reach SSH on head, login and jump host. Nobody by default."""
