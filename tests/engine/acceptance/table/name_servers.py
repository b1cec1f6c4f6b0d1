"""Name servers of a VPC: DHCP options, and rules of Route 53 Resolver."""

from typing import Any

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import Clients, Ground
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags, ec2_untag, found, listed


def _options(aws: Clients, it: Kept) -> Values:
    (told,) = aws("ec2").describe_dhcp_options(DhcpOptionsIds=[it.id])["DhcpOptions"]
    servers = {one["Key"]: [value["Value"] for value in one["Values"]] for one in told["DhcpConfigurations"]}
    return {"domainNameServers": servers["domain-name-servers"], "tags": ec2_tags(aws, it.id)}


def _association(aws: Clients, it: Kept) -> Values:
    vpcs = aws("ec2").describe_vpcs(VpcIds=[it.outputs["vpcId"]])["Vpcs"]
    told = found(vpcs, dhcpOptionsId="DhcpOptionsId", vpcId="VpcId")
    if told["dhcpOptionsId"] != it.outputs["dhcpOptionsId"]:
        raise Gone(it.id)
    return told


def _endpoint(aws: Clients, it: Kept) -> Values:
    told = aws("route53resolver").get_resolver_endpoint(ResolverEndpointId=it.id)["ResolverEndpoint"]
    return {**found([told], name="Name", securityGroupIds="SecurityGroupIds"), **_tags(aws, told["Arn"])}


def _rule(aws: Clients, it: Kept) -> Values:
    told = aws("route53resolver").get_resolver_rule(ResolverRuleId=it.id)["ResolverRule"]
    targets = [{"ip": one["Ip"], "port": one["Port"]} for one in told["TargetIps"]]
    return {"domainName": told["DomainName"].removesuffix("."), "targetIps": targets, **_tags(aws, told["Arn"])}


def _tags(aws: Clients, arn: str) -> Values:
    return {"tags": listed(aws("route53resolver").list_tags_for_resource(ResourceArn=arn)["Tags"])}


def _rule_association(aws: Clients, it: Kept) -> Values:
    told = aws("route53resolver").get_resolver_rule_association(ResolverRuleAssociationId=it.id)
    return found([told["ResolverRuleAssociation"]], resolverRuleId="ResolverRuleId", vpcId="VPCId")


def _dissociate(aws: Clients, it: Kept) -> None:
    place = {"ResolverRuleId": it.outputs["resolverRuleId"], "VPCId": it.outputs["vpcId"]}
    aws("route53resolver").disassociate_resolver_rule(**place)


def _endpoint_inputs(ground: Ground) -> Values:
    addresses: list[dict[str, Any]] = [{"subnetId": subnet} for subnet in ground.subnets]
    return {"direction": "OUTBOUND", "ipAddresses": addresses, "securityGroupIds": ground.groups[:1]}


CASES = [
    Case(
        token="aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
        inputs=lambda g: {"domainNameServers": ["10.0.0.2", "10.0.1.2"], **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"domainNameServers": ["10.0.0.3"]},
        look=_options,
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").delete_dhcp_options(DhcpOptionsId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        inputs=lambda g: {"dhcpOptionsId": g.dhcp_options[0], "vpcId": g.vpc},
        change=lambda g: {"dhcpOptionsId": g.dhcp_options[1]},
        replace=lambda g: {"vpcId": g.other_vpc},
        look=_association,
        drift=No("a VPC with other options has lost these"),
        vanish=lambda aws, it: aws("ec2").associate_dhcp_options(DhcpOptionsId="default", VpcId=it.outputs["vpcId"]),
        import_id=lambda it: it.outputs["vpcId"],
    ),
    Case(
        token="aws:route53/resolverEndpoint:ResolverEndpoint",
        inputs=lambda g: {"name": "acceptance", **_endpoint_inputs(g), **TAGS_FIRST},
        change=lambda g: {"name": "changed", **TAGS_CHANGED},
        replace=lambda g: {"securityGroupIds": g.groups[1:]},
        look=_endpoint,
        drift=lambda aws, it: aws("route53resolver").update_resolver_endpoint(ResolverEndpointId=it.id, Name="by-hand"),
        vanish=lambda aws, it: aws("route53resolver").delete_resolver_endpoint(ResolverEndpointId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:route53/resolverRule:ResolverRule",
        inputs=lambda g: {
            "domainName": "a.example",
            "ruleType": "FORWARD",
            "resolverEndpointId": g.resolver_endpoint,
            "targetIps": [{"ip": "10.0.0.2", "port": 53}],
            **TAGS_FIRST,
        },
        change=lambda g: {"targetIps": [{"ip": "10.0.1.2", "port": 53}], **TAGS_CHANGED},
        replace=lambda g: {"domainName": "b.example"},
        look=_rule,
        drift=lambda aws, it: aws("route53resolver").update_resolver_rule(
            ResolverRuleId=it.id, Config={"TargetIps": [{"Ip": "10.9.9.9", "Port": 53}]}
        ),
        vanish=lambda aws, it: aws("route53resolver").delete_resolver_rule(ResolverRuleId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
        inputs=lambda g: {"resolverRuleId": g.resolver_rule, "vpcId": g.vpc},
        change=No("every change is another association"),
        replace=lambda g: {"vpcId": g.other_vpc},
        look=_rule_association,
        drift=No("an association has nothing that changes in place"),
        vanish=_dissociate,
        import_id=lambda it: it.id,
    ),
]
