"""`storage.buckets`: the team's data in S3."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Name, Section, form
from settings.folders import KmsKey

BucketName = Annotated[
    str,
    form(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "a bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots",
        "run: aws s3 ls",
    ),
]
Prefix = Annotated[str, form(r"[^\s/*?][^\s*?]*/", "a prefix such as results/, with a slash at the end, no * and no ?")]
Days = Annotated[int, Field(ge=1, le=36_500)]


class Bucket(Section):
    """A bucket of the team: a made one is private, versioned, encrypted, TLS only, and a resource of the stack."""

    name: Name
    """Name in this file; part of a made bucket's name. A renamed bucket is another one, and empty."""
    bucket_name: BucketName | None = None
    """An existing bucket. Excludes the keys of making one."""
    access: Literal["read", "write"] = "read"
    """What nodes may: list and read, or also write and delete."""
    prefixes: tuple[Prefix, ...] = ()
    """Below which prefixes nodes may do so; default: all of the bucket."""
    versioning: bool = True
    """Whether what is overwritten or deleted is kept as an older version."""
    noncurrent_days: Days = 30
    """Days that older versions are kept."""
    expiration_days: Days | None = None
    """After how many days objects are deleted; default: never."""
    transition_days: Days | None = None
    """After how many days objects move to Intelligent-Tiering; default: never."""
    kms_key_id: KmsKey | None = None
    """A key of the team's own, of a made or an existing bucket; default: S3's own encryption."""
