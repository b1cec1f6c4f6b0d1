"""CloudWatch log groups."""

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import Arn, OneOf
from localcloud.plugins.values import Plain

RETENTION = (0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days; 0 keeps for ever."""


class LogGroup(AwsType):
    token = "aws:cloudwatch/logGroup:LogGroup"
    inputs = frozenset({"name", "retentionInDays", "kmsKeyId", "tags"})
    replace, autoname = frozenset({"name"}), Autoname(limit=512)
    rules = (
        *name(512, r"[\w.\-/#]+", "consist of letters, digits and _ . - / #"),
        OneOf("retentionInDays", RETENTION),
        Arn("kmsKeyId"),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        tags, key = context.all_tags(inputs.get("tags")), inputs.get("kmsKeyId")
        given = ({"tags": tags} if tags else {}) | ({"kmsKeyId": key} if key else {})
        context.client("logs").create_log_group(logGroupName=inputs["name"], **given)
        return inputs["name"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        logs, now = context.client("logs"), self.fetch(context, resource_id, inputs) or {}
        # 0 days, the default, means for ever.
        if days := inputs.get("retentionInDays"):
            logs.put_retention_policy(logGroupName=resource_id, retentionInDays=days)
        elif now.get("retentionInDays"):
            logs.delete_retention_policy(logGroupName=resource_id)
        key = inputs.get("kmsKeyId")
        if key and key != now.get("kmsKeyId"):
            logs.associate_kms_key(logGroupName=resource_id, kmsKeyId=key)
        elif now.get("kmsKeyId") and not key:
            logs.disassociate_kms_key(logGroupName=resource_id)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        logs = aws.client("logs")
        found = logs.describe_log_groups(logGroupNamePrefix=resource_id)["logGroups"]
        group = next((one for one in found if one["logGroupName"] == resource_id), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        return picked(group, name="logGroupName", kmsKeyId="kmsKeyId") | {
            "arn": arn,
            "logGroupClass": group.get("logGroupClass", "STANDARD"),
            "retentionInDays": group.get("retentionInDays", 0),
            "tagsAll": logs.list_tags_for_resource(resourceArn=arn).get("tags", {}),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("logs").delete_log_group(logGroupName=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("logs").untag_resource(resourceArn=state["arn"], tagKeys=drop)
        if add:
            aws.client("logs").tag_resource(resourceArn=state["arn"], tags=add)


ALL = (LogGroup,)
