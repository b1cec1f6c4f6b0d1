"""Lifecycle rules of S3 buckets."""

from typing import Any

from localcloud.plugins.aws.base import given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.resources.s3_bucket_settings import OnBucket
from localcloud.plugins.rules import APPLY, Items, Length, OneOf, Refused, Within
from localcloud.plugins.values import Plain

_ONES = {
    "filter": ("Filter", {"prefix": "Prefix"}),
    "expiration": ("Expiration", {"days": "Days", "expiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}),
    "noncurrentVersionExpiration": ("NoncurrentVersionExpiration", {"noncurrentDays": "NoncurrentDays"}),
    "abortIncompleteMultipartUpload": (
        "AbortIncompleteMultipartUpload",
        {"daysAfterInitiation": "DaysAfterInitiation"},
    ),
}
_LISTS = {
    "transitions": ("Transitions", {"days": "Days", "storageClass": "StorageClass"}),
    "noncurrentVersionTransitions": (
        "NoncurrentVersionTransitions",
        {"noncurrentDays": "NoncurrentDays", "storageClass": "StorageClass"},
    ),
}
"""Parts of a rule, and lists of parts: their names in the API, and those of their values."""
_CLASSES = ("DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA")
_OTHERS = (
    "prefix",
    *(f"filter.{key}" for key in ("and", "objectSizeGreaterThan", "objectSizeLessThan", "tag")),
    "expiration.date",
    "noncurrentVersionExpiration.newerNoncurrentVersions",
    "noncurrentVersionTransitions[].newerNoncurrentVersions",
    "transitions[].date",
)
_DAYS = (
    "expiration.days",
    "noncurrentVersionExpiration.noncurrentDays",
    "abortIncompleteMultipartUpload.daysAfterInitiation",
    "noncurrentVersionTransitions[].noncurrentDays",
)
_MOST = 2**31 - 1


class BucketLifecycleConfiguration(OnBucket):
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    inputs = frozenset({"bucket", "rules"})
    rules = (
        Items("rules", 1, 1000, stage=APPLY),
        Length("rules[].id", 1, 255),
        OneOf("rules[].status", ("Enabled", "Disabled")),
        *(OneOf(f"rules[].{key}[].storageClass", _CLASSES) for key in _LISTS),
        *(Within(f"rules[].{path}", 1, _MOST, stage=APPLY) for path in _DAYS),
        Within("rules[].transitions[].days", 0, _MOST, stage=APPLY),
        *(Refused(f"rules[].{path}", ours="the stand-in does not implement it") for path in _OTHERS),
    )

    def put(self, s3: Any, bucket: str, inputs: Plain) -> None:
        rules = [_asked(rule) for rule in inputs["rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("s3").get_bucket_lifecycle_configuration(Bucket=resource_id)
        state = picked(found, transitionDefaultMinimumObjectSize="TransitionDefaultMinimumObjectSize")
        return state | {"bucket": resource_id, "rules": [_told(rule) for rule in found["Rules"]]}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("s3").delete_bucket_lifecycle(Bucket=resource_id)


def _asked(rule: Plain) -> dict[str, Any]:
    asked: dict[str, Any] = {"ID": rule["id"], "Status": rule["status"], "Filter": {"Prefix": ""}}
    for key, (api, names) in _ONES.items():
        if rule.get(key):
            asked[api] = given(rule[key], **{name: own for own, name in names.items()})
    for key, (api, names) in _LISTS.items():
        if rule.get(key):
            asked[api] = [given(one, **{name: own for own, name in names.items()}) for one in rule[key]]
    return asked


def _told(rule: Plain) -> Plain:
    told = picked(rule, id="ID", status="Status")
    for key, (api, names) in _ONES.items():
        if part := picked(rule.get(api, {}), **names):
            told[key] = part
    for key, (api, names) in _LISTS.items():
        if rule.get(api):
            told[key] = [picked(one, **names) for one in rule[api]]
    return told


ALL = (BucketLifecycleConfiguration,)
