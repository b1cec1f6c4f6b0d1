"""`network`: a VPC of the team's own, or the ids of an existing one."""

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from settings.base import Section, SubnetId, VpcId


def _network(value: str) -> str:
    IPv4Network(value)
    return value


def _vpc_network(value: str) -> str:
    network = IPv4Network(value)
    if not 16 <= network.prefixlen <= 24:
        raise ValueError(
            f"is a /{network.prefixlen}; a VPC of this platform is a /16 to a /24 (AWS allows no larger one)"
        )
    if not network.is_private:
        raise ValueError("is a public range; take one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    return value


Cidr = Annotated[str, AfterValidator(_network)]
VpcCidr = Annotated[str, AfterValidator(_vpc_network)]


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

    @model_validator(mode="after")
    def _existing_is_whole(self) -> Self:
        given = bool(self.public_subnet_ids or self.private_subnet_ids)
        if given and self.vpc_id is None:
            raise ValueError("publicSubnetIds and privateSubnetIds need vpcId: set it to the VPC that holds them")
        if self.vpc_id and not (self.public_subnet_ids and len(self.private_subnet_ids) >= 2):
            raise ValueError(
                "vpcId needs publicSubnetIds (one or more) and privateSubnetIds (two or more, in different zones): "
                "list the subnets of that VPC, or remove vpcId to have a VPC made"
            )
        return self
