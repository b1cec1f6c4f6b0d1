"""Private names, and the LDAPS endpoint in front of a directory, with a certificate of the stack's own authority."""

from typing import Any

import pulumi

from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.ground import Clients, Ground


def _private_name(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.private_name import PrivateName, PrivateNameArgs

    args = PrivateNameArgs(fqdn=arguments["fqdn"], vpc_id=ground.vpc, addresses=[arguments["address"]])
    return PrivateName(name, args, opts)


def _records(aws: Clients, parts: Parts, part: str) -> list[dict[str, Any]]:
    zone = parts[f"Zone::{part}"].id
    found = aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [one for one in found if one["Type"] == "A"]


def _addresses(aws: Clients, parts: Parts) -> dict[str, str]:
    (record,) = _records(aws, parts, "privatename")
    return {"fqdn": record["Name"].removesuffix("."), "address": record["ResourceRecords"][0]["Value"]}


def _change(aws: Clients, parts: Parts, action: str, **more: Any) -> None:
    (record,) = _records(aws, parts, "privatename")
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": {**record, **more}}]}
    aws("route53").change_resource_record_sets(HostedZoneId=parts["Zone::privatename"].id, ChangeBatch=batch)


def _ldaps_front(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
    from components.ldaps_front import LdapsFront, LdapsFrontArgs

    asked = CertificateAuthorityArgs(common_name="acceptance", protected=False, edition=arguments["edition"])
    authority = CertificateAuthority(f"{name}-ca", asked, opts)
    args = LdapsFrontArgs(
        fqdn=arguments["fqdn"],
        certificate_arn=None,
        issued=authority.issue("server", dns_names=[arguments["fqdn"]]),
        authority=authority.certificate,
        vpc_id=arguments["vpc"],
        subnet_ids=arguments["subnets"],
        servers=[pulumi.Output.from_input(f"10.0.{n}.20") for n in range(2)],
        clients={"nodes": ground.groups[0]},
    )
    return LdapsFront(name, args, opts)


def _served(aws: Clients, parts: Parts) -> dict[str, Any]:
    """The name in the certificate that the listener shows, and that leads to its load balancer."""
    (listener,) = aws("elbv2").describe_listeners(ListenerArns=[parts["Listener::ldapsfront"].id])["Listeners"]
    shown = listener["Certificates"][0]["CertificateArn"]
    certificate = aws("acm").describe_certificate(CertificateArn=shown)["Certificate"]
    (record,) = _records(aws, parts, "ldapsfront")
    assert certificate["SubjectAlternativeNames"] == [record["Name"].removesuffix(".")]
    balancer = parts["LoadBalancer::ldapsfront"].outputs["dnsName"]
    return {"fqdn": certificate["DomainName"], "leads": record["AliasTarget"]["DNSName"].startswith(balancer)}


def _slow_checks(aws: Clients, parts: Parts) -> None:
    group = parts["TargetGroup::ldapsfront"].id
    aws("elbv2").modify_target_group(TargetGroupArn=group, HealthCheckIntervalSeconds=60)


def _name_servers(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.name_servers import NameServers, NameServersArgs

    args = NameServersArgs(
        kind="resolver-rule",
        domain_name=arguments["domain"],
        servers=[pulumi.Output.from_input(arguments["server"])],
        vpc_id=ground.vpc,
        subnet_ids=[pulumi.Output.from_input(subnet) for subnet in ground.subnets],
    )
    return NameServers(name, args, opts)


def _forwarded(aws: Clients, parts: Parts) -> dict[str, str]:
    rule = aws("route53resolver").get_resolver_rule(ResolverRuleId=parts[_RULE].id)["ResolverRule"]
    return {"domain": rule["DomainName"].removesuffix("."), "server": rule["TargetIps"][0]["Ip"]}


def _dissociate(aws: Clients, parts: Parts) -> None:
    linked = parts[_LINKED].outputs
    place = {"ResolverRuleId": linked["resolverRuleId"], "VPCId": linked["vpcId"]}
    aws("route53resolver").disassociate_resolver_rule(**place)


def _lead_astray(aws: Clients, parts: Parts) -> None:
    config = {"TargetIps": [{"Ip": "10.9.9.9", "Port": 53}]}
    aws("route53resolver").update_resolver_rule(ResolverRuleId=parts[_RULE].id, Config=config)


_RULE, _LINKED = "ResolverRule::nameservers", "ResolverRuleAssociation::nameservers"

ROWS = [
    Component(
        token="hpcstack:index:NameServers",
        make=_name_servers,
        first=lambda g: {"domain": "a.acceptance.internal", "server": "10.0.0.2"},
        change=lambda g: {"server": "10.0.1.2"},
        changed={
            _RULE: frozenset({"targetIps"}),
            **{
                f"SecurityGroupEgressRule::nameservers-{protocol}-0": frozenset({"cidrIpv4"})
                for protocol in ("udp", "tcp")
            },
        },
        replace=lambda g: {"domain": "b.acceptance.internal"},
        replaced=frozenset({_RULE, _LINKED}),
        look=_forwarded,
        looks=lambda a: a,
        drift=_lead_astray,
        drifted=_RULE,
        vanish=_dissociate,
        vanished=frozenset({_LINKED}),
    ),
    Component(
        token="hpcstack:index:PrivateName",
        make=_private_name,
        first=lambda g: {"fqdn": "dc1.acceptance.internal", "address": "10.0.0.4"},
        change=lambda g: {"address": "10.0.0.5"},
        changed={"Record::privatename": frozenset({"records"})},
        replace=lambda g: {"fqdn": "dc2.acceptance.internal"},
        replaced=frozenset({"Zone::privatename", "Record::privatename"}),
        look=_addresses,
        looks=lambda a: a,
        drift=lambda aws, parts: _change(aws, parts, "UPSERT", TTL=5),
        drifted="Record::privatename",
        vanish=lambda aws, parts: _change(aws, parts, "DELETE"),
        vanished=frozenset({"Record::privatename"}),
    ),
    Component(
        token="hpcstack:index:LdapsFront",
        make=_ldaps_front,
        first=lambda g: {"fqdn": "ldaps.acceptance.internal", "edition": 1, "vpc": g.vpc, "subnets": g.subnets},
        change=lambda g: {"edition": 2},
        changed={"Certificate::ldapsfront": frozenset({"certificateBody", "privateKey"})},
        # The former target group is there until all else has left it.
        replace=lambda g: {"fqdn": "ldap.acceptance.internal", "vpc": g.other_vpc, "subnets": g.other_subnets},
        replaced=frozenset(
            {
                *("Zone::ldapsfront", "Record::ldapsfront", "LoadBalancer::ldapsfront", "Listener::ldapsfront"),
                *("TargetGroup::ldapsfront", *(f"TargetGroupAttachment::ldapsfront-{n}" for n in range(2))),
                *("SecurityGroup::ldapsfront", "SecurityGroupIngressRule::ldapsfront-from-nodes"),
                *(f"SecurityGroupEgressRule::ldapsfront-to-controller-{n}" for n in range(2)),
            }
        ),
        look=_served,
        looks=lambda a: {"fqdn": a["fqdn"], "leads": True},
        drift=_slow_checks,
        drifted="TargetGroup::ldapsfront",
        vanish=lambda aws, parts: aws("elbv2").delete_listener(ListenerArn=parts["Listener::ldapsfront"].id),
        vanished=frozenset({"Listener::ldapsfront"}),
    ),
]
