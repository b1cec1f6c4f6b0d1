"""Target groups of network load balancers, and what is registered in them."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.resources.lb import NAME, BalancingType
from localcloud.plugins.rules import APPLY, Arn, Needed, OneOf, Within
from localcloud.plugins.values import Plain

_CHECK = {
    "enabled": "HealthCheckEnabled",
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}
_NUMBERS = ("interval", "timeout", "healthyThreshold", "unhealthyThreshold")
_DELAY, _TERMINATION = "deregistration_delay.timeout_seconds", "deregistration_delay.connection_termination.enabled"


class TargetGroup(BalancingType):
    token = "aws:lb/targetGroup:TargetGroup"
    inputs = frozenset(
        {
            "name",
            "port",
            "protocol",
            "targetType",
            "vpcId",
            "healthCheck",
            "deregistrationDelay",
            "connectionTermination",
            "tags",
        }
    )
    replace = frozenset({"name", "port", "protocol", "targetType", "vpcId"})
    computed, opened = frozenset({"healthCheck", "connectionTermination"}), frozenset({"healthCheck"})
    rules = (
        Needed("name", ours="the stand-in makes up no name for a target group"),
        *NAME,
        Needed("port"),
        Within("port", 1, 65535),
        Needed("protocol"),
        OneOf("protocol", ("TCP",), ours="the stand-in knows targets of network load balancers, by TCP"),
        Needed("vpcId"),
        OneOf("targetType", ("instance", "ip"), ours="the stand-in knows these targets only"),
        Within("deregistrationDelay", 0, 3600),
        OneOf("healthCheck.protocol", ("TCP",), ours="the stand-in knows health checks by TCP only"),
        Within("healthCheck.interval", 5, 300),
        Within("healthCheck.timeout", 2, 120),
        Within("healthCheck.healthyThreshold", 2, 10),
        Within("healthCheck.unhealthyThreshold", 2, 10),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"targetType": "instance", "deregistrationDelay": 300, **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("elbv2").create_target_group(
            **given(inputs, Name="name", Protocol="protocol", VpcId="vpcId", TargetType="targetType"),
            Port=int(inputs["port"]),
            **_check(inputs),
            **self.tags_at_creation(context, inputs),
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        attributes = {_DELAY: str(int(inputs["deregistrationDelay"]))}
        if "connectionTermination" in inputs:
            attributes[_TERMINATION] = str(inputs["connectionTermination"]).lower()
        wanted = [{"Key": key, "Value": value} for key, value in attributes.items()]
        context.client("elbv2").modify_target_group_attributes(TargetGroupArn=resource_id, Attributes=wanted)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        elb = aws.client("elbv2")
        found = first(elb.describe_target_groups(TargetGroupArns=[resource_id])["TargetGroups"])
        told = elb.describe_target_group_attributes(TargetGroupArn=resource_id)["Attributes"]
        attributes = {one["Key"]: one.get("Value") for one in told}
        state = picked(
            found,
            arn="TargetGroupArn",
            name="TargetGroupName",
            port="Port",
            protocol="Protocol",
            targetType="TargetType",
            vpcId="VpcId",
            ipAddressType="IpAddressType",
        )
        return state | {
            "arnSuffix": resource_id.rpartition(":")[2],
            "healthCheck": picked(found, **_CHECK),
            "deregistrationDelay": int(attributes[_DELAY]),
            "connectionTermination": attributes.get(_TERMINATION) == "true",
            "loadBalancingCrossZoneEnabled": attributes["load_balancing.cross_zone.enabled"],
            "loadBalancerArns": sorted(found.get("LoadBalancerArns", [])),
            "tagsAll": self.live_tags(aws, resource_id),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "healthCheck" in changed:
            aws.client("elbv2").modify_target_group(TargetGroupArn=resource_id, **_check(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("elbv2").delete_target_group(TargetGroupArn=resource_id)


class TargetGroupAttachment(AwsType):
    token = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    inputs = frozenset({"targetGroupArn", "targetId", "port"})
    replace = inputs
    rules = (
        Arn("targetGroupArn"),
        Needed("port", ours="the stand-in does not take it from the target group"),
        Within("port", 1, 65535, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        context.client("elbv2").register_targets(TargetGroupArn=inputs["targetGroupArn"], Targets=[_target(inputs)])
        return self.identity(context, "", inputs)

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        return ",".join((state["targetGroupArn"], state["targetId"], str(int(state["port"]))))

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        group, target, port = resource_id.split(",")
        wanted = {"Id": target, "Port": int(port)}
        elb = aws.client("elbv2")
        try:
            found = elb.describe_target_health(TargetGroupArn=group, Targets=[wanted])
        except elb.exceptions.InvalidTargetException:
            return None
        gone = ("Target.NotRegistered", "Target.DeregistrationInProgress")
        if all(one["TargetHealth"].get("Reason") in gone for one in found["TargetHealthDescriptions"]):
            return None
        return {"targetGroupArn": group, "targetId": target, "port": int(port)}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        if self.fetch(aws, resource_id, state) is not None:
            aws.client("elbv2").deregister_targets(TargetGroupArn=state["targetGroupArn"], Targets=[_target(state)])


def _target(inputs: Plain) -> dict[str, Any]:
    return {"Id": inputs["targetId"], "Port": int(inputs["port"])}


def _check(inputs: Plain) -> dict[str, Any]:
    wanted = inputs.get("healthCheck", {})
    return {api: int(wanted[key]) if key in _NUMBERS else wanted[key] for key, api in _CHECK.items() if key in wanted}


ALL = (TargetGroup, TargetGroupAttachment)
