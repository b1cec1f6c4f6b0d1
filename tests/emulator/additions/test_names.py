"""Zones and records, resolver rules, certificates."""

import pytest

from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.rig import REGION, Emulator, refusal_code

pytestmark = pytest.mark.emulator


def test_a_zone_and_a_record_are_made_once_and_a_record_is_deleted_as_it_is(
    aws: Emulator, network: dict[str, str]
) -> None:
    route53 = aws.client("route53")
    wanted = {"VPC": {"VPCRegion": REGION, "VPCId": network["vpc"]}, "HostedZoneConfig": {"PrivateZone": True}}
    zone = route53.create_hosted_zone(Name="a.example", CallerReference="one", **wanted)["HostedZone"]["Id"]
    for name, reference, code in (("b", "one", "HostedZoneAlreadyExists"), ("a", "two", "ConflictingDomainExists")):
        assert (
            refusal_code(route53.create_hosted_zone, Name=f"{name}.example", CallerReference=reference, **wanted)
            == code
        )

    def change(action: str, name: str, address: str) -> None:
        values = [{"Value": address}]
        record = {"Name": f"{name}.a.example", "Type": "A", "TTL": 60, "ResourceRecords": values}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    def refused(action: str, name: str, address: str) -> bool:
        return refusal_code(change, action=action, name=name, address=address) == "InvalidChangeBatch"

    change("CREATE", "head", "10.0.0.1")
    change("CREATE", "login", "10.0.0.2")
    assert refused("CREATE", "head", "10.0.0.3")
    assert refused("DELETE", "head", "10.0.0.3")
    change("DELETE", "head", "10.0.0.1")
    assert refused("DELETE", "head", "10.0.0.1")
    # Another name that is still there does not stand in its way.
    change("CREATE", "head", "10.0.0.1")
    for name, address in (("head", "10.0.0.1"), ("login", "10.0.0.2")):
        change("DELETE", name, address)
    route53.delete_hosted_zone(Id=zone)


def test_a_resolver_rule_is_made_once_for_a_request_and_can_be_changed(aws: Emulator, network: dict[str, str]) -> None:
    resolver = aws.client("route53resolver")
    places = [{"SubnetId": network["subnet"], "Ip": f"10.0.1.{n}"} for n in (10, 11)]
    outward = {"Direction": "OUTBOUND", "SecurityGroupIds": [network["group"]], "IpAddresses": places}
    endpoint = resolver.create_resolver_endpoint(CreatorRequestId="once", Name="ours", **outward)
    identity = endpoint["ResolverEndpoint"]["Id"]
    target = {"ResolverEndpointId": identity, "TargetIps": [{"Ip": "10.0.1.2", "Port": 53}]}
    asked = {"CreatorRequestId": "once", "RuleType": "FORWARD", "DomainName": "a.example", **target}
    rule, again = (resolver.create_resolver_rule(**asked)["ResolverRule"]["Id"] for _ in range(2))
    assert rule == again
    other = [{"Ip": "10.0.1.3", "Port": 53}]
    resolver.update_resolver_rule(ResolverRuleId=rule, Config={"TargetIps": other})
    found = resolver.get_resolver_rule(ResolverRuleId=rule)["ResolverRule"]
    assert (found["TargetIps"], found["ResolverEndpointId"]) == (other, identity)
    resolver.delete_resolver_rule(ResolverRuleId=rule)
    resolver.delete_resolver_endpoint(ResolverEndpointId=identity)


def test_a_certificate_keeps_its_tags_and_is_not_deleted_while_a_listener_shows_it(
    aws: Emulator, network: dict[str, str]
) -> None:
    acm, elb = aws.client("acm"), aws.client("elbv2")
    first, other = (
        {"Certificate": one["certificateBody"].encode(), "PrivateKey": one["privateKey"].encode()}
        for one in (FIRST, OTHER)
    )
    tags = [{"Key": "team", "Value": "genomics"}]
    arn = acm.import_certificate(**first, Tags=tags)["CertificateArn"]
    assert acm.import_certificate(CertificateArn=arn, **other)["CertificateArn"] == arn
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == tags
    balancer = elb.create_load_balancer(Name="shows", Type="network", Subnets=[network["subnet"]])["LoadBalancers"][0]
    group = elb.create_target_group(Name="shown", Protocol="TCP", Port=389, VpcId=network["vpc"])["TargetGroups"][0]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    shown = {"Protocol": "TLS", "Certificates": [{"CertificateArn": arn}], "DefaultActions": forward}
    listener = elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Port=636, **shown)["Listeners"][0]
    assert refusal_code(acm.delete_certificate, CertificateArn=arn) == "ResourceInUseException"
    (changed,) = elb.modify_listener(ListenerArn=listener["ListenerArn"], Port=3269, **shown)["Listeners"]
    assert (changed["Protocol"], changed["Port"], changed["Certificates"][0]["CertificateArn"]) == ("TLS", 3269, arn)
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
    acm.delete_certificate(CertificateArn=arn)
