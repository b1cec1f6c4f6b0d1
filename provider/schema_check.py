"""A document against ParallelCluster's own schema, offline, at preview too: unknown values are no errors."""

from collections.abc import Sequence
from typing import Any, cast

from provider.resource import Failure
from provider.values import UNKNOWN, Path, path_text, unknown_paths
from provider.worker_client import Caller

ROOT = "configuration"

_STAND_INS = (
    ("SubnetId", "subnet-0123456789abcdef0"),
    ("SecurityGroup", "sg-0123456789abcdef0"),
    ("CustomAmi", "ami-0123456789abcdef0"),
    ("ParentImage", "ami-0123456789abcdef0"),
    ("VolumeId", "vol-0123456789abcdef0"),
    ("FileSystemId", "fs-0123456789abcdef0"),
    ("Arn", "arn:aws:iam::123456789012:policy/unknown"),
    ("Policy", "arn:aws:iam::123456789012:policy/unknown"),
    ("Script", "s3://unknown/unknown"),
    ("Value", "s3://unknown/unknown"),
)
"""By the word that the nearest key holds: a well-formed value of the kind. The schema's patterns, 3.16."""


def check_document(worker: Caller, kind: str, region: str, document: dict[str, Any]) -> list[Failure]:
    """What the schema has against a document of `kind` cluster or image, each at its property path.

    Raises ParallelClusterError, ProviderError if the schema cannot be asked.
    """
    unknown = set(unknown_paths(document))
    found = worker.call("check", region, kind=kind, configuration=stand_ins(document))
    failures: list[Failure] = []
    for item in found:
        path: Path = tuple(item["path"])
        if not _of_unknown(path, unknown):
            failures.append(Failure(path_text(ROOT, path), item["message"]))
    return failures


def stand_ins(value: Any, key: str = "") -> Any:
    """The value with a well-formed text in the place of everything unknown."""
    if value is UNKNOWN:
        return next((text for word, text in _STAND_INS if word in key), "unknown")
    if isinstance(value, dict):
        return {name: stand_ins(item, name) for name, item in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [stand_ins(item, key) for item in cast(list[Any], value)]
    return value


def _of_unknown(path: Sequence[str | int], unknown: set[Path]) -> bool:
    """Whether an error stands at or below an unknown value, or is about a section that has one directly inside."""
    path = tuple(path)
    return any(path[: len(place)] == place or path == place[:-1] for place in unknown)
