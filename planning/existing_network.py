"""What AWS tells of an existing VPC and its subnets, and by which keys the stack file names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from settings import Settings
from settings.problem import Path

Kind = Literal["public", "private"]


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """One that the stack file names, by its id or by a tag."""

    id: str
    zone: str
    cidr: str
    """Its range."""
    free: int
    """Addresses that nothing has."""
    own: int
    """Addresses that machines of this stack have."""
    gives_public_addresses: bool
    """To machines that do not ask for it (`MapPublicIpOnLaunch`)."""
    default_route: Literal["internet gateway", "another way", "none"]


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """What AWS tells."""

    vpc_ids: tuple[str, ...]
    """All that have the id or the tag."""
    dns_support: bool = True
    dns_hostnames: bool = True
    public: tuple[Subnet, ...] = ()
    """By the order of the stack file, or by zone where they were found by a tag."""
    private: tuple[Subnet, ...] = ()
    endpoints: frozenset[str] = frozenset()
    """Services with an endpoint in the VPC, by their short names; interfaces only with private DNS."""
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Instance types of the cluster by zone."""

    def of(self, kind: Kind) -> tuple[Subnet, ...]:
        return self.public if kind == "public" else self.private


def resolved(settings: Settings, found: ExistingNetwork) -> Settings:
    """The settings with ids in place of tags. `found` has a VPC."""
    network = settings.network
    update: dict[str, object] = {"vpc_id": found.vpc_ids[0], "vpc_tag": None}
    if network.public_subnet_tag:
        update |= {"public_subnet_ids": tuple(one.id for one in found.public), "public_subnet_tag": None}
    if network.private_subnet_tag:
        update |= {"private_subnet_ids": tuple(one.id for one in found.private), "private_subnet_tag": None}
    return settings.model_copy(update={"network": network.model_copy(update=update)})


def said(settings: Settings, what: Literal["vpc", "public", "private"]) -> tuple[str, object]:
    """The key by which the stack file names it, and the value."""
    network = settings.network
    match what:
        case "vpc":
            return ("vpcTag", network.vpc_tag) if network.vpc_tag else ("vpcId", network.vpc_id)
        case "public":
            tag, ids = network.public_subnet_tag, network.public_subnet_ids
        case "private":
            tag, ids = network.private_subnet_tag, network.private_subnet_ids
    return (f"{what}SubnetTag", tag) if tag else (f"{what}SubnetIds", list(ids))


def place(settings: Settings, kind: Kind, subnet: Subnet) -> Path:
    """The key that names the subnet."""
    ids = settings.network.public_subnet_ids if kind == "public" else settings.network.private_subnet_ids
    if subnet.id in ids:
        return ("network", f"{kind}SubnetIds", ids.index(subnet.id))
    return ("network", f"{kind}SubnetTag")
