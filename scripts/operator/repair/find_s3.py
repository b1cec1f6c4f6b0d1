"""Buckets, their settings, and objects."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from scripts.operator.repair.finding import Finder, Wanted
from scripts.operator.repair.plan import Found

_SETTINGS = (
    "Versioning",
    "ServerSideEncryptionConfiguration",
    "PublicAccessBlock",
    "OwnershipControls",
    "Policy",
    "LifecycleConfiguration",
)


def bucket(wanted: Wanted) -> Iterator[Found]:
    """Tags come after the bucket: one without any is ours by its name, which nobody else can have made."""
    s3 = wanted.client("s3")
    for one in s3.list_buckets()["Buckets"]:
        if wanted.named(one["Name"], "bucket", "bucketPrefix"):
            try:
                tags = s3.get_bucket_tagging(Bucket=one["Name"])["TagSet"]
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchTagSet":
                    raise
                tags = []
            yield Found(one["Name"], not tags or wanted.bears(tags))


def setting(wanted: Wanted) -> Iterator[Found]:
    """A setting has its bucket's name; whether it was made, the refresh tells."""
    name = wanted.text("bucket")
    wanted.client("s3").head_bucket(Bucket=name)
    yield Found(name)


def stored(wanted: Wanted) -> Iterator[Found]:
    name, key = wanted.text("bucket"), wanted.text("key")
    wanted.client("s3").head_object(Bucket=name, Key=key)
    yield Found(f"{name}/{key}")


FINDERS: dict[str, Finder] = {
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketObjectv2:BucketObjectv2": stored,
    **{f"aws:s3/bucket{name}:Bucket{name}": setting for name in _SETTINGS},
}
