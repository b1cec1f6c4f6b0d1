"""Name servers of a network that a killed run made are found by tags and place."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from scripts.operator.repair.plan import Found
from tests.emulator.repair_finders.lookup import found, state, tagged, tags
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator


@dataclass(frozen=True)
class _Servers:
    """Ids."""

    vpc: str
    options: str
    endpoint: str
    rule: str


@pytest.fixture(scope="module")
def servers() -> Iterator[_Servers]:
    """Of a network of their own, with which neither options nor rule are associated yet."""
    ec2, resolver = shared().client("ec2"), shared().client("route53resolver")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{n}.0/24")["Subnet"]["SubnetId"] for n in range(2)]
    group = ec2.create_security_group(GroupName="dns", Description="dns", VpcId=vpc)["GroupId"]
    options = ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name-servers", "Values": ["10.77.0.2"]}],
        TagSpecifications=tagged("dhcp-options"),
    )["DhcpOptions"]["DhcpOptionsId"]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="repair",
        Name="ours",
        Direction="OUTBOUND",
        SecurityGroupIds=[group],
        IpAddresses=[{"SubnetId": subnet} for subnet in subnets],
        Tags=tags(),
    )["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId="repair",
        RuleType="FORWARD",
        DomainName="a.example",
        ResolverEndpointId=endpoint,
        TargetIps=[{"Ip": "10.77.0.2", "Port": 53}],
        Tags=tags(),
    )["ResolverRule"]["Id"]
    yield _Servers(vpc, options, endpoint, rule)
    resolver.delete_resolver_rule(ResolverRuleId=rule)
    resolver.delete_resolver_endpoint(ResolverEndpointId=endpoint)
    ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=options)
    ec2.delete_security_group(GroupId=group)
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def test_options_are_known_by_tags_and_their_association_by_its_network(servers: _Servers) -> None:
    linked = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
    place = {"dhcpOptionsId": servers.options, "vpcId": servers.vpc}
    assert found("aws:ec2/vpcDhcpOptions:VpcDhcpOptions") == [Found(servers.options)]
    assert found(linked, **place) == []
    shared().client("ec2").associate_dhcp_options(DhcpOptionsId=servers.options, VpcId=servers.vpc)
    assert found(linked, **place) == [Found(f"{servers.options}-{servers.vpc}")]


def test_an_endpoint_is_known_by_its_name_and_a_rule_by_its_domain(servers: _Servers) -> None:
    endpoint, rule = "aws:route53/resolverEndpoint:ResolverEndpoint", "aws:route53/resolverRule:ResolverRule"
    for name, expected in (("ours", [Found(servers.endpoint)]), ("others", [])):
        assert found(endpoint, direction="OUTBOUND", name=name) == expected
    assert state(endpoint, servers.endpoint) == "OPERATIONAL"
    for name, expected in (("a.example", [Found(servers.rule)]), ("b.example", [])):
        assert found(rule, domainName=name, resolverEndpointId=servers.endpoint) == expected


def test_the_association_of_a_rule_is_known_by_its_network(servers: _Servers) -> None:
    resolver = shared().client("route53resolver")
    token = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation"
    place = {"resolverRuleId": servers.rule, "vpcId": servers.vpc}
    assert found(token, **place) == []
    made = resolver.associate_resolver_rule(ResolverRuleId=servers.rule, VPCId=servers.vpc)
    try:
        assert found(token, **place) == [Found(made["ResolverRuleAssociation"]["Id"])]
    finally:
        resolver.disassociate_resolver_rule(ResolverRuleId=servers.rule, VPCId=servers.vpc)
