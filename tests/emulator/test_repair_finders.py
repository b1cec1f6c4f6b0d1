"""What a killed run made is found among others of the same name."""

from typing import Any

import pytest

from scripts.operator.repair import looking
from scripts.operator.repair.finding import Wanted, found_by
from scripts.operator.repair.finishing import STATES
from scripts.operator.repair.plan import Found
from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.rig import Emulator, shared

pytestmark = pytest.mark.emulator

BALANCER, CERTIFICATE = "aws:lb/loadBalancer:LoadBalancer", "aws:acm/certificate:Certificate"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"


def _prefix_list(ec2: Any, name: str, stack: str) -> str:
    tags = [{"ResourceType": "prefix-list", "Tags": [{"Key": "hpcstack:stack", "Value": stack}]}]
    made = ec2.create_managed_prefix_list(
        PrefixListName=name, AddressFamily="IPv4", MaxEntries=2, Entries=[], TagSpecifications=tags
    )
    return made["PrefixList"]["PrefixListId"]


def test_a_prefix_list_is_known_by_name_and_tags() -> None:
    aws = shared()
    ec2 = aws.client("ec2")
    lists = [_prefix_list(ec2, *what) for what in (("sources", "dev"), ("sources", "other"), ("others", "dev"))]
    try:
        urn = f"urn:pulumi:dev::hpcstack::{PREFIX_LIST}::sources"
        wanted = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "dev"}, aws.client)
        assert [found.identity for found in looking.FINDERS[PREFIX_LIST](wanted)] == lists[:1]
        assert STATES[PREFIX_LIST].ask(wanted, lists[0]) not in STATES[PREFIX_LIST].passing
        absent = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "third"}, aws.client)
        assert not list(looking.FINDERS[PREFIX_LIST](absent))
    finally:
        for one in lists:
            ec2.delete_managed_prefix_list(PrefixListId=one)


def _zone(aws: Emulator, name: str, vpc: str, **tags: str) -> str:
    route53 = aws.client("route53")
    where = {"VPCRegion": "us-east-1", "VPCId": vpc}
    made = route53.create_hosted_zone(
        Name=name, CallerReference=name + vpc, VPC=where, HostedZoneConfig={"PrivateZone": True}
    )["HostedZone"]["Id"].removeprefix("/hostedzone/")
    if tags:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=made, AddTags=listed)
    return made


def test_a_zone_is_known_by_name_and_network_and_a_record_by_name_and_type() -> None:
    aws = shared()
    route53 = aws.client("route53")
    zones = [
        _zone(aws, "a.example", "vpc-1", stack="other"),
        _zone(aws, "a.example", "vpc-2"),
        _zone(aws, "b.example", "vpc-1"),
    ]
    record = {"Name": "head.b.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zones[2], ChangeBatch=batch)

    def found(token: str, **inputs: Any) -> list[Found]:
        urn = f"urn:pulumi:dev::hpcstack::{token}::dns"
        return list(looking.FINDERS[token](Wanted(urn, inputs, {"stack": "dev"}, aws.client)))

    change("CREATE")
    try:
        of_vpc = {
            vpc: found("aws:route53/zone:Zone", name="a.example.", vpcs=[{"vpcId": vpc}])
            for vpc in ("vpc-1", "vpc-2", "vpc-3")
        }
        assert of_vpc == {"vpc-1": [Found(zones[0], ours=False)], "vpc-2": [Found(zones[1])], "vpc-3": []}
        for name in ("head", "head.b.example"):
            made = found("aws:route53/record:Record", zoneId=zones[2], name=name, type="A")
            assert made == [Found(f"{zones[2]}_{name}_A")]
        assert found("aws:route53/record:Record", zoneId=zones[2], name="head", type="CNAME") == []
    finally:
        change("DELETE")
        for one in zones:
            route53.delete_hosted_zone(Id=one)


def test_a_balancer_and_what_is_behind_it_are_known_by_name_and_place() -> None:
    aws = shared()
    elb, ec2 = aws.client("elbv2"), aws.client("ec2")
    tags = [{"Key": "stack", "Value": "dev"}]
    subnet = ec2.describe_subnets()["Subnets"][0]
    kind = {"Type": "network", "Scheme": "internal", "Subnets": [subnet["SubnetId"]], "Tags": tags}
    balancer = elb.create_load_balancer(Name="repair", **kind)["LoadBalancers"][0]["LoadBalancerArn"]
    behind = {"Protocol": "TCP", "Port": 389, "VpcId": subnet["VpcId"], "TargetType": "ip"}
    group = elb.create_target_group(Name="repair", **behind)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="TCP", Port=389, DefaultActions=forward, Tags=tags
    )["Listeners"][0]["ListenerArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 389}])

    def found(token: str, **inputs: Any) -> list[Found]:
        urn = f"urn:pulumi:dev::hpcstack::{token}::ldaps"
        return found_by(looking.FINDERS[token], Wanted(urn, inputs, {"stack": "dev"}, aws.client))

    attachment = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    try:
        assert found(BALANCER, name="repair") == [Found(balancer)]
        assert STATES[BALANCER].ask(Wanted("", {}, {}, aws.client), balancer) not in STATES[BALANCER].passing
        assert found(BALANCER, name="other") == []
        assert found("aws:lb/targetGroup:TargetGroup", name="repair") == [Found(group, ours=False)]
        assert found("aws:lb/targetGroup:TargetGroup", name="other") == []
        for port, expected in ((389, [Found(listener)]), (636, [])):
            assert found("aws:lb/listener:Listener", loadBalancerArn=balancer, port=port) == expected
        for target, known in (("10.0.0.9", [Found(f"{group},10.0.0.9,389")]), ("10.0.0.8", [])):
            assert found(attachment, targetGroupArn=group, targetId=target, port=389) == known
    finally:
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        elb.delete_target_group(TargetGroupArn=group)


def test_a_certificate_is_known_by_what_it_says() -> None:
    aws = shared()
    acm = aws.client("acm")
    tags = [{"Key": "stack", "Value": "dev"}]
    arns = [
        acm.import_certificate(
            Certificate=one["certificateBody"].encode(), PrivateKey=one["privateKey"].encode(), Tags=tags
        )["CertificateArn"]
        for one in (FIRST, OTHER)
    ]
    try:
        wanted = Wanted("", {"certificateBody": FIRST["certificateBody"]}, {"stack": "dev"}, aws.client)
        assert list(looking.FINDERS[CERTIFICATE](wanted)) == [Found(arns[0])]
    finally:
        for arn in arns:
            acm.delete_certificate(CertificateArn=arn)
