"""The team's bucket and what lies in it for machines to fetch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from planning import policies

PREFIX = "scripts/"
"""Machines may read below this prefix only."""


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    files: Mapping[str, Path]
    """What to upload, by name. Nothing secret: nodes and their users can read it."""
    protected: bool
    expiring: Mapping[str, int]
    """Prefix -> after how many days what lies below it is deleted."""
    object_tags: Mapping[str, str] | None = None
    """In place of the provider's default tags, where S3 would take not all of these."""


class Bucket(pulumi.ComponentResource):
    """Private, versioned, encrypted, TLS only.

    The key of what is uploaded holds the hash of its content, so that a machine never gets a newer file than the one its
    configuration names, and a changed file changes only the configurations that use it. Such an object stays when another takes its
    place: after an update that failed machines still fetch it, and a way back makes the same key again, which the engine would
    delete at its end as what was replaced before. It goes with the bucket.
    """

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    uris: dict[str, pulumi.Output[str]]
    """`s3://…` by name."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Bucket", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = _tags(args.object_tags)
        keep = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protected))
        bucket = aws.s3.Bucket(name, bucket_prefix=f"{name}-", force_destroy=not args.protected, opts=keep)
        self.bucket_name, self.arn = bucket.bucket, bucket.arn
        self._ready = self._lock_down(bucket)
        if args.expiring:
            self._expire(bucket, args.expiring)
        self.uris = {key: self._upload(key, source) for key, source in sorted(args.files.items())}
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn, "uris": self.uris})

    def add(self, key: str, content: pulumi.Output[str]) -> pulumi.Output[str]:
        """Upload a text that is known only once other parts are there; its URI."""
        return self._store(key, content.apply(lambda text: _digest(text.encode())), content=content)

    def place(
        self,
        key: str,
        content: pulumi.Output[str] | Path,
        *,
        after: Sequence[pulumi.Resource] = (),
    ) -> aws.s3.BucketObjectv2:
        """Keep a text or a file under one key, for machines that look for changes by themselves."""
        return aws.s3.BucketObjectv2(
            f"{self._name}-{key.replace('/', '-')}",
            bucket=self.bucket_name,
            key=key,
            **({"source": pulumi.FileAsset(content)} if isinstance(content, Path) else {"content": content}),
            **self._tags,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[*self._ready, *after])),
        )

    def uri(self, stored: aws.s3.BucketObjectv2) -> pulumi.Output[str]:
        """Of an object, once it is there."""
        return pulumi.Output.concat("s3://", self.bucket_name, "/", stored.key)

    def _expire(self, bucket: aws.s3.Bucket, expiring: Mapping[str, int]) -> None:
        """Versions that were overwritten or deleted go as many days later."""
        aws.s3.BucketLifecycleConfiguration(
            self._name,
            bucket=bucket.bucket,
            rules=[
                {
                    "id": prefix.strip("/").replace("/", "-"),
                    "status": "Enabled",
                    "filter": {"prefix": prefix},
                    "expiration": {"days": days},
                    "noncurrent_version_expiration": {"noncurrent_days": days},
                }
                for prefix, days in sorted(expiring.items())
            ],
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=self._ready)),
        )

    def _lock_down(self, bucket: aws.s3.Bucket) -> list[pulumi.Resource]:
        access = aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        versioning = aws.s3.BucketVersioning(
            self._name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=self._child
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            self._name,
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self._child,
        )
        policy = aws.s3.BucketPolicy(
            self._name,
            bucket=bucket.bucket,
            policy=bucket.arn.apply(lambda arn: json.dumps(policies.tls_only(arn))),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[access])),
        )
        return [versioning, encryption, policy]

    def _upload(self, key: str, source: Path) -> pulumi.Output[str]:
        return self._store(key, _digest(source.read_bytes()), source=pulumi.FileAsset(source))

    def _store(
        self,
        key: str,
        digest: pulumi.Input[str],
        *,
        source: pulumi.FileAsset | None = None,
        content: pulumi.Output[str] | None = None,
    ) -> pulumi.Output[str]:
        stored = aws.s3.BucketObjectv2(
            f"{self._name}-{key.replace('/', '-')}",
            bucket=self.bucket_name,
            key=pulumi.Output.concat(PREFIX, digest, "/", key),
            source=source,
            content=content,
            **self._tags,
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=self._ready, retain_on_delete=True)
            ),
        )
        return self.uri(stored)


def _tags(instead: Mapping[str, str] | None) -> dict[str, Any]:
    """Arguments of an object."""
    if instead is None:
        return {}
    return {"tags": dict(instead), "override_provider": {"default_tags": {"tags": {}}}}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
