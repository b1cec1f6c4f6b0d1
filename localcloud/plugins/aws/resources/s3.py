"""S3 buckets, what is configured on them, and objects."""

import hashlib
import mimetypes
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pulumi
from botocore.exceptions import ClientError

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, is_absent, tag_list, tag_map
from localcloud.plugins.resource import Autoname, PluginError
from localcloud.plugins.schema import Problem
from localcloud.plugins.values import UNKNOWN, Plain


class Bucket(AwsType):
    token = "aws:s3/bucket:Bucket"
    inputs = frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags"})
    replace = frozenset({"bucket", "bucketPrefix"})
    autoname = Autoname("bucket", ("bucketPrefix",), 63, lower=True)

    def create(self, context: Aws, inputs: Plain) -> str:
        s3, name = context.client("s3"), inputs.get("bucket") or f"{inputs['bucketPrefix']}{time.time_ns():026d}"
        # In us-east-1 S3 answers a second create of one's own bucket with success, which would adopt it silently.
        if self.read(context, name, inputs) is not None:
            raise PluginError(f"BucketAlreadyOwnedByYou: the bucket {name} exists already (operation CreateBucket)")
        place = {"CreateBucketConfiguration": {"LocationConstraint": context.region}}
        s3.create_bucket(Bucket=name, **({} if context.region == "us-east-1" else place))
        return name

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        self.retag(context, resource_id, inputs)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        s3 = aws.client("s3")
        s3.head_bucket(Bucket=resource_id)
        tags = optional(s3.get_bucket_tagging, Bucket=resource_id).get("TagSet")
        return {
            "bucket": resource_id,
            "arn": f"arn:{aws.partition}:s3:::{resource_id}",
            "bucketDomainName": f"{resource_id}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{resource_id}.s3.{aws.region}.amazonaws.com",
            "bucketRegion": aws.region,
            "tagsAll": tag_map(tags),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        s3 = aws.client("s3")
        if state.get("forceDestroy"):
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=resource_id):
                for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                    s3.delete_object(Bucket=resource_id, Key=item["Key"], VersionId=item["VersionId"])
        s3.delete_bucket(Bucket=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        s3 = aws.client("s3")
        live = tag_map(optional(s3.get_bucket_tagging, Bucket=resource_id).get("TagSet"))
        tags = {key: value for key, value in (live | add).items() if key not in drop}
        if tags:
            s3.put_bucket_tagging(Bucket=resource_id, Tagging={"TagSet": tag_list(tags)})
        else:
            s3.delete_bucket_tagging(Bucket=resource_id)


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

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        wanted = inputs["versioningConfiguration"]
        if wanted is UNKNOWN:
            return
        if "mfaDelete" in wanted:
            yield Problem("versioningConfiguration.mfaDelete", "the local cloud's stand-in does not implement it")
        if wanted.get("status") not in ("Enabled", "Suspended", UNKNOWN):
            yield Problem("versioningConfiguration.status", "must be Enabled or Suspended")

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


class BucketObjectv2(AwsType):
    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    inputs = frozenset({"bucket", "key", "source", "content", "contentType", "sourceHash", "tags"})
    replace = frozenset({"bucket", "key"})
    unstable = frozenset({"etag", "versionId"})

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        source = inputs.get("source")
        if "key" not in inputs:
            yield Problem("key", "required: the stand-in does not take it from the resource's name")
        if {"source", "content"} <= set(inputs):
            yield Problem("source", "conflicts with content; give one of them")
        if isinstance(source, pulumi.FileAsset) and not Path(source.path).is_file():
            yield Problem("source", f"no such file: {source.path}")
        if isinstance(source, pulumi.RemoteAsset | pulumi.Archive):
            kind = type(source).__name__
            yield Problem("source", f"{kind}: the local cloud's stand-in takes a FileAsset or a StringAsset")

    def derived(self, context: Aws, inputs: Plain) -> Plain:
        # The engine's own hash of an asset does not reach a plugin in Python: changed content is seen by ours.
        known = UNKNOWN not in (inputs.get("content"), inputs.get("source"))
        content = hashlib.sha256(_body(inputs)).hexdigest() if known else UNKNOWN
        return {**super().derived(context, inputs), "__content": content}

    def mirrors(self) -> Mapping[str, str]:
        return {**super().mirrors(), "__content": "content"}

    def create(self, context: Aws, inputs: Plain) -> str:
        self._put(context, inputs)
        return f"{inputs['bucket']}/{inputs['key']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        bucket, _, key = resource_id.partition("/")
        s3 = aws.client("s3")
        head = s3.head_object(Bucket=bucket, Key=key)
        state = picked(head, contentType="ContentType", versionId="VersionId")
        tags = s3.get_object_tagging(Bucket=bucket, Key=key).get("TagSet")
        return state | {
            "bucket": bucket,
            "key": key,
            "arn": f"arn:{aws.partition}:s3:::{bucket}/{key}",
            "etag": head["ETag"].strip('"'),
            "storageClass": head.get("StorageClass", "STANDARD"),
            "serverSideEncryption": head.get("ServerSideEncryption", "AES256"),
            "tagsAll": tag_map(tags),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._put(aws, new)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        bucket, _, key = resource_id.partition("/")
        s3 = aws.client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                if item["Key"] == key:
                    s3.delete_object(Bucket=bucket, Key=key, VersionId=item["VersionId"])

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        s3 = aws.client("s3")
        place = {"Bucket": state["bucket"], "Key": state["key"]}
        live = tag_map(s3.get_object_tagging(**place).get("TagSet"))
        tags = {key: value for key, value in (live | add).items() if key not in drop}
        s3.put_object_tagging(**place, Tagging={"TagSet": tag_list(tags)})

    def _put(self, aws: Aws, inputs: Plain) -> None:
        body = _body(inputs)
        guessed = mimetypes.guess_type(inputs["key"])[0] or "application/octet-stream"
        place = {"Bucket": inputs["bucket"], "Key": inputs["key"]}
        aws.client("s3").put_object(**place, Body=body, ContentType=inputs.get("contentType", guessed))
        tags = aws.all_tags(inputs.get("tags"))
        aws.client("s3").put_object_tagging(**place, Tagging={"TagSet": tag_list(tags)})


def optional(call: Any, **arguments: Any) -> Plain:
    """The answer of an S3 call; empty if what it asks for is not set."""
    try:
        return call(**arguments)
    except ClientError as error:
        if not is_absent(error):
            raise
        return {}


def _body(inputs: Plain) -> bytes:
    source = inputs.get("source")
    if isinstance(source, pulumi.FileAsset):
        return Path(source.path).read_bytes()
    if isinstance(source, pulumi.StringAsset):
        return source.text.encode()
    return inputs.get("content", "").encode()


ALL = (
    Bucket,
    BucketVersioning,
    BucketServerSideEncryptionConfiguration,
    BucketPublicAccessBlock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketObjectv2,
)
