"""CloudWatch log groups."""

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import OneOf
from localcloud.plugins.values import Plain

RETENTION = (0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days; 0 keeps for ever."""


class LogGroup(AwsType):
    token = "aws:cloudwatch/logGroup:LogGroup"
    inputs, replace, autoname = frozenset({"name", "retentionInDays", "tags"}), frozenset({"name"}), Autoname(limit=512)
    rules = (
        *name(512, r"[\w.\-/#]+", "consist of letters, digits and _ . - / #"),
        OneOf("retentionInDays", RETENTION),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        context.client("logs").create_log_group(logGroupName=inputs["name"], **({"tags": tags} if tags else {}))
        return inputs["name"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        # 0 days, the default, means for ever.
        if days := inputs.get("retentionInDays"):
            context.client("logs").put_retention_policy(logGroupName=resource_id, retentionInDays=days)
        elif (self.fetch(context, resource_id, inputs) or {}).get("retentionInDays"):
            context.client("logs").delete_retention_policy(logGroupName=resource_id)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        logs = aws.client("logs")
        found = logs.describe_log_groups(logGroupNamePrefix=resource_id)["logGroups"]
        group = next((one for one in found if one["logGroupName"] == resource_id), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        return picked(group, name="logGroupName") | {
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
