"""New passwords that lie in objects of the stack's bucket until an operator fetches them.

Each run of the tool puts objects of its own. Whoever fetches stores them, then deletes them with all their versions: unlike a
version of a secret, nothing is left that could be read.
"""

from pathlib import Path
from typing import Any

from scripts.operator import credentials
from scripts.operator.sealed import joined

_AT_ONCE = 1000
"""Keys that one DeleteObjects takes (S3 API)."""


def fetch(client: Any, uri: str, stack: str, project: Path) -> Path | None:
    """Store what is there as credentials/<stack>/<UTC time>.csv, then delete it; None if there is nothing.

    `client` is boto3's of S3, `uri` the prefix. Raises OperatorError; the bucket then still has the passwords.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    found = _versions(client, bucket, prefix)
    if not found:
        return None
    contents = [client.get_object(Bucket=bucket, **one)["Body"].read().decode() for one in found]
    stored = credentials.keep(joined(contents), stack, project, uri)
    for begin in range(0, len(found), _AT_ONCE):
        part = {"Objects": found[begin : begin + _AT_ONCE], "Quiet": True}
        for refused in client.delete_objects(Bucket=bucket, Delete=part).get("Errors", []):
            raise credentials.left_behind(f"s3://{bucket}/{refused['Key']}", stored, refused["Message"])
    return stored


def _versions(client: Any, bucket: str, prefix: str) -> list[dict[str, str]]:
    """Key and version of each, oldest first."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found = [one for page in pages for one in page.get("Versions", [])]
    found.sort(key=lambda one: (one["LastModified"], one["Key"]))
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
