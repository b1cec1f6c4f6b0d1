"""The network and its security groups."""

from tests.unit.aws_rule_cases.form import POLICY, Case, Inputs, name, names, one

GROUP_RULE: list[Case] = [
    ({"cidrIpv6": "fd00::/64"}, {}),
    one("cidrIpv4", "10.0.0.1/8", "10.0.0.0/8"),
    one("cidrIpv6", "fd00::1/64", "fd00::/64", cidrIpv4=None),
    one("fromPort", 65536, 65535),
    one("toPort", -2, -1),
    one("fromPort", None, 22),
    one("toPort", None, 22),
    one("fromPort", 22, None, ipProtocol="-1", toPort=None),
    one("toPort", 22, -1, ipProtocol="-1", fromPort=None),
    one("description", "a" * 256, "a" * 255),
    one("description", "what?", "from: [all]"),
]

CASES: dict[str, list[Case]] = {
    "aws:ec2/internetGateway:InternetGateway": [],
    "aws:ec2/natGateway:NatGateway": [
        one("connectivityType", "shared", "public"),
        one("allocationId", None, "eipalloc-1"),
        one("allocationId", "eipalloc-1", None, connectivityType="private"),
        one("subnetId", None, "subnet-1"),
    ],
    "aws:ec2/route:Route": [
        one("destinationCidrBlock", None, "0.0.0.0/0"),
        one("destinationCidrBlock", "10.0.0.1/16", "10.0.0.0/16"),
        one("natGatewayId", "nat-1", None),
    ],
    "aws:ec2/routeTable:RouteTable": [],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": [one("subnetId", None, "subnet-1")],
    "aws:ec2/securityGroup:SecurityGroup": [
        *names(255, "sg-mine"),
        one("name", "naïve", "nodes"),
        one("description", "a" * 256, "a" * 255),
        one("description", "", "a"),
        one("description", "what?", "nodes (all)"),
    ],
    "aws:ec2/subnet:Subnet": [
        one("cidrBlock", None, "10.0.0.0/24"),
        one("cidrBlock", "10.0.0.1/24", "10.0.0.0/24"),
        one("cidrBlock", "10.0.0.0/29", "10.0.0.0/28"),
    ],
    "aws:ec2/vpc:Vpc": [
        one("cidrBlock", None, "10.0.0.0/16"),
        one("cidrBlock", "10.0.0.0/15", "10.0.0.0/16"),
        one("instanceTenancy", "host", "dedicated"),
    ],
    "aws:ec2/managedPrefixList:ManagedPrefixList": [
        one("name", None, "sources"),
        *name(255, "com.amazonaws.sources"),
        one("addressFamily", "IPv5", "IPv6"),
        one("maxEntries", 1001, 1000),
        one("entries", [{"cidr": "10.0.0.1/16"}], [{"cidr": "10.0.0.0/16"}]),
        one("entries", [{"cidr": "10.0.0.0/16"}], [{"cidr": "fd00::/64"}], addressFamily="IPv6"),
        one(
            "entries",
            [{"cidr": "10.0.0.0/16", "description": "a" * 256}],
            [{"cidr": "10.0.0.0/16", "description": "a"}],
        ),
    ],
    "aws:ec2/vpcEndpoint:VpcEndpoint": [
        one("serviceName", None, "com.amazonaws.eu-central-1.s3"),
        one("vpcEndpointType", "Resource", "Interface"),
        one("subnetIds", ["subnet-1"], []),
        one("securityGroupIds", ["sg-1"], []),
        one("privateDnsEnabled", True, False),
        one("routeTableIds", ["rtb-1"], None, vpcEndpointType="Interface"),
        one("policy", "{", POLICY),
    ],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": GROUP_RULE,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": GROUP_RULE,
}

GOOD: dict[str, Inputs] = {
    "aws:ec2/natGateway:NatGateway": {"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    "aws:ec2/route:Route": {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
    "aws:ec2/routeTable:RouteTable": {"vpcId": "vpc-1"},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
    "aws:ec2/subnet:Subnet": {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"},
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"},
    "aws:ec2/managedPrefixList:ManagedPrefixList": {"name": "sources", "addressFamily": "IPv4", "maxEntries": 5},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-central-1.s3"},
    **{
        f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule": {
            "securityGroupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
            "cidrIpv4": "10.0.0.0/8",
        }
        for direction in ("Egress", "Ingress")
    },
}
