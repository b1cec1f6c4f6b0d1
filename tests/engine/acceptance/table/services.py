"""Directories, log groups, alarms, components of images."""

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed, own_tags
from tests.unit.aws_rule_cases.image_components import DOCUMENT


def _directory(aws: Clients, it: Kept) -> Values:
    directories = aws("ds").describe_directories(DirectoryIds=[it.id])["DirectoryDescriptions"]
    tags = aws("ds").list_tags_for_resource(ResourceId=it.id)["Tags"]
    return {**found(directories, name="Name", size="Size"), "tags": listed(tags)}


_KEYS = "arn:aws:kms:eu-west-1:123456789012:key/"


def _log_group(aws: Clients, it: Kept) -> Values:
    groups = aws("logs").describe_log_groups(logGroupNamePrefix=it.id)["logGroups"]
    if not groups:
        raise Gone(it.id)
    tags = aws("logs").list_tags_for_resource(resourceArn=it.outputs["arn"])["tags"]
    return {
        "retentionInDays": groups[0]["retentionInDays"],
        "kmsKeyId": groups[0].get("kmsKeyId"),
        "tags": own_tags(tags),
    }


def _alarm(aws: Clients, it: Kept) -> Values:
    alarms = aws("cloudwatch").describe_alarms(AlarmNames=[it.id])["MetricAlarms"]
    if not alarms:
        raise Gone(it.id)
    tags = aws("cloudwatch").list_tags_for_resource(ResourceARN=it.outputs["arn"])["Tags"]
    dimensions = {one["Name"]: one["Value"] for one in alarms[0]["Dimensions"]}
    return {"dimensions": dimensions, "threshold": alarms[0]["Threshold"], "tags": listed(tags)}


def _component(aws: Clients, it: Kept) -> Values:
    told = aws("imagebuilder").get_component(componentBuildVersionArn=it.id)["component"]
    return {**found([told], name="name", version="version", data="data"), "tags": own_tags(told["tags"])}


def _raise_threshold(aws: Clients, it: Kept) -> None:
    watch = aws("cloudwatch")
    (alarm,) = watch.describe_alarms(AlarmNames=[it.id])["MetricAlarms"]
    kept = ("AlarmName", "ComparisonOperator", "MetricName", "Namespace", "Statistic", "Period", "EvaluationPeriods")
    same = {key: alarm[key] for key in (*kept, "Dimensions")}
    watch.put_metric_alarm(**same, Threshold=9)


CASES = [
    Case(
        token="aws:directoryservice/directory:Directory",
        inputs=lambda g: {
            "name": "a.example",
            "password": "Pass-word-1",
            "size": "Small",
            "vpcSettings": {"vpcId": g.vpc, "subnetIds": g.subnets},
            **TAGS_FIRST,
        },
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"size": "Large"},
        look=_directory,
        drift=lambda aws, it: aws("ds").remove_tags_from_resource(ResourceId=it.id, TagKeys=["purpose"]),
        vanish=lambda aws, it: aws("ds").delete_directory(DirectoryId=it.id),
        import_id=No("the password is required, and cannot be read back: an import ends in a replacement"),
    ),
    Case(
        token="aws:cloudwatch/logGroup:LogGroup",
        inputs=lambda g: {"retentionInDays": 30, "kmsKeyId": f"{_KEYS}one", **TAGS_FIRST},
        change=lambda g: {"retentionInDays": 60, "kmsKeyId": f"{_KEYS}other", **TAGS_CHANGED},
        replace=lambda g: {"name": "/acceptance/other"},
        look=_log_group,
        drift=lambda aws, it: aws("logs").put_retention_policy(logGroupName=it.id, retentionInDays=7),
        vanish=lambda aws, it: aws("logs").delete_log_group(logGroupName=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:imagebuilder/component:Component",
        inputs=lambda g: {
            "name": "acceptance-tools",
            "platform": "Linux",
            "version": "1.0.0",
            "data": DOCUMENT,
            **TAGS_FIRST,
        },
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"version": "1.0.1", "data": DOCUMENT.replace("ls", "pwd")},
        look=_component,
        drift=lambda aws, it: aws("imagebuilder").untag_resource(resourceArn=it.id, tagKeys=["purpose"]),
        vanish=lambda aws, it: aws("imagebuilder").delete_component(componentBuildVersionArn=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=lambda g: {
            "comparisonOperator": "GreaterThanThreshold",
            "metricName": "StatusCheckFailed",
            "namespace": "AWS/EC2",
            "statistic": "Maximum",
            "period": 60,
            "evaluationPeriods": 2,
            "threshold": 0,
            "dimensions": {"InstanceId": "i-1"},
            **TAGS_FIRST,
        },
        change=lambda g: {"dimensions": {"InstanceId": "i-2"}, **TAGS_CHANGED},
        replace=lambda g: {"name": "another"},
        look=_alarm,
        drift=_raise_threshold,
        vanish=lambda aws, it: aws("cloudwatch").delete_alarms(AlarmNames=[it.id]),
        import_id=lambda it: it.id,
    ),
]
