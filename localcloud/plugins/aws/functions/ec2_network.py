"""VPCs and subnets."""

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.aws.functions.lookup import filters_of, the_one
from localcloud.plugins.resource import Function
from localcloud.plugins.values import Plain


class GetVpc(Function[Aws]):
    token, inputs = "aws:ec2/getVpc:getVpc", frozenset({"id", "default", "cidrBlock", "filters", "tags", "state"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        names = {"cidrBlock": "cidr", "state": "state", "default": "is-default"}
        ids = {"VpcIds": [arguments["id"]]} if "id" in arguments else {}
        ec2 = context.client("ec2")
        found = ec2.describe_vpcs(Filters=filters_of(arguments, names), **ids)["Vpcs"]
        vpc = the_one(found, "getVpc", "VPC")
        resource_id = vpc["VpcId"]
        support, hostnames = (
            ec2.describe_vpc_attribute(VpcId=resource_id, Attribute=f"enable{name}")[f"Enable{name}"]["Value"]
            for name in ("DnsSupport", "DnsHostnames")
        )
        main = [{"Name": "vpc-id", "Values": [resource_id]}, {"Name": "association.main", "Values": ["true"]}]
        tables = ec2.describe_route_tables(Filters=main)["RouteTables"]
        blocks = [
            {"associationId": one["AssociationId"], "cidrBlock": one["CidrBlock"], "state": "associated"}
            for one in vpc.get("CidrBlockAssociationSet", [])
        ]
        state = picked(vpc, id="VpcId", cidrBlock="CidrBlock", default="IsDefault", instanceTenancy="InstanceTenancy")
        state |= picked(vpc, dhcpOptionsId="DhcpOptionsId", ownerId="OwnerId", state="State")
        return state | {
            "arn": context.arn("ec2", f"vpc/{resource_id}"),
            "cidrBlockAssociations": blocks,
            "enableDnsSupport": support,
            "enableDnsHostnames": hostnames,
            "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
            "region": context.region,
            "tags": tag_map(vpc.get("Tags")),
        }


class GetSubnet(Function[Aws]):
    token = "aws:ec2/getSubnet:getSubnet"
    inputs = frozenset(
        {
            "id",
            "vpcId",
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "defaultForAz",
            "filters",
            "tags",
            "state",
        }
    )

    def call(self, context: Aws, arguments: Plain) -> Plain:
        names = {
            "vpcId": "vpc-id",
            "availabilityZone": "availability-zone",
            "availabilityZoneId": "availability-zone-id",
            "cidrBlock": "cidr-block",
            "defaultForAz": "default-for-az",
            "state": "state",
        }
        ids = {"SubnetIds": [arguments["id"]]} if "id" in arguments else {}
        found = context.client("ec2").describe_subnets(Filters=filters_of(arguments, names), **ids)["Subnets"]
        subnet = the_one(found, "getSubnet", "subnet")
        state = picked(
            subnet,
            id="SubnetId",
            vpcId="VpcId",
            cidrBlock="CidrBlock",
            availabilityZone="AvailabilityZone",
            availabilityZoneId="AvailabilityZoneId",
            availableIpAddressCount="AvailableIpAddressCount",
            defaultForAz="DefaultForAz",
            mapPublicIpOnLaunch="MapPublicIpOnLaunch",
            assignIpv6AddressOnCreation="AssignIpv6AddressOnCreation",
            ownerId="OwnerId",
            state="State",
        )
        arn = context.arn("ec2", f"subnet/{subnet['SubnetId']}")
        return state | {"arn": arn, "region": context.region, "tags": tag_map(subnet.get("Tags"))}


ALL = (GetVpc, GetSubnet)
