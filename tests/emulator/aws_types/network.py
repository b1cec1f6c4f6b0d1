"""Networks."""

from tests.emulator.aws_types.world import Life, policy
from tests.unit.aws_standin_rig import REGION

LIVES = [
    Life(
        "aws:ec2/vpc:Vpc",
        lambda w: {"cidrBlock": "10.9.0.0/16", "enableDnsHostnames": True},
        lambda w: {"enableDnsHostnames": False},
        lambda w: {"cidrBlock": "10.8.0.0/16"},
        "vpc-",
        ("arn", "defaultSecurityGroupId", "mainRouteTableId", "ownerId", "defaultNetworkAclId"),
    ),
    Life(
        "aws:ec2/subnet:Subnet",
        lambda w: {"vpcId": w.vpc, "cidrBlock": "10.0.50.0/24", "availabilityZone": f"{REGION}a"},
        lambda w: {"mapPublicIpOnLaunch": True},
        lambda w: {"cidrBlock": "10.0.51.0/24"},
        "subnet-",
        ("arn", "availabilityZoneId"),
    ),
    Life("aws:ec2/internetGateway:InternetGateway", lambda w: {}, None, None, "igw-", ("arn", "ownerId")),
    Life(
        "aws:ec2/eip:Eip",
        lambda w: {"domain": "vpc"},
        None,
        None,
        "eipalloc-",
        ("publicIp", "allocationId", "publicDns"),
    ),
    Life(
        "aws:ec2/natGateway:NatGateway",
        lambda w: {"subnetId": w.subnets[0], "allocationId": w.address},
        None,
        lambda w: {"subnetId": w.subnets[1]},
        "nat-",
        ("publicIp", "privateIp", "networkInterfaceId", "connectivityType"),
    ),
    Life("aws:ec2/routeTable:RouteTable", lambda w: {"vpcId": w.vpc}, None, None, "rtb-", ("arn", "ownerId")),
    Life(
        "aws:ec2/route:Route",
        lambda w: {"routeTableId": w.table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": w.gateway},
        None,
        lambda w: {"destinationCidrBlock": "10.200.0.0/16"},
        "r-rtb-",
        ("state",),
    ),
    Life(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        lambda w: {"routeTableId": w.table, "subnetId": w.subnets[0]},
        None,
        lambda w: {"subnetId": w.subnets[1]},
        "rtbassoc-",
    ),
    Life(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda w: {"vpcId": w.vpc, "serviceName": f"com.amazonaws.{REGION}.s3", "routeTableIds": [w.table]},
        lambda w: {"policy": policy("s3:GetObject")},
        lambda w: {"serviceName": f"com.amazonaws.{REGION}.dynamodb"},
        "vpce-",
        ("arn", "state"),
    ),
    Life(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        lambda w: {
            "name": "sources",
            "addressFamily": "IPv4",
            "maxEntries": 5,
            "entries": [{"cidr": "10.0.0.0/16", "description": "own"}, {"cidr": "198.51.100.0/24"}],
        },
        lambda w: {"entries": [{"cidr": "10.0.0.0/16", "description": "VPC"}, {"cidr": "203.0.113.0/24"}]},
        None,
        "pl-",
        ("arn", "ownerId", "version"),
    ),
]
