"""Name servers of a VPC: DHCP options, and rules of Route 53 Resolver."""

from tests.emulator.aws_types.world import Inputs, Life, World


def _endpoint(world: World, **more: str) -> Inputs:
    addresses = [{"subnetId": subnet} for subnet in world.subnets]
    return {"direction": "OUTBOUND", "ipAddresses": addresses, "securityGroupIds": world.groups[:1], **more}


LIVES = [
    Life(
        "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
        lambda w: {"domainName": "a.example", "domainNameServers": ["10.0.0.2", "10.0.1.2"]},
        None,
        lambda w: {"domainNameServers": ["10.0.0.3"]},
        "dopt-",
        ("arn", "ownerId"),
    ),
    Life(
        "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        lambda w: {"dhcpOptionsId": w.dhcp_options[0], "vpcId": w.vpc},
        lambda w: {"dhcpOptionsId": w.dhcp_options[1]},
        lambda w: {"vpcId": w.other_vpc},
        "dopt-",
        ("dhcpOptionsId",),
    ),
    Life(
        "aws:route53/resolverEndpoint:ResolverEndpoint",
        lambda w: _endpoint(w, name="first"),
        lambda w: {"name": "second"},
        lambda w: {"securityGroupIds": w.groups[1:]},
        "rslvr-out-",
        ("arn", "hostVpcId", "ipAddresses"),
    ),
    Life(
        "aws:route53/resolverRule:ResolverRule",
        lambda w: {
            "name": "first",
            "domainName": "a.example.",
            "ruleType": "FORWARD",
            "resolverEndpointId": w.resolver_endpoint,
            "targetIps": [{"ip": "10.0.0.2"}, {"ip": "10.0.1.2"}],
        },
        lambda w: {"name": "second", "targetIps": [{"ip": "10.0.1.3"}]},
        lambda w: {"domainName": "b.example"},
        "rslvr-rr-",
        ("arn", "ownerId", "shareStatus"),
    ),
    Life(
        "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
        lambda w: {"name": "ours", "resolverRuleId": w.resolver_rule, "vpcId": w.vpc},
        None,
        lambda w: {"vpcId": w.other_vpc},
        "rslvr-rrassoc-",
        (),
    ),
]
