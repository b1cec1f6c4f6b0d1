"""Load balancers, what stands behind them, and the certificates that they show."""

from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.aws_types.world import Inputs, Life

_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


def _forward(group: str) -> Inputs:
    return {"defaultActions": [{"type": "forward", "targetGroupArn": group}]}


LIVES = [
    Life(
        "aws:acm/certificate:Certificate",
        lambda w: FIRST,
        lambda w: OTHER,
        None,
        "arn:aws:acm:",
        ("arn", "domainName", "notAfter", "status", "subjectAlternativeNames"),
        {"privateKey"},
    ),
    Life(
        "aws:lb/loadBalancer:LoadBalancer",
        lambda w: {
            "name": "ldaps",
            "internal": True,
            "loadBalancerType": "network",
            "subnets": w.subnets[:1],
            "securityGroups": w.groups[:1],
        },
        lambda w: {"subnets": w.subnets, "enableCrossZoneLoadBalancing": True, "securityGroups": w.groups},
        lambda w: {"subnets": w.subnets[1:]},
        "arn:aws:elasticloadbalancing:",
        ("arn", "dnsName", "zoneId", "vpcId"),
        more=(lambda w: {"enableDeletionProtection": True}, lambda w: {"enableDeletionProtection": None}),
    ),
    Life(
        "aws:lb/targetGroup:TargetGroup",
        lambda w: {
            "name": "ldaps",
            "port": 389,
            "protocol": "TCP",
            "targetType": "ip",
            "vpcId": w.vpc,
            "healthCheck": {"interval": 10},
        },
        lambda w: {"healthCheck": {"interval": 30, "unhealthyThreshold": 3}, "deregistrationDelay": 60},
        lambda w: {"port": 3268},
        "arn:aws:elasticloadbalancing:",
        ("arn", "healthCheck", "targetType"),
        more=(lambda w: {"connectionTermination": True},),
    ),
    Life(
        "aws:lb/listener:Listener",
        lambda w: {
            "loadBalancerArn": w.balancers[0],
            "port": 636,
            "protocol": "TLS",
            "certificateArn": w.certificate,
            **_forward(w.target_groups[0]),
        },
        lambda w: {"sslPolicy": _POLICY, "port": 3269, **_forward(w.target_groups[1])},
        lambda w: {"loadBalancerArn": w.balancers[1]},
        "arn:aws:elasticloadbalancing:",
        ("arn",),
    ),
    Life(
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        lambda w: {"targetGroupArn": w.target_groups[0], "targetId": "10.0.0.10", "port": 389},
        None,
        lambda w: {"targetId": "10.0.0.11"},
        "arn:aws:elasticloadbalancing:",
        (),
    ),
]
