"""Names: what ParallelCluster allows, automatic names, resource ids, and the mark that says whose a resource is."""

import hashlib
import json
import re
import secrets
from typing import Any

from provider.errors import ProviderError

CLUSTER_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{1,39}")
"""At most 40 characters from 3.16 on; the pattern is that of its command line, which wants two at least."""
IMAGE_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{1,127}")

MARK = "pulumi-parallelcluster:urn"
"""Tag that names the resource which a cluster or an image belongs to. ParallelCluster keeps `parallelcluster:` to itself."""


def automatic(logical: str, suffix: str, limit: int) -> str:
    """A name of at most `limit` characters from a logical name and a suffix."""
    stem = re.sub(r"[^a-zA-Z0-9]+", "-", logical).strip("-")
    stem = stem if stem[:1].isalpha() else f"c-{stem}".rstrip("-")
    return f"{stem[: limit - len(suffix) - 1].rstrip('-')}-{suffix}"


def random_suffix(seed: bytes) -> str:
    """Seven hexadecimal digits; the same for the same seed, so that a plan is kept."""
    return hashlib.sha256(seed).hexdigest()[:7] if seed else secrets.token_hex(4)[:7]


def content_suffix(content: dict[str, Any]) -> str:
    """Eight hexadecimal digits of plain content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def resource_id(region: str, name: str) -> str:
    """The id of a cluster or an image, which is also what an import takes."""
    return f"{region}/{name}"


def split_id(identity: str) -> tuple[str, str]:
    """Region and name of an id. Raises ProviderError for anything else."""
    region, _, name = identity.partition("/")
    if not region or not name or "/" in name:
        raise ProviderError(f"the id {identity!r} is not of the form region/name, such as us-east-1/my-cluster")
    return region, name


def mark(urn: str) -> str:
    """The mark of a resource: project, stack and logical name, as a tag's value (AWS: 256 characters of a small set)."""
    parts = urn.split("::")
    text = "/".join([parts[1], parts[0].removeprefix("urn:pulumi:"), parts[-1]]) if len(parts) > 3 else urn
    return re.sub(r"[^a-zA-Z0-9 +=._:/@-]", "_", text)[:256]


def with_mark(tags: list[dict[str, Any]] | None, value: str) -> list[dict[str, Any]]:
    """A document's list of tags with our mark."""
    return [*without_mark(tags), {"Key": MARK, "Value": value}]


def without_mark(tags: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """A document's list of tags without our mark."""
    return [tag for tag in tags or [] if tag.get("Key") != MARK]
