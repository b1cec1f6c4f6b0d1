"""Buckets of the team: each named once, and one way to make them."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Problem, weighed
from settings.rules.folders import excluded
from settings.rules.links import inside


def buckets_are_distinct(settings: Settings) -> Iterator[Problem]:
    buckets = settings.storage.buckets
    for index, one in enumerate(buckets):
        for key, name in (("name", "name"), ("bucketName", "bucket_name")):
            value = getattr(one, name)
            if value is not None and value in [getattr(other, name) for other in buckets[:index]]:
                yield weighed(
                    "bucket-twice",
                    ("storage", "buckets", index, key),
                    value,
                    "stands in the list twice",
                    f"a {key} that no other bucket has",
                    "join the two, with all their prefixes",
                )


def existing_buckets_take_no_other_keys(settings: Settings) -> Iterator[Problem]:
    for index, one in enumerate(settings.storage.buckets):
        if one.bucket_name is not None:
            beside = {"name", "access", "prefixes", "kms_key_id"}
            yield from excluded(one, ("storage", "buckets", index), "bucket_name", beside)


def prefixes_are_apart(settings: Settings) -> Iterator[Problem]:
    """A prefix in another one says nothing."""
    for index, one in enumerate(settings.storage.buckets):
        path = ("storage", "buckets", index, "prefixes")
        for number, prefix in enumerate(one.prefixes):
            around = [other for place, other in enumerate(one.prefixes) if place != number and inside(prefix, other)]
            if around and (prefix not in around or prefix in one.prefixes[:number]):
                yield weighed(
                    "prefix-nested",
                    (*path, number),
                    prefix,
                    f"lies in {around[0]}",
                    "prefixes of which none lies in another",
                    "remove one of them",
                )


def lifecycle_fits(settings: Settings) -> Iterator[Problem]:
    """Objects move before they are deleted (S3 API Reference, PutBucketLifecycleConfiguration)."""
    for index, one in enumerate(settings.storage.buckets):
        path = ("storage", "buckets", index)
        if one.transition_days and one.expiration_days and one.transition_days >= one.expiration_days:
            yield weighed(
                "bucket-days",
                (*path, "transitionDays"),
                one.transition_days,
                f"is not before expirationDays, {one.expiration_days}",
                "fewer days than expirationDays",
                "lower it, or remove it",
                (*path, "expirationDays"),
            )
        if not one.versioning and "noncurrent_days" in one.model_fields_set:
            yield weighed(
                "bucket-versions",
                (*path, "noncurrentDays"),
                one.noncurrent_days,
                "is about older versions, and versioning is off",
                "noncurrentDays with versioning",
                "remove it, or remove versioning",
                (*path, "versioning"),
            )


RULES = (buckets_are_distinct, existing_buckets_take_no_other_keys, prefixes_are_apart, lifecycle_fits)
