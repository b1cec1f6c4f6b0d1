"""Assets on their way between the engine and a stand-in."""

import hashlib
from pathlib import Path

import pulumi
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

from localcloud.plugins import assets

ASSET = {rpc._special_sig_key: rpc._special_asset_sig}


def struct(**properties: object) -> struct_pb2.Struct:
    return json_format.ParseDict(properties, struct_pb2.Struct())


def test_a_former_asset_is_given_back_as_the_engine_sent_it() -> None:
    sent = struct(source={**ASSET, "hash": "abc"}, inner=[{"deep": {**ASSET, "hash": "def"}}], plain={"hash": "x"})
    carried = struct_pb2.Struct()
    carried.CopyFrom(sent)
    assets.readable(carried)
    again = PropertyValue.marshal_map(PropertyValue.unmarshal_map(carried))
    assets.restorable(again)
    assert again == sent


def test_without_this_the_sdk_refuses_a_former_asset() -> None:
    with pytest.raises(AssertionError, match="Invalid asset"):
        PropertyValue.unmarshal_map(struct(source={**ASSET, "hash": "abc"}))


def test_an_asset_with_content_leaves_with_its_hash(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    given = {
        "file": PropertyValue(pulumi.FileAsset(str(tmp_path / "file"))),
        "text": PropertyValue(pulumi.StringAsset("words")),
    }
    answer = PropertyValue.marshal_map(given)
    assets.restorable(answer)
    found = {key: value["hash"] for key, value in json_format.MessageToDict(answer).items()}
    assert found == {"file": hashlib.sha256(b"content").hexdigest(), "text": hashlib.sha256(b"words").hexdigest()}
