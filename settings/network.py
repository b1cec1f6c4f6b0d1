"""`network`: a VPC of the team's own, or the ids of an existing one."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, SubnetId, VpcId, checked, form, refuse

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


def check_range(text: str) -> None:
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


Cidr = Annotated[str, checked(check_range)]
VpcCidr = Annotated[str, checked(_vpc_range)]


Layout = Literal["all-private", "public-head", "all-public", "isolated"]
ServiceName = Annotated[
    str,
    form(
        r"(?!(cn[.])?com[.]amazonaws)[a-z0-9-]+([.][a-z0-9-]+)*",
        "the last part of a service's endpoint name, such as sts or ecr.api",
        "run: aws ec2 describe-vpc-endpoint-services --query ServiceNames, and take what follows the region",
    ),
]

Tag = Annotated[
    str,
    form(
        r"[\w .:/+@-]{1,128}=[\w .:/=+@-]{0,256}",
        "a tag's key, =, and its value, such as Name=research",
        "write key and value as: aws ec2 describe-tags shows them",
    ),
]

ZoneName = Annotated[
    str,
    form(
        r"[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]",
        "an availability zone such as eu-west-1b",
        "run: aws ec2 describe-availability-zones --query AvailabilityZones[].ZoneName",
    ),
]


class Network(Section):
    """Where the platform lives.

    - `all-private`: all nodes in private subnets, which reach the internet through a NAT gateway.
    - `public-head`: head node and login nodes in a public subnet, compute nodes in private ones behind a NAT gateway.
    - `all-public`: all nodes in public subnets with public addresses, and no NAT gateway. Databases, directory and file systems
      stay in private subnets, which have no way out.
    - `isolated`: private subnets without any way to the internet; endpoints inside the VPC lead to services of AWS.

    Without `vpcId` a VPC is made: per zone one private subnet and, except in `isolated`, one public; the rest of the range stays
    free. With `vpcId` or `vpcTag` the existing subnets are named, by ids or by a tag, and of the network only security groups are
    made. Each preview looks at what exists: names, routes, free addresses, zones (docs/network.md).
    """

    layout: Layout = "all-private"
    """Which nodes face the internet. Chosen at the first `up`: to or from `all-public` subnets change places, and AWS moves none
    that is in use."""
    cidr: VpcCidr = "10.20.0.0/16"
    """Range of the VPC that is made, a /16 to a /24."""
    zones: Annotated[int, Field(ge=1, le=3)] = 2
    """Availability zones in use. A directory and databases need two (AWS)."""
    zone_names: Annotated[tuple[ZoneName, ...], Field(max_length=3)] = ()
    """Which these are, in their order; default: the region's first by name. Chosen at the first `up`: AWS moves no subnet."""
    nat_gateways: Literal["one", "per-zone"] = "one"
    """One for all zones, or one in each (costs more, survives the loss of a zone). Layouts with a NAT gateway only."""
    endpoints: tuple[ServiceName, ...] = ()
    """More services that machines reach inside the VPC, beside those that the layout needs: one interface endpoint each, such as
    `sts`."""
    vpc_id: VpcId | None = None
    """An existing VPC to use."""
    vpc_tag: Tag | None = None
    """The same, found by a tag that no other VPC of the region has: `key=value`."""
    public_subnet_ids: tuple[SubnetId, ...] = ()
    """Subnets of the existing VPC with a route to an internet gateway, in different zones; for what is public."""
    public_subnet_tag: Tag | None = None
    """The same, by a tag: one subnet a zone has it."""
    private_subnet_ids: tuple[SubnetId, ...] = ()
    """Subnets of the existing VPC for nodes, databases and directory, in different zones. In `all-public` they may be left out."""
    private_subnet_tag: Tag | None = None
    """The same, by a tag: one subnet a zone has it."""
    allowed_cidrs: tuple[Cidr, ...] = ()
    """Sources that may reach SSH on head, login and jump host, and remote desktops (DCV) where these are on. Nobody by default."""

    @property
    def exists(self) -> bool:
        """Whether the VPC is not made by this platform."""
        return bool(self.vpc_id or self.vpc_tag)

    @property
    def has_nat(self) -> bool:
        """Whether private subnets of a VPC that is made reach the internet."""
        return self.layout in ("all-private", "public-head")

    @property
    def nodes_public(self) -> bool:
        """Whether all nodes stand in public subnets."""
        return self.layout == "all-public"
