"""VPC, subnets, gateways, addresses."""

from tests.engine.acceptance.case import Case, No
from tests.engine.acceptance.ground import REGION, Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags, ec2_untag, found


def _hostnames(aws: Clients, vpc: str) -> bool:
    asked = aws("ec2").describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")
    return asked["EnableDnsHostnames"]["Value"]


CASES = [
    Case(
        token="aws:ec2/vpc:Vpc",
        inputs=lambda g: {"cidrBlock": "10.9.0.0/16", "enableDnsHostnames": True, **TAGS_FIRST},
        change=lambda g: {"enableDnsHostnames": False, **TAGS_CHANGED},
        replace=lambda g: {"cidrBlock": "10.8.0.0/16"},
        look=lambda aws, it: {
            "cidrBlock": aws("ec2").describe_vpcs(VpcIds=[it.id])["Vpcs"][0]["CidrBlock"],
            "enableDnsHostnames": _hostnames(aws, it.id),
            "tags": ec2_tags(aws, it.id),
        },
        drift=lambda aws, it: aws("ec2").modify_vpc_attribute(VpcId=it.id, EnableDnsHostnames={"Value": True}),
        vanish=lambda aws, it: aws("ec2").delete_vpc(VpcId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/subnet:Subnet",
        inputs=lambda g: {
            "vpcId": g.vpc,
            "cidrBlock": "10.0.50.0/24",
            "availabilityZone": f"{REGION}a",
            "mapPublicIpOnLaunch": False,
            **TAGS_FIRST,
        },
        change=lambda g: {"mapPublicIpOnLaunch": True, **TAGS_CHANGED},
        replace=lambda g: {"cidrBlock": "10.0.51.0/24"},
        look=lambda aws, it: (
            found(
                aws("ec2").describe_subnets(SubnetIds=[it.id])["Subnets"],
                cidrBlock="CidrBlock",
                mapPublicIpOnLaunch="MapPublicIpOnLaunch",
                availabilityZone="AvailabilityZone",
            )
            | {"tags": ec2_tags(aws, it.id)}
        ),
        drift=lambda aws, it: aws("ec2").modify_subnet_attribute(SubnetId=it.id, MapPublicIpOnLaunch={"Value": False}),
        vanish=lambda aws, it: aws("ec2").delete_subnet(SubnetId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/internetGateway:InternetGateway",
        inputs=lambda g: TAGS_FIRST,
        change=lambda g: TAGS_CHANGED,
        replace=No("no input of a gateway is fixed"),
        look=lambda aws, it: (
            found(aws("ec2").describe_internet_gateways(InternetGatewayIds=[it.id])["InternetGateways"])
            | {"tags": ec2_tags(aws, it.id)}
        ),
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").delete_internet_gateway(InternetGatewayId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/eip:Eip",
        inputs=lambda g: {"domain": "vpc", **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=No("the only domain is vpc"),
        look=lambda aws, it: (
            found(aws("ec2").describe_addresses(AllocationIds=[it.id])["Addresses"], domain="Domain")
            | {"tags": ec2_tags(aws, it.id)}
        ),
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").release_address(AllocationId=it.id),
        import_id=lambda it: it.id,
    ),
]
