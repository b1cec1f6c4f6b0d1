"""S3 objects."""

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.checking import Problem
from localcloud.plugins.rules import APPLY, AtMostOne, Items, Length, Needed
from localcloud.plugins.values import UNKNOWN, Plain


class BucketObjectv2(AwsType):
    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    computed = frozenset({"contentType"})
    inputs = frozenset({"bucket", "key", "source", "content", "contentType", "sourceHash", "tags", "overrideProvider"})
    replace = frozenset({"bucket", "key"})
    unstable = frozenset({"etag", "versionId"})
    rules = (
        Needed("key", ours="the stand-in does not take it from the name of the resource"),
        Length("key", 1, 1024, "bytes", stage=APPLY),
        AtMostOne(("source", "content")),
        Items("tags", 0, 10, stage=APPLY),
    )

    def faults(self, inputs: Plain) -> Iterator[Problem]:
        source = inputs.get("source")
        if isinstance(source, pulumi.FileAsset) and not Path(source.path).is_file():
            yield Problem("source", f"no such file: {source.path}")
        if isinstance(source, pulumi.RemoteAsset | pulumi.Archive):
            kind = type(source).__name__
            yield Problem("source", f"{kind}: the local cloud's stand-in takes a FileAsset or a StringAsset")

    def derived(self, context: Aws, inputs: Plain) -> Plain:
        context = _told(context, inputs)
        if not {"content", "source"} & set(inputs):
            return super().derived(context, inputs)
        # The engine's own hash of an asset does not reach a plugin in Python: changed content is seen by ours.
        known = UNKNOWN not in (inputs.get("content"), inputs.get("source"))
        content = hashlib.sha256(_body(inputs)).hexdigest() if known else UNKNOWN
        return {**super().derived(context, inputs), "__content": content}

    def read(self, context: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        return super().read(_told(context, inputs), resource_id, inputs)

    def retag(self, aws: Aws, resource_id: str, inputs: Plain) -> None:
        super().retag(_told(aws, inputs), resource_id, inputs)

    def mirrors(self) -> Mapping[str, str]:
        return {**super().mirrors(), "__content": "content"}

    def create(self, context: Aws, inputs: Plain) -> str:
        self._put(context, inputs)
        return f"{inputs['bucket']}/{inputs['key']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        bucket, _, key = resource_id.partition("/")
        s3 = aws.client("s3")
        head = s3.head_object(Bucket=bucket, Key=key)
        state = picked(head, contentType="ContentType", versionId="VersionId")
        tags = s3.get_object_tagging(Bucket=bucket, Key=key).get("TagSet")
        return state | {
            "bucket": bucket,
            "key": key,
            "arn": f"arn:{aws.partition}:s3:::{bucket}/{key}",
            "etag": head["ETag"].strip('"'),
            "storageClass": head.get("StorageClass", "STANDARD"),
            "serverSideEncryption": head.get("ServerSideEncryption", "AES256"),
            "tagsAll": tag_map(tags),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._put(aws, new)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        bucket, _, key = resource_id.partition("/")
        s3 = aws.client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                if item["Key"] == key:
                    s3.delete_object(Bucket=bucket, Key=key, VersionId=item["VersionId"])

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        s3 = aws.client("s3")
        place = {"Bucket": state["bucket"], "Key": state["key"]}
        live = tag_map(s3.get_object_tagging(**place).get("TagSet"))
        tags = {key: value for key, value in (live | add).items() if key not in drop}
        self._put_tags(s3, place, tags)

    def _put(self, aws: Aws, inputs: Plain) -> None:
        body = _body(inputs)
        guessed = mimetypes.guess_type(inputs["key"])[0] or "application/octet-stream"
        place = {"Bucket": inputs["bucket"], "Key": inputs["key"]}
        aws.client("s3").put_object(**place, Body=body, ContentType=inputs.get("contentType", guessed))
        self._put_tags(aws.client("s3"), place, _told(aws, inputs).all_tags(inputs.get("tags")))

    def _put_tags(self, s3: Any, place: Plain, tags: Plain) -> None:
        if tags:
            s3.put_object_tagging(**place, Tagging={"TagSet": tag_list(tags)})
        else:
            s3.delete_object_tagging(**place)


def _told(aws: Aws, inputs: Plain) -> Aws:
    """With the default tags that the object asks for in place of the provider's."""
    instead = inputs.get("overrideProvider", {}).get("defaultTags")
    return aws if instead is None else replace(aws, default_tags=instead.get("tags") or {})


def _body(inputs: Plain) -> bytes:
    source = inputs.get("source")
    if isinstance(source, pulumi.FileAsset):
        return Path(source.path).read_bytes()
    if isinstance(source, pulumi.StringAsset):
        return source.text.encode()
    return inputs.get("content", "").encode()


ALL = (BucketObjectv2,)
