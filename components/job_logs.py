"""Where logs of jobs go: a log group made before any job, and the right of the head node to write streams of it."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import policies


@dataclass(frozen=True, kw_only=True)
class JobLogsArgs:
    group_name: str
    retention_days: int
    kms_key_arn: str | None
    """A key of the team's own; None: CloudWatch's."""


class JobLogs(pulumi.ComponentResource):
    """The group has its retention and tags from the start, so nodes need no right to make one."""

    group_name: pulumi.Output[str]
    policy_arn: pulumi.Output[str]

    def __init__(self, name: str, args: JobLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:JobLogs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.cloudwatch.LogGroup(
            name,
            name=args.group_name,
            retention_in_days=args.retention_days,
            kms_key_id=args.kms_key_arn,
            opts=child,
        )
        document = group.arn.apply(lambda arn: json.dumps(policies.write_log_streams(arn)))
        policy = aws.iam.Policy(name, policy=document, opts=child)
        self.group_name, self.policy_arn = group.name, policy.arn
        self.register_outputs({"group_name": self.group_name, "policy_arn": self.policy_arn})
