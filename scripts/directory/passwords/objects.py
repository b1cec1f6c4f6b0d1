"""Objects of S3, encrypted by KMS."""

from __future__ import annotations

import re

from ..faults import LocalFault
from . import aws

PREFIX = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/((?:[A-Za-z0-9._-]+/)+)")
PREFIX_FORM = "s3://, a bucket, and a prefix that ends with /"
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]+")
REGION_FORM = "the bucket's region, such as eu-central-1"


def put(prefix: str, name: str, text: str, region: str) -> None:
    """Store a text below a prefix, encrypted with the account's own KMS key for S3. LocalFault when that fails."""
    found = PREFIX.fullmatch(prefix)
    assert found
    request = {"Bucket": found[1], "Key": found[2] + name, "ServerSideEncryption": "aws:kms", "Body": text.encode()}
    code, said, _ = aws.call("s3", "put_object", request, region)
    if code:
        raise LocalFault(f"S3 refused put-object of {prefix}{name}: {said}")
