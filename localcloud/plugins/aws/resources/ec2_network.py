"""VPC, subnets, internet gateways."""

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.rules import APPLY, Cidr, Needed, OneOf
from localcloud.plugins.values import Plain


class Vpc(Ec2Type):
    busy, patience = frozenset({"DependencyViolation"}), 300
    token, kind = "aws:ec2/vpc:Vpc", "vpc"
    computed = frozenset({"enableDnsHostnames"})
    inputs = frozenset({"cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "tags"})
    replace = frozenset({"cidrBlock", "instanceTenancy"})
    rules = (
        Needed("cidrBlock", ours="the local cloud has no address manager (IPAM)"),
        Cidr("cidrBlock", 16, 28),
        OneOf("instanceTenancy", ("default", "dedicated")),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"instanceTenancy": "default", "enableDnsSupport": True, **inputs}

    def create(self, context: Aws, inputs: Plain) -> str:
        tenancy = given(inputs, InstanceTenancy="instanceTenancy")
        tags = self.tags_at_creation(context, inputs)
        return context.client("ec2").create_vpc(CidrBlock=inputs["cidrBlock"], **tenancy, **tags)["Vpc"]["VpcId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        # Names need resolution: support goes first when both are switched on, EC2 takes one attribute a call.
        for key, api, default in (
            ("enableDnsSupport", "EnableDnsSupport", True),
            ("enableDnsHostnames", "EnableDnsHostnames", False),
        ):
            wanted = {api: {"Value": inputs.get(key, default)}}
            context.client("ec2").modify_vpc_attribute(VpcId=resource_id, **wanted)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        ec2, ids = aws.client("ec2"), [{"Name": "vpc-id", "Values": [resource_id]}]
        vpc = first(ec2.describe_vpcs(VpcIds=[resource_id])["Vpcs"])
        support, hostnames = (
            ec2.describe_vpc_attribute(VpcId=resource_id, Attribute=name)[key]["Value"]
            for name, key in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames"))
        )
        main = [*ids, {"Name": "association.main", "Values": ["true"]}]
        tables = ec2.describe_route_tables(Filters=main)["RouteTables"]
        acls = ec2.describe_network_acls(Filters=[*ids, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
        named = [*ids, {"Name": "group-name", "Values": ["default"]}]
        groups = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
        state = picked(vpc, cidrBlock="CidrBlock", instanceTenancy="InstanceTenancy", dhcpOptionsId="DhcpOptionsId")
        return state | {
            "arn": aws.arn("ec2", f"vpc/{resource_id}"),
            "enableDnsSupport": support,
            "enableDnsHostnames": hostnames,
            "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
            "defaultRouteTableId": tables[0]["RouteTableId"] if tables else None,
            "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else None,
            "defaultSecurityGroupId": groups[0]["GroupId"] if groups else None,
            "ownerId": vpc.get("OwnerId", aws.account),
            "tagsAll": tag_map(vpc.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_vpc(VpcId=resource_id)


class Subnet(Ec2Type):
    busy = frozenset({"DependencyViolation"})
    token, kind = "aws:ec2/subnet:Subnet", "subnet"
    computed = frozenset({"availabilityZone"})
    inputs = frozenset({"vpcId", "cidrBlock", "availabilityZone", "mapPublicIpOnLaunch", "tags"})
    replace = frozenset({"vpcId", "cidrBlock", "availabilityZone"})
    rules = (
        Needed("cidrBlock", ours="the local cloud has no IPv6-only subnets"),
        Cidr("cidrBlock"),
        Cidr("cidrBlock", 16, 28, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, VpcId="vpcId", CidrBlock="cidrBlock", AvailabilityZone="availabilityZone")
        tags = self.tags_at_creation(context, inputs)
        return context.client("ec2").create_subnet(**arguments, **tags)["Subnet"]["SubnetId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        public = {"Value": inputs.get("mapPublicIpOnLaunch", False)}
        context.client("ec2").modify_subnet_attribute(SubnetId=resource_id, MapPublicIpOnLaunch=public)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        subnet = first(aws.client("ec2").describe_subnets(SubnetIds=[resource_id])["Subnets"])
        state = picked(
            subnet,
            vpcId="VpcId",
            cidrBlock="CidrBlock",
            availabilityZone="AvailabilityZone",
            availabilityZoneId="AvailabilityZoneId",
            mapPublicIpOnLaunch="MapPublicIpOnLaunch",
            assignIpv6AddressOnCreation="AssignIpv6AddressOnCreation",
            ownerId="OwnerId",
        )
        arn, names = aws.arn("ec2", f"subnet/{resource_id}"), subnet.get("PrivateDnsNameOptionsOnLaunch", {})
        state["privateDnsHostnameTypeOnLaunch"] = names.get("HostnameType", "ip-name")
        return state | {"arn": arn, "tagsAll": tag_map(subnet.get("Tags"))}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_subnet(SubnetId=resource_id)


class InternetGateway(Ec2Type):
    busy = frozenset({"DependencyViolation"})
    token, kind = "aws:ec2/internetGateway:InternetGateway", "internet-gateway"
    computed = frozenset({"vpcId"})
    inputs = frozenset({"vpcId", "tags"})

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("ec2").create_internet_gateway(**self.tags_at_creation(context, inputs))
        return made["InternetGateway"]["InternetGatewayId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        self._attach(context, resource_id, inputs.get("vpcId"))

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        gateway = first(
            aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[resource_id])["InternetGateways"]
        )
        attached = gateway.get("Attachments") or [{}]
        return {
            "arn": aws.arn("ec2", f"internet-gateway/{resource_id}"),
            "vpcId": attached[0].get("VpcId"),
            "ownerId": gateway.get("OwnerId", aws.account),
            "tagsAll": tag_map(gateway.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        self._attach(aws, resource_id, None)
        aws.client("ec2").delete_internet_gateway(InternetGatewayId=resource_id)

    def _attach(self, aws: Aws, resource_id: str, wanted: str | None) -> None:
        current = (self.fetch(aws, resource_id, {}) or {}).get("vpcId")
        if current and current != wanted:
            aws.client("ec2").detach_internet_gateway(InternetGatewayId=resource_id, VpcId=current)
        if wanted and current != wanted:
            aws.client("ec2").attach_internet_gateway(InternetGatewayId=resource_id, VpcId=wanted)


ALL = (Vpc, Subnet, InternetGateway)
