"""Load balancers, what stands behind them, and imported certificates."""

from collections.abc import Iterable, Iterator

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found

_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
"""Certificate Manager lists two kinds of RSA keys only, unless asked for more."""


def _bears(wanted: Wanted, arn: str) -> bool:
    (told,) = wanted.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return wanted.bears(told["Tags"])


def load_balancer(wanted: Wanted) -> Iterator[Found]:
    found = wanted.client("elbv2").describe_load_balancers(Names=[wanted.text("name")])["LoadBalancers"]
    yield from _found(wanted, (one["LoadBalancerArn"] for one in found))


def target_group(wanted: Wanted) -> Iterator[Found]:
    found = wanted.client("elbv2").describe_target_groups(Names=[wanted.text("name")])["TargetGroups"]
    yield from _found(wanted, (one["TargetGroupArn"] for one in found))


def listener(wanted: Wanted) -> Iterator[Found]:
    """A load balancer has one listener a port."""
    balancer, port = wanted.text("loadBalancerArn"), wanted.inputs.get("port")
    listeners = pages(wanted.client("elbv2"), "describe_listeners", "Listeners", LoadBalancerArn=balancer)
    yield from _found(wanted, (one["ListenerArn"] for one in listeners if one["Port"] == port))


def attachment(wanted: Wanted) -> Iterator[Found]:
    group, target, port = wanted.text("targetGroupArn"), wanted.text("targetId"), int(wanted.inputs.get("port") or 0)
    told = wanted.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    gone = ("Target.NotRegistered", "Target.DeregistrationInProgress")
    for one in told:
        same = (one["Target"]["Id"], one["Target"].get("Port")) == (target, port)
        if same and one["TargetHealth"].get("Reason") not in gone:
            yield Found(f"{group},{target},{port}")


def certificate(wanted: Wanted) -> Iterator[Found]:
    acm, body = wanted.client("acm"), wanted.text("certificateBody")
    listed = pages(acm, "list_certificates", "CertificateSummaryList", Includes={"keyTypes": _KEY_TYPES})
    for arn in [one["CertificateArn"] for one in listed]:
        if acm.get_certificate(CertificateArn=arn)["Certificate"].strip() == body.strip():
            yield Found(arn, wanted.bears(acm.list_tags_for_certificate(CertificateArn=arn).get("Tags")))


def _found(wanted: Wanted, arns: Iterable[str]) -> Iterator[Found]:
    for arn in arns:
        yield Found(arn, _bears(wanted, arn))


FINDERS: dict[str, Finder] = {
    "aws:acm/certificate:Certificate": certificate,
    "aws:lb/loadBalancer:LoadBalancer": load_balancer,
    "aws:lb/targetGroup:TargetGroup": target_group,
    "aws:lb/listener:Listener": listener,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": attachment,
}
