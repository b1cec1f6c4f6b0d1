"""Lifecycle rules of buckets."""

from typing import Any

from tests.unit.aws_rule_cases.form import Case, Inputs, one

_TOKEN = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def moved(storage_class: str = "GLACIER", **more: int) -> Inputs:
    return {"noncurrentDays": 1, "storageClass": storage_class, **more}


def ruled(key: str, refused: Any, taken: Any) -> Case:
    """A case about one part of a bucket's only lifecycle rule; None takes it away."""
    rule = {"id": "old", "status": "Enabled"}
    parts = ({key: value} if value is not None else {} for value in (refused, taken))
    first, second = ({"rules": [rule | part]} for part in parts)
    return first, second


CASES: dict[str, list[Case]] = {
    _TOKEN: [
        one("rules", [], [{"id": "a", "status": "Enabled"}]),
        ruled("id", "a" * 256, "a" * 255),
        ruled("status", "On", "Disabled"),
        ruled("transitions", [{"days": 1, "storageClass": "COLD"}], [{"days": 1, "storageClass": "GLACIER_IR"}]),
        ruled("noncurrentVersionTransitions", [moved("COLD")], [moved("STANDARD_IA")]),
        ruled("expiration", {"days": 0}, {"days": 1}),
        ruled("noncurrentVersionExpiration", {"noncurrentDays": 0}, {"noncurrentDays": 1}),
        ruled("abortIncompleteMultipartUpload", {"daysAfterInitiation": 0}, {"daysAfterInitiation": 1}),
        ruled("noncurrentVersionTransitions", [moved(noncurrentDays=0)], [moved()]),
        ruled("transitions", [{"days": -1, "storageClass": "GLACIER"}], [{"days": 0, "storageClass": "GLACIER"}]),
        ruled("prefix", "a/", None),
        ruled("filter", {"and": {"prefix": "a/"}}, {"prefix": "a/"}),
        ruled("filter", {"objectSizeGreaterThan": 1}, {"prefix": "a/"}),
        ruled("filter", {"objectSizeLessThan": 1}, {"prefix": "a/"}),
        ruled("filter", {"tag": {"key": "a", "value": "b"}}, {"prefix": "a/"}),
        ruled("expiration", {"date": "2030-01-01T00:00:00Z"}, {"days": 1}),
        ruled(
            "noncurrentVersionExpiration",
            {"noncurrentDays": 1, "newerNoncurrentVersions": 2},
            {"noncurrentDays": 1},
        ),
        ruled("noncurrentVersionTransitions", [moved(newerNoncurrentVersions=2)], [moved()]),
        ruled(
            "transitions",
            [{"date": "2030-01-01T00:00:00Z", "storageClass": "GLACIER"}],
            [{"days": 1, "storageClass": "GLACIER"}],
        ),
    ],
}

GOOD: dict[str, Inputs] = {_TOKEN: {"bucket": "b", "rules": [{"id": "old", "status": "Enabled"}]}}
