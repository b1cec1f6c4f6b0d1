"""The stack's own bucket, and those of the team."""

from typing import Any

import pulumi

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings, statements
from tests.engine.acceptance.ground import Clients, Ground


def _bucket(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.bucket import Bucket, BucketArgs

    bucket = Bucket(name, BucketArgs(files={}, expiring={}, protected=False), opts)
    bucket.add("node/a.sh", pulumi.Output.from_input(arguments["script"]))
    return bucket


def _script(aws: Clients, parts: Parts) -> str:
    stored = parts["BucketObjectv2::bucket-node-a.sh"].outputs
    return aws("s3").get_object(Bucket=stored["bucket"], Key=stored["key"])["Body"].read().decode()


def _suspend(aws: Clients, parts: Parts) -> None:
    suspended = {"Status": "Suspended"}
    aws("s3").put_bucket_versioning(Bucket=parts["Bucket::bucket"].id, VersioningConfiguration=suspended)


def _team_buckets(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.team_buckets import TeamBuckets, TeamBucketsArgs

    made = {"name": "results", "access": arguments["access"], "noncurrentDays": arguments["days"], "prefixes": ("a/",)}
    existing = {"name": "reference", "bucketName": ground.buckets[0]}
    wanted = settings(storage={"buckets": (made, existing)})
    return TeamBuckets(name, TeamBucketsArgs(buckets=wanted.storage.buckets, partition="aws", protected=False), opts)


def _team_data(aws: Clients, parts: Parts) -> list[Any]:
    """Days that older versions are kept, and the right to write, if nodes have it."""
    bucket, policy = parts["Bucket::teambuckets-results"].id, parts["Policy::teambuckets-data"].id
    (rule,) = aws("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    below = [one["Action"] for one in statements(aws, policy) if one["Resource"] == [f"arn:aws:s3:::{bucket}/a/*"]]
    writes = next((action for actions in below for action in actions if action == "s3:PutObject"), None)
    return [rule["NoncurrentVersionExpiration"]["NoncurrentDays"], writes]


def _unversioned(aws: Clients, parts: Parts) -> None:
    suspended = {"Status": "Suspended"}
    aws("s3").put_bucket_versioning(Bucket=parts["Bucket::teambuckets-results"].id, VersioningConfiguration=suspended)


ROWS = [
    Component(
        token="hpcstack:index:Bucket",
        make=_bucket,
        first=lambda g: {"script": "one"},
        change=No("an object lies under the hash of its content, so that another content is another object"),
        replace=lambda g: {"script": "two"},
        replaced=frozenset({"BucketObjectv2::bucket-node-a.sh"}),
        look=_script,
        looks=lambda a: a["script"],
        drift=_suspend,
        drifted="BucketVersioning::bucket",
        vanish=lambda aws, parts: aws("s3").delete_bucket_policy(Bucket=parts["Bucket::bucket"].id),
        vanished=frozenset({"BucketPolicy::bucket"}),
    ),
    Component(
        token="hpcstack:index:TeamBuckets",
        make=_team_buckets,
        first=lambda g: {"days": 30, "access": "read"},
        change=lambda g: {"days": 60, "access": "write"},
        changed={
            "BucketLifecycleConfiguration::teambuckets-results": frozenset({"rules"}),
            "Policy::teambuckets-data": frozenset({"policy"}),
        },
        replace=No("nothing of a bucket is replaced but by its name, which makes another bucket"),
        look=_team_data,
        looks=lambda a: [a["days"], "s3:PutObject" if a["access"] == "write" else None],
        drift=_unversioned,
        drifted="BucketVersioning::teambuckets-results",
        vanish=lambda aws, parts: aws("s3").delete_bucket_policy(Bucket=parts["Bucket::teambuckets-results"].id),
        vanished=frozenset({"BucketPolicy::teambuckets-results"}),
    ),
]
