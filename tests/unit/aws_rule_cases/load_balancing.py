"""Load balancers and certificates."""

from tests.unit.aws_rule_cases.form import Case, Inputs, name, one, within

BALANCER = [one("name", None, "right"), *name(32, "-wrong")]
LB_ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/ldaps/0123456789abcdef"
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/ldaps/0123456789abcdef"
CERTIFICATE_ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/0123"
PEM = "-----BEGIN {0}-----\nMIG\n-----END {0}-----\n"
FORWARD = {"type": "forward", "targetGroupArn": GROUP_ARN}

CASES: dict[str, list[Case]] = {
    "aws:acm/certificate:Certificate": [
        one("privateKey", None, PEM.format("PRIVATE KEY")),
        one("certificateBody", None, PEM.format("CERTIFICATE")),
        one("certificateBody", "MIG", PEM.format("CERTIFICATE")),
        one("certificateBody", PEM.format("CERTIFICATE") + " " * 32768, PEM.format("CERTIFICATE")),
        one("privateKey", PEM.format("ENCRYPTED DATA"), PEM.format("EC PRIVATE KEY")),
    ],
    "aws:lb/listener:Listener": [
        one("loadBalancerArn", "ldaps", LB_ARN),
        one("port", None, 636),
        one("port", 65536, 65535),
        one("protocol", None, "TLS"),
        one("protocol", "HTTPS", "TLS"),
        one("certificateArn", None, CERTIFICATE_ARN),
        one("certificateArn", "ours", CERTIFICATE_ARN),
        one("certificateArn", CERTIFICATE_ARN, None, protocol="TCP"),
        one("sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", None, protocol="TCP", certificateArn=None),
        one("defaultActions", [FORWARD] * 2, [FORWARD]),
        one("defaultActions", [{**FORWARD, "type": "redirect"}], [FORWARD]),
        one("defaultActions", [{**FORWARD, "targetGroupArn": "ldaps"}], [FORWARD]),
    ],
    "aws:lb/loadBalancer:LoadBalancer": [
        *BALANCER,
        one("loadBalancerType", None, "network"),
        one("loadBalancerType", "application", "network"),
        one("subnets", None, ["subnet-1"]),
        one("subnets", ["subnet-1", "subnet-1"], ["subnet-1", "subnet-2"]),
        one("securityGroups", ["sg-1"] * 6, ["sg-1"]),
    ],
    "aws:lb/targetGroup:TargetGroup": [
        *BALANCER,
        one("port", None, 389),
        one("port", 0, 1),
        one("protocol", None, "TCP"),
        one("protocol", "HTTP", "TCP"),
        one("vpcId", None, "vpc-1"),
        one("targetType", "lambda", "ip"),
        one("deregistrationDelay", 3601, 3600),
        within("healthCheck", "protocol", "HTTP", "TCP"),
        within("healthCheck", "interval", 4, 5),
        within("healthCheck", "timeout", 121, 120),
        within("healthCheck", "healthyThreshold", 1, 2),
        within("healthCheck", "unhealthyThreshold", 11, 10),
    ],
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": [
        one("targetGroupArn", "ldaps", GROUP_ARN),
        one("port", None, 389),
        one("port", 65536, 65535),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:acm/certificate:Certificate": {
        "certificateBody": PEM.format("CERTIFICATE"),
        "privateKey": PEM.format("PRIVATE KEY"),
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": LB_ARN,
        "port": 636,
        "protocol": "TLS",
        "certificateArn": CERTIFICATE_ARN,
        "defaultActions": [FORWARD],
    },
    "aws:lb/loadBalancer:LoadBalancer": {"name": "ldaps", "loadBalancerType": "network", "subnets": ["subnet-1"]},
    "aws:lb/targetGroup:TargetGroup": {"name": "ldaps", "port": 389, "protocol": "TCP", "vpcId": "vpc-1"},
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": {
        "targetGroupArn": GROUP_ARN,
        "targetId": "10.0.0.1",
        "port": 389,
    },
}
