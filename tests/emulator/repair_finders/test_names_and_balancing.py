"""Zones, load balancers and certificates that a killed run made are found among others of the same name."""

from collections.abc import Mapping

import pytest

from scripts.operator.repair.plan import Found
from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.repair_finders.lookup import OTHERS, STATES, found, state, tags
from tests.emulator.rig import Emulator, shared

pytestmark = pytest.mark.emulator


def _zone(aws: Emulator, name: str, vpc: str, stack: str = "") -> str:
    route53 = aws.client("route53")
    where = {"VPCRegion": "us-east-1", "VPCId": vpc}
    made = route53.create_hosted_zone(
        Name=name, CallerReference=name + vpc, VPC=where, HostedZoneConfig={"PrivateZone": True}
    )["HostedZone"]["Id"].removeprefix("/hostedzone/")
    if stack:
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=made, AddTags=tags(stack))
    return made


def test_a_zone_is_known_by_name_and_network_and_a_record_by_name_and_type() -> None:
    aws, token = shared(), "aws:route53/record:Record"
    route53 = aws.client("route53")
    zones = [
        _zone(aws, "a.example", "vpc-1", OTHERS),
        _zone(aws, "a.example", "vpc-2"),
        _zone(aws, "b.example", "vpc-1"),
    ]
    record = {"Name": "head.b.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zones[2], ChangeBatch=batch)

    change("CREATE")
    try:
        of_vpc = {
            vpc: found("aws:route53/zone:Zone", name="a.example.", vpcs=[{"vpcId": vpc}])
            for vpc in ("vpc-1", "vpc-2", "vpc-3")
        }
        assert of_vpc == {"vpc-1": [Found(zones[0], ours=False)], "vpc-2": [Found(zones[1])], "vpc-3": []}
        for name in ("head", "head.b.example"):
            assert found(token, zoneId=zones[2], name=name, type="A") == [Found(f"{zones[2]}_{name}_A")]
        assert found(token, zoneId=zones[2], name="head", type="CNAME") == []
    finally:
        change("DELETE")
        for one in zones:
            route53.delete_hosted_zone(Id=one)


def test_a_balancer_and_what_is_behind_it_are_known_by_name_and_place() -> None:
    elb, ec2 = shared().client("elbv2"), shared().client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    kind = {"Type": "network", "Scheme": "internal", "Subnets": [subnet["SubnetId"]], "Tags": tags()}
    balancer = elb.create_load_balancer(Name="repair", **kind)["LoadBalancers"][0]["LoadBalancerArn"]
    behind = {"Protocol": "TCP", "Port": 389, "VpcId": subnet["VpcId"], "TargetType": "ip"}
    group = elb.create_target_group(Name="repair", **behind)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    shown = {"LoadBalancerArn": balancer, "Protocol": "TCP", "Port": 389, "DefaultActions": forward, "Tags": tags()}
    listener = elb.create_listener(**shown)["Listeners"][0]["ListenerArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 389}])
    token, behind_it = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
    attachment = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    try:
        assert found(token, name="repair") == [Found(balancer)]
        assert state(token, balancer) not in STATES[token].passing
        assert found(token, name="other") == []
        assert found(behind_it, name="repair") == [Found(group, ours=False)]
        assert found(behind_it, name="other") == []
        for port, expected in ((389, [Found(listener)]), (636, [])):
            assert found("aws:lb/listener:Listener", loadBalancerArn=balancer, port=port) == expected
        for target, known in (("10.0.0.9", [Found(f"{group},10.0.0.9,389")]), ("10.0.0.8", [])):
            assert found(attachment, targetGroupArn=group, targetId=target, port=389) == known
    finally:
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        elb.delete_target_group(TargetGroupArn=group)


def test_a_certificate_is_known_by_what_it_says() -> None:
    acm = shared().client("acm")

    def imported(one: Mapping[str, str]) -> str:
        halves = {"Certificate": one["certificateBody"].encode(), "PrivateKey": one["privateKey"].encode()}
        return acm.import_certificate(**halves, Tags=tags())["CertificateArn"]

    arns = [imported(one) for one in (FIRST, OTHER)]
    try:
        assert found("aws:acm/certificate:Certificate", certificateBody=FIRST["certificateBody"]) == [Found(arns[0])]
    finally:
        for arn in arns:
            acm.delete_certificate(CertificateArn=arn)
