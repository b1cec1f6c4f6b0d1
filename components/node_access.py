"""What nodes of the cluster may do beyond ParallelCluster's own policies, and the team's key pair."""

import json
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.bucket import PREFIX
from planning import policies
from settings.directory import Ssh


@dataclass(frozen=True, kw_only=True)
class NodeAccessArgs:
    bucket_arn: pulumi.Output[str]
    ssh: Ssh
    partition: pulumi.Input[str]
    """AWS partition, such as aws."""
    objects: list[tuple[str, str]]
    """(bucket, key) of scripts elsewhere."""
    keys: list[str] = field(default_factory=list[str])
    """What else in the bucket nodes read."""


class NodeAccess(pulumi.ComponentResource):
    """`policy_arn` reads the bucket's scripts, and those elsewhere that nodes run.

    It is for all nodes, since login pools have no S3Access (ParallelCluster 3.16).
    """

    policy_arn: pulumi.Output[str]
    key_name: pulumi.Output[str] | None
    key_pair_id: pulumi.Output[str] | None

    def __init__(self, name: str, args: NodeAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:NodeAccess", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        document = pulumi.Output.all(args.bucket_arn, args.partition).apply(
            lambda known: json.dumps(
                policies.read_objects(
                    known[0], PREFIX, [*(f"{known[0]}/{key}" for key in args.keys), *_arns(known[1], args.objects)]
                )
            )
        )
        policy = aws.iam.Policy(f"{name}-scripts", policy=document, opts=child)
        self.policy_arn, self.key_name, self.key_pair_id = policy.arn, None, None
        if args.ssh.key_name:
            self.key_name = pulumi.Output.from_input(args.ssh.key_name)
        elif args.ssh.public_key:
            pair = aws.ec2.KeyPair(name, public_key=args.ssh.public_key, opts=child)
            self.key_name, self.key_pair_id = pair.key_name, pair.key_pair_id
        self.register_outputs(
            {"policy_arn": self.policy_arn, "key_name": self.key_name, "key_pair_id": self.key_pair_id}
        )


def _arns(partition: str, objects: list[tuple[str, str]]) -> list[str]:
    return [f"arn:{partition}:s3:::{bucket}/{key}" for bucket, key in objects]
