"""Alarms about one metric."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import Items, Length, Needed, OneOf, Within
from localcloud.plugins.values import Plain

COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
_OURS = "the stand-in knows alarms about one metric only"
_API = {
    "AlarmDescription": "alarmDescription",
    "AlarmActions": "alarmActions",
    "ActionsEnabled": "actionsEnabled",
    "ComparisonOperator": "comparisonOperator",
    "MetricName": "metricName",
    "Namespace": "namespace",
    "Statistic": "statistic",
    "Period": "period",
    "EvaluationPeriods": "evaluationPeriods",
    "Threshold": "threshold",
    "TreatMissingData": "treatMissingData",
}


class MetricAlarm(AwsType):
    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    inputs = frozenset({"name", "dimensions", "tags", *_API.values()})
    replace = frozenset({"name"})
    autoname = Autoname(unless=())
    unordered = frozenset({"alarmActions"})
    rules = (
        *name(255, r".+", "not be empty"),
        Needed("comparisonOperator", ours=_OURS),
        OneOf("comparisonOperator", COMPARISONS),
        Needed("metricName", ours=_OURS),
        Length("metricName", 1, 255),
        Needed("namespace", ours=_OURS),
        Needed("statistic", ours=_OURS),
        OneOf("statistic", ("SampleCount", "Average", "Sum", "Minimum", "Maximum")),
        Needed("period", ours=_OURS),
        Needed("evaluationPeriods", ours=_OURS),
        Within("evaluationPeriods", 1, 2147483647),
        Needed("threshold", ours=_OURS),
        OneOf("treatMissingData", ("breaching", "notBreaching", "ignore", "missing")),
        Length("alarmDescription", 0, 1024),
        Items("alarmActions", 0, 5),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"actionsEnabled": True, "treatMissingData": "missing", **inputs}

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        context.client("cloudwatch").put_metric_alarm(**_wanted(inputs), **({"Tags": tag_list(tags)} if tags else {}))
        return inputs["name"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        watch = aws.client("cloudwatch")
        found = watch.describe_alarms(AlarmNames=[resource_id], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        if not found:
            return None
        (alarm,) = found
        tags = watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        state = picked(alarm, name="AlarmName", arn="AlarmArn", **{ours: api for api, ours in _API.items()})
        dimensions = {one["Name"]: one["Value"] for one in alarm.get("Dimensions", [])}
        return {"treatMissingData": "missing", **state, "dimensions": dimensions, "tagsAll": tag_map(tags)}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            aws.client("cloudwatch").put_metric_alarm(**_wanted(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("cloudwatch").delete_alarms(AlarmNames=[resource_id])

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        watch = aws.client("cloudwatch")
        if drop:
            watch.untag_resource(ResourceARN=state["arn"], TagKeys=drop)
        if add:
            watch.tag_resource(ResourceARN=state["arn"], Tags=tag_list(add))


def _wanted(inputs: Plain) -> dict[str, Any]:
    """The whole alarm: what an update leaves out is unset (PutMetricAlarm, API reference)."""
    dimensions = [{"Name": key, "Value": value} for key, value in inputs.get("dimensions", {}).items()]
    whole = {key: int(inputs[key]) for key in ("period", "evaluationPeriods")}
    return {"AlarmName": inputs["name"], "Dimensions": dimensions, **given({**inputs, **whole}, **_API)}


ALL = (MetricAlarm,)
