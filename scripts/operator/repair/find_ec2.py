"""EC2's objects have ids that AWS makes: they are known by their tags and by where they lie."""

from collections.abc import Iterator
from typing import Any

from scripts.operator.repair.deployment import Json
from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found, Undecidable

_GONE = ("deleted", "deleting", "failed", "terminated", "shutting-down")


def tagged(call: str, key: str, identity: str, **same: str) -> Finder:
    """Finds by all tags; `same` are fields of the answer that equal an input: `Field="input"`."""

    def find(wanted: Wanted) -> Iterator[Found]:
        if not wanted.tags:
            raise Undecidable("it has no tags to know it by")
        filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in wanted.tags.items()]
        argument = "Filter" if call == "describe_nat_gateways" else "Filters"
        for item in pages(wanted.client("ec2"), call, key, **{argument: filters}):
            for one in item.get("Instances", [item]):
                if _alive(one) and all(one.get(field) == wanted.text(own) for field, own in same.items()):
                    yield Found(one[identity])

    return find


def _alive(item: Json) -> bool:
    state: Any = item.get("State", "")
    return str(state.get("Name") if isinstance(state, dict) else state).lower() not in _GONE


def security_group(wanted: Wanted) -> Iterator[Found]:
    in_vpc = [{"Name": "vpc-id", "Values": [wanted.text("vpcId")]}]
    for group in pages(wanted.client("ec2"), "describe_security_groups", "SecurityGroups", Filters=in_vpc):
        if wanted.named(group["GroupName"]):
            yield Found(group["GroupId"], wanted.bears(group.get("Tags")))


def prefix_list(wanted: Wanted) -> Iterator[Found]:
    # DescribeManagedPrefixLists has no filter for tags, and names may be taken twice (Amazon EC2 API Reference).
    named = [{"Name": "prefix-list-name", "Values": [wanted.text("name")]}]
    for one in pages(wanted.client("ec2"), "describe_managed_prefix_lists", "PrefixLists", Filters=named):
        if not one["State"].startswith("delete") and wanted.bears(one.get("Tags")):
            yield Found(one["PrefixListId"])


def rule(*, egress: bool) -> Finder:
    """A group has no two rules that say the same."""

    def find(wanted: Wanted) -> Iterator[Found]:
        of_group = [{"Name": "group-id", "Values": [wanted.text("securityGroupId")]}]
        for one in pages(wanted.client("ec2"), "describe_security_group_rules", "SecurityGroupRules", Filters=of_group):
            if one["IsEgress"] is egress and _says(one) == _asked(wanted.inputs):
                yield Found(one["SecurityGroupRuleId"], wanted.bears(one.get("Tags")))

    return find


def _says(rule: Json) -> tuple[Any, ...]:
    ports = (None, None) if rule["IpProtocol"] == "-1" else (rule.get("FromPort"), rule.get("ToPort"))
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return (rule["IpProtocol"], *ports, rule.get("CidrIpv4"), rule.get("CidrIpv6"), group, rule.get("PrefixListId"))


def _asked(inputs: Json) -> tuple[Any, ...]:
    ports = (None, None) if inputs["ipProtocol"] == "-1" else (inputs.get("fromPort"), inputs.get("toPort"))
    sources = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId")
    return (inputs["ipProtocol"], *ports, *(inputs.get(key) for key in sources))


def route(wanted: Wanted) -> Iterator[Found]:
    table, destination = wanted.text("routeTableId"), wanted.text("destinationCidrBlock")
    for one in pages(wanted.client("ec2"), "describe_route_tables", "RouteTables", RouteTableIds=[table]):
        if any(route.get("DestinationCidrBlock") == destination for route in one["Routes"]):
            same = {"routeTableId": table, "destinationCidrBlock": destination}
            yield Found(f"{table}_{destination}", inputs=same)


def association(wanted: Wanted) -> Iterator[Found]:
    table, subnet = wanted.text("routeTableId"), wanted.text("subnetId")
    for one in pages(wanted.client("ec2"), "describe_route_tables", "RouteTables", RouteTableIds=[table]):
        if any(made.get("SubnetId") == subnet for made in one["Associations"]):
            yield Found(f"{subnet}/{table}", inputs={"routeTableId": table, "subnetId": subnet})


def dhcp_association(wanted: Wanted) -> Iterator[Found]:
    """A VPC has one set of options."""
    options, vpc = wanted.text("dhcpOptionsId"), wanted.text("vpcId")
    for one in pages(wanted.client("ec2"), "describe_vpcs", "Vpcs", VpcIds=[vpc]):
        if one.get("DhcpOptionsId") == options:
            yield Found(f"{options}-{vpc}")


def key_pair(wanted: Wanted) -> Iterator[Found]:
    for pair in pages(wanted.client("ec2"), "describe_key_pairs", "KeyPairs"):
        if wanted.named(pair["KeyName"], "keyName", "keyNamePrefix"):
            yield Found(pair["KeyName"], wanted.bears(pair.get("Tags")))


FINDERS: dict[str, Finder] = {
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": tagged("describe_dhcp_options", "DhcpOptions", "DhcpOptionsId"),
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": dhcp_association,
    "aws:ec2/vpc:Vpc": tagged("describe_vpcs", "Vpcs", "VpcId", CidrBlock="cidrBlock"),
    "aws:ec2/subnet:Subnet": tagged("describe_subnets", "Subnets", "SubnetId", VpcId="vpcId", CidrBlock="cidrBlock"),
    "aws:ec2/internetGateway:InternetGateway": tagged(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "aws:ec2/eip:Eip": tagged("describe_addresses", "Addresses", "AllocationId"),
    "aws:ec2/natGateway:NatGateway": tagged(
        "describe_nat_gateways", "NatGateways", "NatGatewayId", SubnetId="subnetId"
    ),
    "aws:ec2/routeTable:RouteTable": tagged("describe_route_tables", "RouteTables", "RouteTableId", VpcId="vpcId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": tagged(
        "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", VpcId="vpcId", ServiceName="serviceName"
    ),
    "aws:ec2/instance:Instance": tagged("describe_instances", "Reservations", "InstanceId"),
    "aws:ec2/networkInterface:NetworkInterface": tagged(
        "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId", SubnetId="subnetId"
    ),
    "aws:ec2/managedPrefixList:ManagedPrefixList": prefix_list,
    "aws:ec2/securityGroup:SecurityGroup": security_group,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(egress=False),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(egress=True),
    "aws:ec2/route:Route": route,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": association,
    "aws:ec2/keyPair:KeyPair": key_pair,
}
