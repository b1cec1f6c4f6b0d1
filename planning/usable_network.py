"""Whether an existing VPC and its subnets can hold the platform: what AWS told of them is weighed here, and nobody is asked."""

from collections.abc import Iterator

from planning import network_needs
from planning.capacity import addresses
from planning.existing_network import ExistingNetwork, Kind, place, said
from settings import Problem, Settings
from settings.places import places
from settings.problem import weighed


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
    yield from network_needs.problems(settings, found)


def _vpc(settings: Settings, found: ExistingNetwork) -> Problem:
    key, value = said(settings, "vpc")
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
    key, value = said(settings, "vpc")
    attributes = {"enableDnsSupport": found.dns_support, "enableDnsHostnames": found.dns_hostnames}
    for attribute, on in attributes.items():
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
    key, value = said(settings, kind)
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
                place(settings, kind, subnet),
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
                place(settings, kind, subnet),
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
                place(settings, "public", subnet),
                subnet.id,
                "is not public: it has no route to an internet gateway",
                "subnets whose route table leads 0.0.0.0/0 to an internet gateway",
                "add that route, or list the subnet as a private one",
            )
        elif places(settings).any_public and not subnet.gives_public_addresses:
            yield weighed(
                "existing-public-addresses",
                place(settings, "public", subnet),
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
                place(settings, "private", subnet),
                subnet.id,
                "is public: its route table leads to an internet gateway, which machines without a public address cannot use",
                "subnets that lead 0.0.0.0/0 to a NAT gateway, or nowhere in layout isolated",
                "list it as a public one, or change its route table",
                ("network", "layout"),
            )
        elif subnet.default_route == "none" and layout in ("all-private", "public-head"):
            yield weighed(
                "existing-way-out",
                place(settings, "private", subnet),
                subnet.id,
                f"has no way out, and nodes of network.layout {layout} install packages and call AWS",
                "subnets that lead 0.0.0.0/0 to a NAT gateway, a transit gateway or the like",
                "add that route, or set network.layout to isolated where the VPC has endpoints",
                ("network", "layout"),
            )
        if subnet.gives_public_addresses:
            yield weighed(
                "existing-private-addresses",
                place(settings, "private", subnet),
                subnet.id,
                "gives machines public addresses, by which ParallelCluster would look for them",
                "private subnets without MapPublicIpOnLaunch",
                f"run: aws ec2 modify-subnet-attribute --subnet-id {subnet.id} --no-map-public-ip-on-launch",
            )
