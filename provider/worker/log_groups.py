"""Log groups of clusters and of image builds: made in time, given a key, read and deleted."""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

from typing import Any

import services
from botocore.exceptions import ClientError

Json = dict[str, Any]


def make_log_group(name: str, tags: Json, days: int | None, key: str | None = None) -> Json:
    """A log group that is there before the first line is written to it. One that is there already gets tags and retention too."""
    logs = services.client("logs")
    try:
        given: Json = {"tags": tags} if tags else {}
        logs.create_log_group(logGroupName=name, **given, **({"kmsKeyId": key} if key else {}))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
        group = _log_group(name) or {}
        if tags:
            logs.tag_resource(resourceArn=group["arn"].removesuffix(":*"), tags=tags)
        _encrypt(group, key)
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        logs.delete_retention_policy(logGroupName=name)
    return {}


def encrypt_logs(cluster_name: str, key: str | None) -> Json:
    """Give the log groups of a cluster's stack a key, or with None take it from those that have one."""
    for name in _groups_of(cluster_name):
        if group := _log_group(name):
            _encrypt(group, key)
    return {}


def keys_of_logs(cluster_name: str) -> list[str | None]:
    """The keys of the log groups of a cluster's stack; None for a group without one."""
    found = [_log_group(name) for name in _groups_of(cluster_name)]
    return [group.get("kmsKeyId") for group in found if group]


def _groups_of(cluster_name: str) -> list[str]:
    pages = services.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=cluster_name)
    return [
        one["PhysicalResourceId"]
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::Logs::LogGroup" and one.get("PhysicalResourceId")
    ]


def _log_group(name: str) -> Json | None:
    found = services.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((one for one in found if one["logGroupName"] == name), None)


def _encrypt(group: Json, key: str | None) -> None:
    logs, name, now = services.client("logs"), group["logGroupName"], group.get("kmsKeyId")
    if key and key != now:
        logs.associate_kms_key(logGroupName=name, kmsKeyId=key)
    elif now and not key:
        logs.disassociate_kms_key(logGroupName=name)


def drop_log_group(name: str) -> Json:
    """Delete a log group; absence is success."""
    try:
        services.client("logs").delete_log_group(logGroupName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    return {}


def log_tail(name: str, lines: int) -> list[str]:
    """The last lines of the newest stream of a log group; none if there is no group."""
    logs = services.client("logs")
    try:
        streams = logs.describe_log_streams(logGroupName=name, orderBy="LastEventTime", descending=True, limit=1)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []
    for stream in streams["logStreams"]:
        where = {"logGroupName": name, "logStreamName": stream["logStreamName"]}
        return [str(event["message"]) for event in logs.get_log_events(**where, limit=lines)["events"]]
    return []
