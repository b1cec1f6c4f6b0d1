"""Network load balancers and their listeners."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import APPLY, Arn, Items, Needed, OneOf, Refused, Within
from localcloud.plugins.values import UNKNOWN, Plain

NAME = name(
    32,
    r"(?!-)(?!internal-)[0-9A-Za-z-]*[0-9A-Za-z]",
    "consist of letters, digits and hyphens, none of these first or last",
)
_ATTRIBUTES = {
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
}
SECURE = "TLS"
PROTOCOLS = ("TCP", SECURE)


class BalancingType(AwsType):
    """A type of Elastic Load Balancing whose id is its ARN."""

    busy = AwsType.busy | {"ResourceInUse"}

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("elbv2").remove_tags(ResourceArns=[resource_id], TagKeys=drop)
        if add:
            aws.client("elbv2").add_tags(ResourceArns=[resource_id], Tags=tag_list(add))

    def tags_at_creation(self, aws: Aws, inputs: Plain) -> dict[str, Any]:
        tags = aws.all_tags(inputs.get("tags"))
        return {"Tags": tag_list(tags)} if tags else {}

    def live_tags(self, aws: Aws, resource_id: str) -> dict[str, str]:
        found = aws.client("elbv2").describe_tags(ResourceArns=[resource_id])["TagDescriptions"]
        return tag_map(first(found).get("Tags"))


class LoadBalancer(BalancingType):
    token = "aws:lb/loadBalancer:LoadBalancer"
    inputs = frozenset({"name", "internal", "loadBalancerType", "subnets", "securityGroups", "tags", *_ATTRIBUTES})
    replace = frozenset({"name", "internal", "loadBalancerType", "subnets", "securityGroups"})
    computed = frozenset({"internal", "securityGroups"})
    unordered = frozenset({"subnets", "securityGroups"})
    patience = 600
    rules = (
        Needed("name", ours="the stand-in makes up no name for a load balancer"),
        *NAME,
        Needed("loadBalancerType", ours="the stand-in makes network load balancers only"),
        OneOf("loadBalancerType", ("network",), ours="the stand-in makes network load balancers only"),
        Needed("subnets", ours="the stand-in knows no subnet mappings"),
        Items("subnets", 1, 200, distinct=True, stage=APPLY),
        Items("securityGroups", 0, 5, distinct=True, stage=APPLY),
    )

    def replaces(self, key: str, old: Plain, new: Plain) -> bool:
        """As the official plugin has it for this kind: no subnet is taken away, and the first group comes with the creation."""
        had, wanted = old.get(key) or [], new.get(key) or []
        if key == "subnets":
            return UNKNOWN in (wanted, *wanted) or not set(had) <= set(wanted)
        if key == "securityGroups":
            return not (had and wanted)
        return super().replaces(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("elbv2").create_load_balancer(
            Type=inputs["loadBalancerType"],
            Scheme="internal" if inputs.get("internal") else "internet-facing",
            **given(inputs, Name="name", Subnets="subnets", SecurityGroups="securityGroups"),
            **self.tags_at_creation(context, inputs),
        )
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def active() -> bool:
            return self._describe(context, resource_id)["State"]["Code"] == "active"

        wait_until(active, f"load balancer {resource_id} is active", context.stopping)
        self._set(context, resource_id, inputs)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = self._describe(aws, resource_id)
        told = aws.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=resource_id)["Attributes"]
        attributes = {one["Key"]: one.get("Value") for one in told}
        subnets = sorted(zone["SubnetId"] for zone in found["AvailabilityZones"])
        state = picked(
            found,
            arn="LoadBalancerArn",
            name="LoadBalancerName",
            dnsName="DNSName",
            zoneId="CanonicalHostedZoneId",
            vpcId="VpcId",
            ipAddressType="IpAddressType",
            loadBalancerType="Type",
        )
        return state | {
            "arnSuffix": resource_id.partition(":loadbalancer/")[2],
            "internal": found["Scheme"] == "internal",
            "securityGroups": sorted(found.get("SecurityGroups", [])),
            "subnets": subnets,
            "subnetMappings": [{"subnetId": subnet} for subnet in subnets],
            **{key: attributes.get(api) == "true" for key, api in _ATTRIBUTES.items()},
            "tagsAll": self.live_tags(aws, resource_id),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        elb = aws.client("elbv2")
        if "subnets" in changed:
            elb.set_subnets(LoadBalancerArn=resource_id, Subnets=new["subnets"])
        if "securityGroups" in changed:
            elb.set_security_groups(LoadBalancerArn=resource_id, SecurityGroups=new["securityGroups"])

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("elbv2").delete_load_balancer(LoadBalancerArn=resource_id)

    def _set(self, aws: Aws, resource_id: str, inputs: Plain) -> None:
        wanted = [{"Key": api, "Value": str(bool(inputs.get(key, False))).lower()} for key, api in _ATTRIBUTES.items()]
        aws.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=resource_id, Attributes=wanted)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[resource_id])["LoadBalancers"])


class Listener(BalancingType):
    token = "aws:lb/listener:Listener"
    inputs = frozenset({"loadBalancerArn", "port", "protocol", "certificateArn", "sslPolicy", "defaultActions", "tags"})
    replace = frozenset({"loadBalancerArn"})
    computed = frozenset({"sslPolicy"})
    rules = (
        Arn("loadBalancerArn"),
        Needed("port", stage=APPLY),
        Within("port", 1, 65535),
        Needed("protocol", stage=APPLY),
        OneOf("protocol", PROTOCOLS, ours="the stand-in knows listeners of network load balancers, for TCP and TLS"),
        Needed("certificateArn", when="protocol", has=(SECURE,), stage=APPLY),
        Arn("certificateArn"),
        Refused("certificateArn", when="protocol", has=("TCP",), stage=APPLY),
        Refused("sslPolicy", when="protocol", has=("TCP",), stage=APPLY),
        Items("defaultActions", 1, 1, ours="the stand-in knows one action, to one target group"),
        OneOf("defaultActions[].type", ("forward",), ours="the stand-in knows one action, to one target group"),
        Arn("defaultActions[].targetGroupArn"),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("elbv2").create_listener(
            LoadBalancerArn=inputs["loadBalancerArn"], **_told(inputs), **self.tags_at_creation(context, inputs)
        )
        return made["Listeners"][0]["ListenerArn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = first(aws.client("elbv2").describe_listeners(ListenerArns=[resource_id])["Listeners"])
        state = picked(
            found,
            arn="ListenerArn",
            loadBalancerArn="LoadBalancerArn",
            port="Port",
            protocol="Protocol",
            sslPolicy="SslPolicy",
        )
        actions = [picked(one, type="Type", targetGroupArn="TargetGroupArn") for one in found["DefaultActions"]]
        certificates = [one["CertificateArn"] for one in found.get("Certificates", [])]
        state |= {"defaultActions": actions, "tagsAll": self.live_tags(aws, resource_id)}
        return state | ({"certificateArn": certificates[0]} if certificates else {})

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            aws.client("elbv2").modify_listener(ListenerArn=resource_id, **_told(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("elbv2").delete_listener(ListenerArn=resource_id)


def _told(inputs: Plain) -> dict[str, Any]:
    certificate = inputs.get("certificateArn")
    return {
        **given(inputs, Protocol="protocol", SslPolicy="sslPolicy"),
        "Port": int(inputs["port"]),
        "DefaultActions": [
            {"Type": one["type"], "TargetGroupArn": one["targetGroupArn"]} for one in inputs["defaultActions"]
        ],
        **({"Certificates": [{"CertificateArn": certificate}]} if certificate else {}),
    }


ALL = (LoadBalancer, Listener)
