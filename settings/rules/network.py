"""An existing network is named whole and leaves nothing to make; ranges let in do not repeat each other."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from settings.model import Settings
from settings.places import places
from settings.problem import Problem, weighed

_IDS = {"publicSubnetIds": "public_subnet_ids", "privateSubnetIds": "private_subnet_ids"}
_TAGS = {"publicSubnetTag": "public_subnet_tag", "privateSubnetTag": "private_subnet_tag"}
_TAG_OF = {"vpc_id": "vpc_tag", "public_subnet_ids": "public_subnet_tag", "private_subnet_ids": "private_subnet_tag"}
_MADE = {
    "cidr": "cidr",
    "zones": "zones",
    "zoneNames": "zone_names",
    "natGateways": "nat_gateways",
    "endpoints": "endpoints",
}


def one_name_for_each(settings: Settings) -> Iterator[Problem]:
    """By ids or by a tag."""
    network = settings.network
    for key, name in {"vpcId": "vpc_id", **_IDS}.items():
        tag_key, tag = key.removesuffix("Ids").removesuffix("Id") + "Tag", getattr(network, _TAG_OF[name])
        if tag and getattr(network, name):
            yield weighed(
                "network-named-twice",
                ("network", tag_key),
                tag,
                f"names what {key} names too",
                f"one of {key} and {tag_key}",
                f"remove {tag_key} or {key}",
                ("network", key),
            )


def subnets_need_a_vpc(settings: Settings) -> Iterator[Problem]:
    for key, name in {**_IDS, **_TAGS}.items():
        given: tuple[str, ...] | str | None = getattr(settings.network, name)
        if given and not settings.network.exists:
            yield weighed(
                "subnets-without-vpc",
                ("network", key),
                list(given) if isinstance(given, tuple) else given,
                "needs network.vpcId or network.vpcTag, and neither is set",
                "subnets of an existing VPC, with that VPC's id or tag",
                f"set network.vpcId to the VPC that holds them, or remove {key}",
                ("network", "vpcId"),
                ("network", "vpcTag"),
            )


def a_vpc_needs_subnets(settings: Settings) -> Iterator[Problem]:
    """Private ones for services, and public ones where something is public."""
    network = settings.network
    needs_public = places(settings).any_public
    needed = {"publicSubnetIds": needs_public, "privateSubnetIds": network.layout != "all-public"}
    for key, name in _IDS.items():
        given: tuple[str, ...] = getattr(network, name)
        if network.exists and needed[key] and not given and not getattr(network, _TAG_OF[name]):
            yield weighed(
                "vpc-without-subnets",
                ("network", key),
                list(given),
                f"is too short for the existing VPC {_vpc(settings)} in layout {network.layout}",
                "one subnet or more, in different zones",
                f"list subnets of that VPC, or remove {'vpcId' if network.vpc_id else 'vpcTag'} to have a VPC made",
                ("network", "vpcId"),
                ("network", "layout"),
            )


def an_existing_network_is_not_made(settings: Settings) -> Iterator[Problem]:
    network = settings.network
    for key, name in _MADE.items():
        if network.exists and name in network.model_fields_set:
            yield weighed(
                "vpc-made-and-existing",
                ("network", key),
                network.model_dump(mode="json")[name],
                f"is for a VPC that is made, and {_vpc(settings)} exists",
                "either an existing VPC with subnets, or cidr, zones, zoneNames, natGateways and endpoints",
                f"remove {key}, or remove vpcId or vpcTag and the subnets",
                ("network", "vpcId"),
            )


def _vpc(settings: Settings) -> str:
    return str(settings.network.vpc_id or settings.network.vpc_tag)


def a_subnet_stands_once(settings: Settings) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, name in _IDS.items():
        for index, subnet in enumerate(getattr(settings.network, name)):
            if subnet in seen:
                yield weighed(
                    "subnet-twice",
                    ("network", key, index),
                    subnet,
                    "stands in the stack file twice",
                    "each subnet once, either public or private",
                    "remove it where it does not belong",
                )
            seen.add(subnet)


def ranges_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    ranges = settings.network.allowed_cidrs
    for index, text in enumerate(ranges):
        for other_index, other in enumerate(ranges):
            inner, outer = IPv4Network(text), IPv4Network(other)
            if inner.subnet_of(outer) and (inner != outer or other_index < index):
                yield weighed(
                    "ranges-overlap",
                    ("network", "allowedCidrs", index),
                    text,
                    "stands in the list twice" if inner == outer else f"lies in {other}, which is in the list too",
                    "ranges that do not overlap",
                    "remove it" if inner == outer else f"remove {text}, or {other} if that lets in too much",
                )
                break


def prod_is_not_open_to_all(settings: Settings) -> Iterator[Problem]:
    for index, text in enumerate(settings.network.allowed_cidrs):
        if settings.protected and IPv4Network(text).prefixlen == 0:
            yield weighed(
                "prod-open",
                ("network", "allowedCidrs", index),
                text,
                "lets everybody reach SSH and remote desktops (DCV), in environment prod",
                "ranges of the team's own networks",
                "name those ranges, or remove it and take Session Manager",
                ("environment",),
            )


def zones_are_named_whole(settings: Settings) -> Iterator[Problem]:
    network = settings.network
    names = network.zone_names
    if network.exists or not names:
        return
    if len(names) != network.zones or len(set(names)) != len(names):
        yield weighed(
            "zone-names",
            ("network", "zoneNames"),
            list(names),
            f"names {len(names)} zones, {len(set(names))} of them different, and network.zones is {network.zones}",
            "each zone in use once",
            f"name {network.zones} different zones, or set network.zones to their number",
            ("network", "zones"),
        )
    for index, name in enumerate(names):
        if name[:-1] != settings.region:
            yield weighed(
                "zone-region",
                ("network", "zoneNames", index),
                name,
                f"is no zone of {settings.region}",
                f"{settings.region} and a letter",
                "run: aws ec2 describe-availability-zones, and take names that it lists",
                ("region",),
            )


RULES = (
    one_name_for_each,
    subnets_need_a_vpc,
    a_vpc_needs_subnets,
    an_existing_network_is_not_made,
    a_subnet_stands_once,
    ranges_do_not_overlap,
    zones_are_named_whole,
    prod_is_not_open_to_all,
)
