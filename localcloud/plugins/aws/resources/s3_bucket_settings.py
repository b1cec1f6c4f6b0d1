"""What is configured on S3 buckets."""

from typing import Any, ClassVar

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.resources.s3_bucket import optional
from localcloud.plugins.resource import PluginError
from localcloud.plugins.rules import APPLY, Items, OneOf, Refused
from localcloud.plugins.values import Plain


class OnBucket(AwsType):
    """A setting of a bucket: its id is the bucket's name."""

    replace = frozenset({"bucket"})

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        """Write the setting."""
        raise PluginError(f"{self.token} cannot be written")

    def create(self, context: Aws, inputs: Plain) -> str:
        self.put(context.client("s3"), inputs["bucket"], inputs)
        return inputs["bucket"]

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self.put(aws.client("s3"), resource_id, new)


class BucketVersioning(OnBucket):
    token = "aws:s3/bucketVersioning:BucketVersioning"
    inputs = frozenset({"bucket", "versioningConfiguration"})
    rules = (
        OneOf(
            "versioningConfiguration.status",
            ("Enabled", "Suspended"),
            ours="Disabled stands for a bucket without this setting",
        ),
        Refused("versioningConfiguration.mfaDelete", ours="the stand-in does not implement it"),
    )

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        status = {"Status": inputs["versioningConfiguration"]["status"]}
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        status = aws.client("s3").get_bucket_versioning(Bucket=resource_id).get("Status")
        return {"bucket": resource_id, "versioningConfiguration": {"status": status}} if status else None

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        # Versioning cannot be taken back, only suspended: no wait for its absence.
        suspended = {"Status": "Suspended"}
        optional(context.client("s3").put_bucket_versioning, Bucket=resource_id, VersioningConfiguration=suspended)


class BucketServerSideEncryptionConfiguration(OnBucket):
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    inputs = frozenset({"bucket", "rules"})
    rules = (
        Items("rules", 1, 1, stage=APPLY),
        OneOf("rules[].applyServerSideEncryptionByDefault.sseAlgorithm", ("AES256", "aws:kms", "aws:kms:dsse")),
        Refused("rules[].blockedEncryptionTypes", ours="the stand-in does not implement it"),
    )

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        rules = []
        for rule in inputs["rules"]:
            default = rule.get("applyServerSideEncryptionByDefault", {})
            by_default = given(default, SSEAlgorithm="sseAlgorithm", KMSMasterKeyID="kmsMasterKeyId")
            key = given(rule, BucketKeyEnabled="bucketKeyEnabled")
            rules.append(({"ApplyServerSideEncryptionByDefault": by_default} if by_default else {}) | key)
        configuration = {"Rules": rules}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("s3").get_bucket_encryption(Bucket=resource_id)["ServerSideEncryptionConfiguration"]
        rules = []
        for index, rule in enumerate(found["Rules"]):
            default = rule.get("ApplyServerSideEncryptionByDefault", {})
            by_default = picked(default, sseAlgorithm="SSEAlgorithm", kmsMasterKeyId="KMSMasterKeyID")
            known = inputs.get("rules", [])
            named = index < len(known) and "bucketKeyEnabled" in known[index]
            key = {"bucketKeyEnabled": bool(rule.get("BucketKeyEnabled"))} if named else {}
            rules.append(({"applyServerSideEncryptionByDefault": by_default} if by_default else {}) | key)
        return {"bucket": resource_id, "rules": rules}

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        # S3 falls back to its own keys; a read would find that default.
        optional(context.client("s3").delete_bucket_encryption, Bucket=resource_id)


class BucketPublicAccessBlock(OnBucket):
    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    flags: ClassVar[dict[str, str]] = {
        "blockPublicAcls": "BlockPublicAcls",
        "blockPublicPolicy": "BlockPublicPolicy",
        "ignorePublicAcls": "IgnorePublicAcls",
        "restrictPublicBuckets": "RestrictPublicBuckets",
    }
    inputs = frozenset({"bucket", *flags})

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        flags = {api: inputs.get(key, False) for key, api in self.flags.items()}
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=flags)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("s3").get_public_access_block(Bucket=resource_id)["PublicAccessBlockConfiguration"]
        return {"bucket": resource_id} | {key: bool(found.get(api)) for key, api in self.flags.items()}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("s3").delete_public_access_block(Bucket=resource_id)


class BucketOwnershipControls(OnBucket):
    token = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    inputs = frozenset({"bucket", "rule"})
    rules = (OneOf("rule.objectOwnership", ("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")),)

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        rules = [{"ObjectOwnership": inputs["rule"]["objectOwnership"]}]
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": rules})

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        rules = aws.client("s3").get_bucket_ownership_controls(Bucket=resource_id)["OwnershipControls"]["Rules"]
        return {"bucket": resource_id, "rule": {"objectOwnership": rules[0]["ObjectOwnership"]}}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("s3").delete_bucket_ownership_controls(Bucket=resource_id)


class BucketPolicy(OnBucket):
    token, documents = "aws:s3/bucketPolicy:BucketPolicy", frozenset({"policy"})
    inputs = frozenset({"bucket", "policy"})

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        s3.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        return {"bucket": resource_id, "policy": aws.client("s3").get_bucket_policy(Bucket=resource_id)["Policy"]}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("s3").delete_bucket_policy(Bucket=resource_id)


ALL = (
    BucketVersioning,
    BucketServerSideEncryptionConfiguration,
    BucketPublicAccessBlock,
    BucketOwnershipControls,
    BucketPolicy,
)
