"""Asks AWS what an existing VPC and its subnets are like.

It is asked by boto3, before any resource: all that is wrong is then reported at once, beside what is wrong with the stack file.
"""

from collections.abc import Iterable
from typing import Any

from components import aws_call
from planning.existing_network import ExistingNetwork, Kind, Subnet
from settings import Settings
from settings.problem import Problem, weighed
from settings.rules.machines import machine_types

_STACK_TAGS = ("hpcstack:team", "hpcstack:stack")


def look(settings: Settings, stack: str) -> ExistingNetwork | Problem:
    """What there is; or the reason why AWS could not be asked."""
    try:
        return _look(settings, stack)
    except aws_call.errors() as error:
        network = settings.network
        return weighed(
            "existing-unanswered",
            ("network", "vpcTag" if network.vpc_tag else "vpcId"),
            network.vpc_tag or network.vpc_id,
            f"could not be looked at, because AWS could not be asked: {str(error).splitlines()[0]}",
            "credentials that may call ec2:Describe* (docs/security.md)",
            "give this shell such credentials, and run the preview again",
            ("region",),
        )


def _look(settings: Settings, stack: str) -> ExistingNetwork:
    ec2, network = aws_call.client("ec2", settings.region, read_seconds=20, attempts=3), settings.network
    vpcs = [one["VpcId"] for one in _all(ec2, "describe_vpcs", "Vpcs", _by(network.vpc_id, network.vpc_tag, "vpc-id"))]
    if len(vpcs) != 1:
        return ExistingNetwork(vpc_ids=tuple(sorted(vpcs)))
    (vpc,) = vpcs
    in_vpc = {"Name": "vpc-id", "Values": [vpc]}
    subnets = _all(ec2, "describe_subnets", "Subnets", [in_vpc])
    tables = _all(ec2, "describe_route_tables", "RouteTables", [in_vpc])
    endpoints = _all(ec2, "describe_vpc_endpoints", "VpcEndpoints", [in_vpc])
    own = _own_addresses(ec2, settings.team, stack, in_vpc)

    def named(kind: Kind) -> tuple[Subnet, ...]:
        ids = network.public_subnet_ids if kind == "public" else network.private_subnet_ids
        tag = network.public_subnet_tag if kind == "public" else network.private_subnet_tag
        if tag:
            found = sorted((one for one in subnets if _has(one, tag)), key=lambda one: str(one["AvailabilityZone"]))
        else:
            found = sorted(
                (one for one in subnets if one["SubnetId"] in ids), key=lambda one: ids.index(one["SubnetId"])
            )
        return tuple(_subnet(one, tables, own.count(one["SubnetId"])) for one in found)

    public, private = named("public"), named("private")
    return ExistingNetwork(
        vpc_ids=(vpc,),
        dns_support=_attribute(ec2, vpc, "enableDnsSupport"),
        dns_hostnames=_attribute(ec2, vpc, "enableDnsHostnames"),
        public=public,
        private=private,
        endpoints=frozenset(_services(endpoints, settings.region)),
        offered=_offered(ec2, {name for _, name in machine_types(settings)}, {one.zone for one in (*public, *private)}),
    )


def stack_tags(team: str, stack: str) -> list[dict[str, Any]]:
    """The filter of EC2 for what bears a stack's own tags."""
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in zip(_STACK_TAGS, (team, stack), strict=True)]


def _subnet(found: dict[str, Any], tables: list[dict[str, Any]], own: int) -> Subnet:
    subnet_id = str(found["SubnetId"])
    return Subnet(
        id=subnet_id,
        zone=str(found["AvailabilityZone"]),
        cidr=str(found["CidrBlock"]),
        free=int(found["AvailableIpAddressCount"]),
        own=own,
        gives_public_addresses=bool(found["MapPublicIpOnLaunch"]),
        default_route=_default_route(subnet_id, tables),
    )


def _default_route(subnet_id: str, tables: list[dict[str, Any]]) -> Any:
    """By the subnet's own route table, or by the VPC's main one."""
    main: dict[str, Any] | None = None
    for table in tables:
        for association in table["Associations"]:
            if association.get("SubnetId") == subnet_id:
                return _leads(table)
            main = table if association.get("Main") else main
    return _leads(main) if main else "none"


def _leads(table: dict[str, Any]) -> str:
    routes = [one for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0"]
    if not routes or routes[0].get("State") == "blackhole":
        return "none"
    return "internet gateway" if str(routes[0].get("GatewayId", "")).startswith("igw-") else "another way"


def _own_addresses(ec2: Any, team: str, stack: str, in_vpc: dict[str, Any]) -> list[str]:
    """The subnet of each address that a machine of this stack has."""
    states = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}
    machines = (
        one
        for found in _all(ec2, "describe_instances", "Reservations", [in_vpc, states, *stack_tags(team, stack)])
        for one in found["Instances"]
    )
    return [str(interface["SubnetId"]) for one in machines for interface in one["NetworkInterfaces"]]


def _services(endpoints: list[dict[str, Any]], region: str) -> Iterable[str]:
    for one in endpoints:
        usable = one["VpcEndpointType"] == "Gateway" or one.get("PrivateDnsEnabled")
        if usable and str(one["State"]).lower() == "available":
            yield str(one["ServiceName"]).partition(f".{region}.")[2]


def _offered(ec2: Any, types: set[str], zones: set[str]) -> dict[str, frozenset[str]]:
    wanted = [{"Name": "instance-type", "Values": sorted(types)}, {"Name": "location", "Values": sorted(zones)}]
    found: dict[str, set[str]] = {zone: set() for zone in zones}
    if zones:
        key = "InstanceTypeOfferings"
        for one in _all(ec2, "describe_instance_type_offerings", key, wanted, LocationType="availability-zone"):
            found[str(one["Location"])].add(str(one["InstanceType"]))
    return {zone: frozenset(names) for zone, names in found.items()}


def _attribute(ec2: Any, vpc: str, name: str) -> bool:
    answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)
    return bool(answer[name[0].upper() + name[1:]]["Value"])


def _by(identity: str | None, tag: str | None, name: str) -> list[dict[str, Any]]:
    if tag:
        key, _, value = tag.partition("=")
        return [{"Name": f"tag:{key}", "Values": [value]}]
    return [{"Name": name, "Values": [identity]}]


def _has(found: dict[str, Any], tag: str) -> bool:
    key, _, value = tag.partition("=")
    return {"Key": key, "Value": value} in found.get("Tags", [])


def _all(ec2: Any, call: str, key: str, filters: list[dict[str, Any]], **arguments: Any) -> list[dict[str, Any]]:
    pages = ec2.get_paginator(call).paginate(Filters=filters, **arguments)
    return [one for page in pages for one in page[key]]
