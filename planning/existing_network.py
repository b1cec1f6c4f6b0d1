"""Whether an existing VPC and its subnets can hold the platform: what AWS told of them is weighed here, and nobody is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from planning.capacity import addresses
from planning.vpc_endpoints import GATEWAYS, needed
from settings import Problem, Settings
from settings.homes import HOME, made_home, shared_folders
from settings.places import places
from settings.problem import Path, weighed
from settings.rules.machines import machine_types

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


def problems(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """All there are, of a network that was looked at."""
    if len(found.vpc_ids) != 1:
        yield _vpc(settings, found)
        return
    yield from _names(settings, found)
    for kind in ("public", "private"):
        yield from _there(settings, found, kind)
        yield from _zones(settings, found, kind)
        yield from _addresses(settings, found, kind)
    yield from _public_routes(settings, found)
    yield from _private_routes(settings, found)
    yield from _endpoints(settings, found)
    yield from _types(settings, found)
    yield from _mount_targets(settings, found)


def _vpc(settings: Settings, found: ExistingNetwork) -> Problem:
    key, value = _said(settings, "vpc")
    many = f"is of {len(found.vpc_ids)} VPCs: {', '.join(found.vpc_ids)}"
    return weighed(
        "existing-vpc",
        ("network", key),
        value,
        many if found.vpc_ids else f"is of no VPC in {settings.region}",
        "a VPC of that region, and of this account",
        "run: aws ec2 describe-vpcs --query 'Vpcs[].[VpcId,Tags]', and name one by its id",
        ("region",),
    )


def _names(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    key, value = _said(settings, "vpc")
    said = {"enableDnsSupport": found.dns_support, "enableDnsHostnames": found.dns_hostnames}
    for attribute, on in said.items():
        if not on:
            option = "--enable-dns-support" if attribute == "enableDnsSupport" else "--enable-dns-hostnames"
            yield weighed(
                "existing-names",
                ("network", key),
                value,
                f"has {attribute} off, and nodes find each other and AWS's services by names",
                "a VPC with DNS support and DNS hostnames (ParallelCluster 3.16, SubnetsValidator)",
                f"run: aws ec2 modify-vpc-attribute --vpc-id {found.vpc_ids[0]} {option}",
            )


def _there(settings: Settings, found: ExistingNetwork, kind: Kind) -> Iterator[Problem]:
    ids = settings.network.public_subnet_ids if kind == "public" else settings.network.private_subnet_ids
    here = {one.id for one in found.of(kind)}
    for index, subnet in enumerate(ids):
        if subnet not in here:
            yield weighed(
                "existing-subnet",
                ("network", f"{kind}SubnetIds", index),
                subnet,
                f"is no subnet of {found.vpc_ids[0]}",
                "subnets of that VPC",
                f"run: aws ec2 describe-subnets --filters Name=vpc-id,Values={found.vpc_ids[0]}, and take one of these",
            )
    key, value = _said(settings, kind)
    if key.endswith("Tag") and not found.of(kind):
        yield weighed(
            "existing-subnet-tag",
            ("network", key),
            value,
            f"is of no subnet of {found.vpc_ids[0]}",
            "a tag that one subnet a zone has",
            f"run: aws ec2 create-tags --resources <subnet> --tags Key={str(value).replace('=', ',Value=', 1)}",
        )


def _zones(settings: Settings, found: ExistingNetwork, kind: Kind) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for subnet in found.of(kind):
        if subnet.zone in seen:
            yield weighed(
                "existing-zone",
                _place(settings, kind, subnet),
                subnet.id,
                f"is in {subnet.zone}, as {seen[subnet.zone]} is",
                "one subnet a zone",
                f"take one of the two, or a {kind} subnet in another zone",
            )
        seen.setdefault(subnet.zone, subnet.id)


def _addresses(settings: Settings, found: ExistingNetwork, kind: Kind) -> Iterator[Problem]:
    """The first subnet of a kind is the fullest, as in planning.capacity. Where machines of this stack are there already, so is the
    rest of it, and only nodes may come."""
    for subnet in found.of(kind)[:1]:
        wanted = addresses(settings, public=kind == "public")
        if subnet.free + subnet.own < wanted:
            held = f" beside {subnet.own} that this stack has" if subnet.own else ""
            yield weighed(
                "existing-addresses",
                _place(settings, kind, subnet),
                subnet.id,
                f"has {subnet.free} free addresses{held}, and the stack may need {wanted}",
                f"a {kind} subnet with {wanted} free addresses, first in the list",
                "take a larger subnet, or lower maxCount of queues",
                *(("cluster", "queues", index, "maxCount") for index in range(len(settings.cluster.queues))),
            )


def _public_routes(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    for subnet in found.public:
        if subnet.default_route != "internet gateway":
            yield weighed(
                "existing-public-route",
                _place(settings, "public", subnet),
                subnet.id,
                "is not public: it has no route to an internet gateway",
                "subnets whose route table leads 0.0.0.0/0 to an internet gateway",
                "add that route, or list the subnet as a private one",
            )
        elif places(settings).any_public and not subnet.gives_public_addresses:
            yield weighed(
                "existing-public-addresses",
                _place(settings, "public", subnet),
                subnet.id,
                "gives machines no public addresses, and without one they neither reach the internet nor are reached",
                "public subnets with MapPublicIpOnLaunch",
                f"run: aws ec2 modify-subnet-attribute --subnet-id {subnet.id} --map-public-ip-on-launch",
            )


def _private_routes(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    layout = settings.network.layout
    for subnet in found.private:
        if subnet.default_route == "internet gateway":
            yield weighed(
                "existing-private-route",
                _place(settings, "private", subnet),
                subnet.id,
                "is public: its route table leads to an internet gateway, which machines without a public address cannot use",
                "subnets that lead 0.0.0.0/0 to a NAT gateway, or nowhere in layout isolated",
                "list it as a public one, or change its route table",
                ("network", "layout"),
            )
        elif subnet.default_route == "none" and layout in ("all-private", "public-head"):
            yield weighed(
                "existing-way-out",
                _place(settings, "private", subnet),
                subnet.id,
                f"has no way out, and nodes of network.layout {layout} install packages and call AWS",
                "subnets that lead 0.0.0.0/0 to a NAT gateway, a transit gateway or the like",
                "add that route, or set network.layout to isolated where the VPC has endpoints",
                ("network", "layout"),
            )
        if subnet.gives_public_addresses:
            yield weighed(
                "existing-private-addresses",
                _place(settings, "private", subnet),
                subnet.id,
                "gives machines public addresses, by which ParallelCluster would look for them",
                "private subnets without MapPublicIpOnLaunch",
                f"run: aws ec2 modify-subnet-attribute --subnet-id {subnet.id} --no-map-public-ip-on-launch",
            )


def _endpoints(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """Where no private subnet has a way out; then each service needs an endpoint."""
    key, value = _said(settings, "vpc")
    without = [one.id for one in found.private if one.default_route == "none"]
    missing = [service for service in (*GATEWAYS, *needed(settings)) if service not in found.endpoints]
    if settings.network.layout == "isolated" and without and missing:
        spared = "elasticfilesystem" in missing and _home_is_the_only_efs(settings)
        yield weighed(
            "existing-endpoints",
            ("network", key),
            value,
            f"has no endpoint of {', '.join(missing)}, and {without[0]} has no other way to them",
            "a gateway endpoint of s3 and dynamodb, and interface endpoints with private DNS of the others",
            "make these endpoints, let the VPC's machines in on port 443, and run the preview again"
            + (_OR_HOME if spared else ""),
            ("network", "layout"),
            *([_HOME_KEY] if spared else []),
        )


def _mount_targets(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """EFS that the stack makes has them in the private subnets, and nodes of any zone mount it (ParallelCluster 3.16,
    EfsIdValidator)."""
    made = [folder.mount_dir for folder in shared_folders(settings) if folder.kind == "efs" and folder.made]
    with_target = {one.zone for one in found.private or found.public}
    without = sorted({one.zone for one in _of_cluster(settings, found)} - with_target)
    if made and without:
        key, value = _said(settings, "private")
        spared = _home_is_the_only_efs(settings)
        yield weighed(
            "existing-efs-zones",
            ("network", key),
            value,
            f"has no subnet in {', '.join(without)}, where machines of the cluster mount EFS at {', '.join(made)}",
            "a private subnet, for a mount target, in each zone with machines of the cluster",
            f"add a private subnet in {', '.join(without)}{_OR_HOME if spared else ''}",
            ("network", "publicSubnetIds"),
            *([_HOME_KEY] if spared else []),
        )


_HOME_KEY: Path = ("storage", "home")
_OR_HOME = ", or write storage.home: cluster"


def _home_is_the_only_efs(settings: Settings) -> bool:
    """Whether nothing is on EFS but the homes that the stack file says nothing of."""
    mounted = [folder.mount_dir for folder in shared_folders(settings) if folder.kind == "efs"]
    return made_home(settings) is not None and mounted == [HOME]


def _types(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    for path, name in machine_types(settings):
        for subnet in _subnets_of(settings, found, path):
            if name in found.offered.get(subnet.zone, frozenset()):
                continue
            others = sorted(other for other, names in found.offered.items() if name in names)
            yield weighed(
                "existing-offering",
                path,
                name,
                f"is not offered in {subnet.zone}, where {subnet.id} is",
                f"types that EC2 offers there; it offers {name} in {', '.join(others) or 'no zone of the listed subnets'}",
                "take another type, or list a subnet of such a zone first",
                ("network", "privateSubnetIds"),
            )


def _subnets_of(settings: Settings, found: ExistingNetwork, path: Path) -> list[Subnet]:
    """Where machines of a section stand: in the first zone, and of a queue in all that it names."""
    where = places(settings)
    kinds: dict[str, bool] = {"headNode": where.head, "loginNodes": where.login, "queues": where.compute}
    subnets = found.of("public" if kinds[str(path[1])] else "private")
    zones = settings.cluster.queues[path[2]].zones if path[1] == "queues" and isinstance(path[2], int) else (1,)
    return [subnets[zone - 1] for zone in zones if zone <= len(subnets)]


def _of_cluster(settings: Settings, found: ExistingNetwork) -> Iterator[Subnet]:
    """Where its machines stand."""
    cluster = settings.cluster
    yield from _subnets_of(settings, found, ("cluster", "headNode"))
    if cluster.login_nodes.all_pools:
        yield from _subnets_of(settings, found, ("cluster", "loginNodes"))
    for index in range(len(cluster.queues)):
        yield from _subnets_of(settings, found, ("cluster", "queues", index))


def _said(settings: Settings, what: Literal["vpc", "public", "private"]) -> tuple[str, object]:
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


def _place(settings: Settings, kind: Kind, subnet: Subnet) -> Path:
    ids = settings.network.public_subnet_ids if kind == "public" else settings.network.private_subnet_ids
    if subnet.id in ids:
        return ("network", f"{kind}SubnetIds", ids.index(subnet.id))
    return ("network", f"{kind}SubnetTag")
