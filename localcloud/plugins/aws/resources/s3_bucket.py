"""S3 buckets."""

import time
from typing import Any

from botocore.exceptions import ClientError

from localcloud.plugins.aws.base import AwsType
from localcloud.plugins.aws.client import Aws, is_absent, tag_list, tag_map
from localcloud.plugins.resource import Autoname, PluginError
from localcloud.plugins.rules import APPLY, AtMostOne, Length, Matches
from localcloud.plugins.values import Plain

# S3 User Guide, "General purpose bucket naming rules".
NAME = r"(?!(\d{1,3}\.){3}\d{1,3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
NAME_SAYS = (
    "have 3 to 63 lower-case letters, digits, . and -, not look like an address, and begin and end with letter or digit"
)


class Bucket(AwsType):
    token = "aws:s3/bucket:Bucket"
    inputs = frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags"})
    replace = frozenset({"bucket", "bucketPrefix"})
    autoname = Autoname("bucket", ("bucketPrefix",), 63, lower=True)
    rules = (
        AtMostOne(("bucket", "bucketPrefix")),
        Length("bucket", 0, 63),
        Length("bucketPrefix", 0, 37),
        Matches("bucket", r"(?!.*--x-s3$).*", "not end with --x-s3, which stands for directory buckets"),
        Matches("bucket", NAME, NAME_SAYS, stage=APPLY),
    )

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


def optional(call: Any, **arguments: Any) -> Plain:
    """The answer of an S3 call; empty if what it asks for is not set."""
    try:
        return call(**arguments)
    except ClientError as error:
        if not is_absent(error):
            raise
        return {}


ALL = (Bucket,)
