"""Network load balancers, what stands behind them, and the certificates that they show."""

from typing import Any

from tests.emulator.aws_types.certificates import FIRST, OTHER, imported
from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import Clients, Ground
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed


def _tags(aws: Clients, it: Kept) -> Values:
    (told,) = aws("elbv2").describe_tags(ResourceArns=[it.id])["TagDescriptions"]
    return {"tags": listed(told["Tags"])}


def _balancer(aws: Clients, it: Kept) -> Values:
    (balancer,) = aws("elbv2").describe_load_balancers(LoadBalancerArns=[it.id])["LoadBalancers"]
    told = aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=it.id)["Attributes"]
    across = {one["Key"]: one["Value"] for one in told}["load_balancing.cross_zone.enabled"] == "true"
    return {"name": balancer["LoadBalancerName"], "enableCrossZoneLoadBalancing": across or None, **_tags(aws, it)}


def _not_across(aws: Clients, it: Kept) -> None:
    wanted = [{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}]
    aws("elbv2").modify_load_balancer_attributes(LoadBalancerArn=it.id, Attributes=wanted)


def _group(aws: Clients, it: Kept) -> Values:
    groups = aws("elbv2").describe_target_groups(TargetGroupArns=[it.id])["TargetGroups"]
    check = {"interval": groups[0]["HealthCheckIntervalSeconds"]}
    return {**found(groups, port="Port", targetType="TargetType"), "healthCheck": check, **_tags(aws, it)}


def _listener(aws: Clients, it: Kept) -> Values:
    listeners = aws("elbv2").describe_listeners(ListenerArns=[it.id])["Listeners"]
    actions = [{"type": one["Type"], "targetGroupArn": one["TargetGroupArn"]} for one in listeners[0]["DefaultActions"]]
    told = found(listeners, loadBalancerArn="LoadBalancerArn", port="Port", sslPolicy="SslPolicy")
    return {**told, "defaultActions": actions, **_tags(aws, it)}


def _forward(group: str) -> Values:
    return {"defaultActions": [{"type": "forward", "targetGroupArn": group}]}


def _attachment(aws: Clients, it: Kept) -> Values:
    group, target, port = it.id.split(",")
    for one in aws("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]:
        if (one["Target"]["Id"], one["Target"]["Port"]) == (target, int(port)):
            return {"targetGroupArn": group, "targetId": target}
    raise Gone(it.id)


def _deregister(aws: Clients, it: Kept) -> None:
    group, target, _ = it.id.split(",")
    aws("elbv2").deregister_targets(TargetGroupArn=group, Targets=[{"Id": target}])


def _certificate(aws: Clients, it: Kept) -> Values:
    body = aws("acm").get_certificate(CertificateArn=it.id)["Certificate"]
    return {"certificateBody": body, "tags": listed(aws("acm").list_tags_for_certificate(CertificateArn=it.id)["Tags"])}


def _import_another(aws: Clients, it: Kept) -> None:
    other: dict[str, Any] = imported("by.hand")
    aws("acm").import_certificate(
        CertificateArn=it.id, Certificate=other["certificateBody"].encode(), PrivateKey=other["privateKey"].encode()
    )


def _group_inputs(ground: Ground) -> Values:
    place = {"vpcId": ground.vpc, "port": 389, "protocol": "TCP", "targetType": "ip"}
    return {"name": "acceptance", **place, "healthCheck": {"interval": 10}, **TAGS_FIRST}


CASES = [
    Case(
        token="aws:acm/certificate:Certificate",
        inputs=lambda g: {**FIRST, **TAGS_FIRST},
        # The chain stays: both are of one authority.
        change=lambda g: {key: OTHER[key] for key in ("certificateBody", "privateKey")} | TAGS_CHANGED,
        replace=No("a certificate is imported again under its ARN, whatever changes"),
        look=_certificate,
        drift=_import_another,
        vanish=lambda aws, it: aws("acm").delete_certificate(CertificateArn=it.id),
        import_id=lambda it: it.id,
        unread=frozenset({"privateKey", "certificateChain"}),
    ),
    Case(
        token="aws:lb/loadBalancer:LoadBalancer",
        inputs=lambda g: {
            "name": "acceptance",
            "internal": True,
            "loadBalancerType": "network",
            "subnets": g.subnets,
            "securityGroups": g.groups[:1],
            **TAGS_FIRST,
        },
        change=lambda g: {"enableCrossZoneLoadBalancing": True, **TAGS_CHANGED},
        replace=lambda g: {"name": "acceptance-other"},
        look=_balancer,
        drift=_not_across,
        vanish=lambda aws, it: aws("elbv2").delete_load_balancer(LoadBalancerArn=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:lb/targetGroup:TargetGroup",
        inputs=_group_inputs,
        change=lambda g: {"healthCheck": {"interval": 30}, **TAGS_CHANGED},
        replace=lambda g: {"port": 3268, "name": "acceptance-other"},
        look=_group,
        drift=lambda aws, it: aws("elbv2").modify_target_group(TargetGroupArn=it.id, HealthCheckIntervalSeconds=60),
        vanish=lambda aws, it: aws("elbv2").delete_target_group(TargetGroupArn=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:lb/listener:Listener",
        inputs=lambda g: {
            "loadBalancerArn": g.balancers[0],
            "port": 636,
            "protocol": "TLS",
            "certificateArn": g.certificate,
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            **_forward(g.target_groups[0]),
            **TAGS_FIRST,
        },
        change=lambda g: {"port": 3269, **_forward(g.target_groups[1]), **TAGS_CHANGED},
        replace=lambda g: {"loadBalancerArn": g.balancers[1]},
        look=_listener,
        drift=lambda aws, it: aws("elbv2").modify_listener(ListenerArn=it.id, Port=637, DefaultActions=[]),
        vanish=lambda aws, it: aws("elbv2").delete_listener(ListenerArn=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:lb/targetGroupAttachment:TargetGroupAttachment",
        inputs=lambda g: {"targetGroupArn": g.target_groups[0], "targetId": "10.0.0.10", "port": 389},
        change=No("every change is another registration"),
        replace=lambda g: {"targetId": "10.0.0.11"},
        look=_attachment,
        drift=No("a registration has nothing that changes in place"),
        vanish=_deregister,
        import_id=lambda it: it.id,
    ),
]
