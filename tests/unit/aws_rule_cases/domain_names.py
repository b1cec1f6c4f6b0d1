"""Zones, records, resolvers, and DHCP options."""

from tests.unit.aws_rule_cases.form import Case, Inputs, one

ALIAS = {"name": "lb.example", "zoneId": "Z2", "evaluateTargetHealth": True}

CASES: dict[str, list[Case]] = {
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": [],
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": [
        one("domainNameServers", None, ["10.0.0.2"]),
        one("domainNameServers", ["10.0.0.2"] * 5, ["10.0.0.2"] * 4),
        one("ntpServers", ["10.0.0.2"] * 5, ["10.0.0.2"] * 4),
    ],
    "aws:route53/resolverEndpoint:ResolverEndpoint": [
        one("name", "a" * 65, "a" * 64),
        one("direction", "INBOUND", "OUTBOUND"),
        one("ipAddresses", [{"subnetId": "subnet-1"}], [{"subnetId": "subnet-1"}] * 2),
        one("securityGroupIds", [], ["sg-1"]),
    ],
    "aws:route53/resolverRule:ResolverRule": [
        one("name", "a" * 65, "a" * 64),
        one("domainName", "a" * 257, "a" * 256),
        one("ruleType", "SYSTEM", "FORWARD"),
        one("resolverEndpointId", None, "rslvr-out-1"),
        one("targetIps", None, [{"ip": "10.0.0.2"}]),
    ],
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": [one("name", "a" * 65, "a" * 64)],
    "aws:route53/record:Record": [
        one("type", "TXT", "SRV"),
        one("records", None, ["10.0.0.1"]),
        one("aliases", [ALIAS] * 2, [ALIAS], records=None, ttl=None),
        one("ttl", None, 60),
        one("ttl", 60, None, records=None, aliases=[ALIAS]),
        one("ttl", -1, 0),
        one("records", [], ["10.0.0.1"]),
    ],
    "aws:route53/zone:Zone": [
        one("name", None, "a.example"),
        one("name", "a" * 1025, "a.example"),
        one("comment", "a" * 257, "a" * 256),
        one("vpcs", None, [{"vpcId": "vpc-1"}]),
        one("vpcs", [], [{"vpcId": "vpc-1"}]),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": {"dhcpOptionsId": "dopt-1", "vpcId": "vpc-1"},
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": {"domainNameServers": ["10.0.0.2"]},
    "aws:route53/resolverEndpoint:ResolverEndpoint": {
        "direction": "OUTBOUND",
        "ipAddresses": [{"subnetId": "subnet-1"}, {"subnetId": "subnet-2"}],
        "securityGroupIds": ["sg-1"],
    },
    "aws:route53/resolverRule:ResolverRule": {
        "domainName": "a.example",
        "ruleType": "FORWARD",
        "resolverEndpointId": "rslvr-out-1",
        "targetIps": [{"ip": "10.0.0.2"}],
    },
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": {"resolverRuleId": "rslvr-rr-1", "vpcId": "vpc-1"},
    "aws:route53/record:Record": {"zoneId": "Z1", "name": "a", "type": "A", "ttl": 60, "records": ["10.0.0.1"]},
    "aws:route53/zone:Zone": {"name": "a.example", "vpcs": [{"vpcId": "vpc-1"}]},
}
