"""The team's data in S3: buckets that are made, and what nodes may do with all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from planning import policies, team_data
from settings.buckets import Bucket


@dataclass(frozen=True, kw_only=True)
class TeamBucketsArgs:
    buckets: tuple[Bucket, ...]
    partition: pulumi.Input[str]
    """AWS partition, such as aws."""
    protected: bool


class TeamBuckets(pulumi.ComponentResource):
    """A made bucket is private, versioned, encrypted, TLS only. One policy for all nodes, since login pools have no S3Access
    (ParallelCluster 3.16) and S3Access grants no delete, no key and no listing by prefix.
    """

    bucket_names: dict[str, pulumi.Output[str]]
    """By the bucket's name in the stack file."""
    policy_arn: pulumi.Output[str] | None
    """None without buckets."""

    def __init__(self, name: str, args: TeamBucketsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:TeamBuckets", name, None, opts)
        self._child, self._protected = pulumi.ResourceOptions(parent=self), args.protected
        buckets = {one.name: one for one in args.buckets}
        self.bucket_names = {key: self._bucket(f"{name}-{key}", one) for key, one in buckets.items()}
        self.policy_arn = self._policy(f"{name}-data", buckets, args.partition) if buckets else None
        self.register_outputs({"bucket_names": self.bucket_names, "policy_arn": self.policy_arn})

    def path(self, bucket: str, prefix: str) -> pulumi.Output[str]:
        """`s3://…` of a prefix."""
        return pulumi.Output.concat("s3://", self.bucket_names[bucket], "/", prefix)

    def _bucket(self, name: str, bucket: Bucket) -> pulumi.Output[str]:
        if bucket.bucket_name:
            return pulumi.Output.from_input(bucket.bucket_name)
        keep = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=self._protected))
        # State name: renaming a bucket makes another one.
        made = aws.s3.Bucket(name, bucket_prefix=f"{name[:36]}-", force_destroy=not self._protected, opts=keep)
        access = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=made.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        after = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[access]))
        policy = made.arn.apply(lambda arn: json.dumps(policies.tls_only(arn)))
        ready: list[pulumi.Resource] = [aws.s3.BucketPolicy(name, bucket=made.bucket, policy=policy, opts=after)]
        ready.append(self._encrypt(name, made, bucket))
        if bucket.versioning:
            on: aws.s3.BucketVersioningVersioningConfigurationArgsDict = {"status": "Enabled"}
            ready.append(
                aws.s3.BucketVersioning(name, bucket=made.bucket, versioning_configuration=on, opts=self._child)
            )
        if rules := _rules(bucket):
            settled = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=ready))
            aws.s3.BucketLifecycleConfiguration(name, bucket=made.bucket, rules=rules, opts=settled)
        return made.bucket

    def _encrypt(self, name: str, made: aws.s3.Bucket, bucket: Bucket) -> pulumi.Resource:
        how: dict[str, Any] = {"sse_algorithm": "AES256"}
        if bucket.kms_key_id:
            how = {"sse_algorithm": "aws:kms", "kms_master_key_id": bucket.kms_key_id}
        rule: dict[str, Any] = {"apply_server_side_encryption_by_default": how}
        if bucket.kms_key_id:
            rule["bucket_key_enabled"] = True
        return aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=made.bucket,
            rules=[rule],  # pyright: ignore[reportArgumentType]
            opts=self._child,
        )

    def _policy(self, name: str, buckets: Mapping[str, Bucket], partition: pulumi.Input[str]) -> pulumi.Output[str]:
        arns = {key: pulumi.Output.concat("arn:", partition, ":s3:::", one) for key, one in self.bucket_names.items()}
        document = pulumi.Output.all(**arns).apply(lambda found: json.dumps(team_data.access(buckets, found)))
        return aws.iam.Policy(name, policy=document, opts=self._child).arn


def _rules(bucket: Bucket) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    rule: aws.s3.BucketLifecycleConfigurationRuleArgsDict = {"id": "age", "status": "Enabled", "filter": {"prefix": ""}}
    if bucket.expiration_days:
        rule["expiration"] = {"days": bucket.expiration_days}
    if bucket.transition_days:
        rule["transitions"] = [{"days": bucket.transition_days, "storage_class": "INTELLIGENT_TIERING"}]
    if bucket.versioning:
        rule["noncurrent_version_expiration"] = {"noncurrent_days": bucket.noncurrent_days}
    return [rule] if len(rule) > 3 else []
