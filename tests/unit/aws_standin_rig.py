"""Drives the stand-in for pulumi-aws as the engine does, over its own messages, but in process and without the engine."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pulumi
import pytest
from google.protobuf.struct_pb2 import Struct
from moto.server import ThreadedMotoServer
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import proto, rpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.plugins import values
from localcloud.plugins.aws.plugin import VERSION, AwsPlugin
from localcloud.plugins.server import Servicer

REGION = "eu-central-1"
TAGS = {"team": "genomics"}


class Refused(Exception):
    """The stand-in answered with an error; `half` is the partial state that came with it."""

    def __init__(self, text: str, half: provider_pb2.ErrorResourceInitFailed | None) -> None:
        super().__init__(text)
        self.half = half


class _Context:
    async def abort(self, code: object, text: str, trailing: tuple[tuple[str, bytes], ...]) -> None:
        half = None
        for _, payload in trailing:
            status, half = status_pb2.Status.FromString(payload), provider_pb2.ErrorResourceInitFailed()
            status.details[0].Unpack(half)
        raise Refused(text, half)


@dataclass
class Made:
    """A resource as the engine's state has it; property maps still on the wire."""

    token: str
    id: str
    inputs: Struct
    state: Struct

    def __getitem__(self, key: str) -> Any:
        return plain(self.state)[key]


@dataclass
class Rig:
    """One configured provider."""

    tags: dict[str, str] = field(default_factory=lambda: dict(TAGS))
    name: str = "thing"
    region: str = REGION

    def __post_init__(self) -> None:
        self.plugin = AwsPlugin()
        self.servicer = Servicer(self.plugin, VERSION, "")
        config = {"region": self.region, "defaultTags": json.dumps({"tags": self.tags})}
        self._call("Configure", proto.ConfigureRequest(args=wire(config), acceptSecrets=True))

    def check(self, token: str, inputs: dict[str, Any], old: Struct | None = None) -> tuple[Struct, dict[str, str]]:
        """The checked inputs, and the failures by path; several at one path in one text."""
        request = proto.CheckRequest(urn=self._urn(token), news=wire(inputs), olds=old, randomSeed=b"seed")
        answer = self._call("Check", request)
        failures: dict[str, str] = {}
        for failure in answer.failures:
            former = failures.get(failure.property)
            failures[failure.property] = f"{former}; {failure.reason}" if former else failure.reason
        return answer.inputs, failures

    def create(self, token: str, preview: bool = False, **inputs: Any) -> Made:
        checked, failures = self.check(token, inputs)
        assert not failures
        request = proto.CreateRequest(urn=self._urn(token), properties=checked, preview=preview)
        answer = self._call("Create", request)
        return Made(token, answer.id, checked, answer.properties)

    def diff(self, made: Made, **inputs: Any) -> proto.DiffResponse:
        checked, failures = self.check(made.token, inputs, made.inputs)
        assert not failures
        sides = {"olds": made.state, "old_inputs": made.inputs, "news": checked}
        request = {name: _without_content(side) for name, side in sides.items()}
        return self._call("Diff", proto.DiffRequest(id=made.id, urn=self._urn(made.token), **request))

    def update(self, made: Made, preview: bool = False, **inputs: Any) -> Made:
        checked, failures = self.check(made.token, inputs, made.inputs)
        assert not failures
        former = {"olds": _without_content(made.state), "old_inputs": _without_content(made.inputs)}
        request = {**former, "news": checked, "preview": preview}
        answer = self._call("Update", proto.UpdateRequest(id=made.id, urn=self._urn(made.token), **request))
        return Made(made.token, made.id, checked, answer.properties)

    def read(self, made: Made) -> Made | None:
        request = {"properties": made.state, "inputs": made.inputs}
        answer = self._call("Read", proto.ReadRequest(id=made.id, urn=self._urn(made.token), **request))
        return Made(made.token, answer.id, answer.inputs, answer.properties) if answer.id else None

    def delete(self, made: Made, seconds: float = 0) -> None:
        place = {"id": made.id, "urn": self._urn(made.token)}
        request = proto.DeleteRequest(**place, properties=made.state, timeout=seconds)
        self._call("Delete", request)

    def invoke(self, token: str, **arguments: Any) -> tuple[dict[str, Any], dict[str, str]]:
        answer = self._call("Invoke", proto.InvokeRequest(tok=token, args=wire(arguments)))
        failures = {failure.property: failure.reason for failure in answer.failures}
        return plain(getattr(answer, "return")), failures

    def boto(self, service: str) -> Any:
        return self.plugin.context.client(service)

    def _urn(self, token: str) -> str:
        return f"urn:pulumi:local::hpcstack::{token}::{self.name}"

    def _call(self, method: str, request: Any) -> Any:
        return asyncio.run(getattr(self.servicer, method)(request, _Context()))


def _without_content(properties: Struct) -> Struct:
    """Assets lose their content when the engine sends something only to be compared."""
    copy = Struct()
    copy.CopyFrom(properties)
    for value in copy.fields.values():
        fields = value.struct_value.fields
        if rpc._special_sig_key in fields and fields[rpc._special_sig_key].string_value == rpc._special_asset_sig:
            for name in ("path", "text"):
                fields.pop(name, None)
    return copy


def secret(value: Any) -> PropertyValue:
    """An input that the engine marks secret."""
    return values.wire(value, secret=True)


def wire(inputs: dict[str, Any]) -> Struct:
    """A property map as the engine sends it; property values in it stay as they are."""
    ready = {key: item if isinstance(item, PropertyValue) else values.wire(item) for key, item in inputs.items()}
    return PropertyValue.marshal_map(ready)


def plain(struct: Struct) -> dict[str, Any]:
    """A property map as plain values; assets as their fields, since Pulumi's own do not compare."""
    found = values.plain_map(PropertyValue.unmarshal_map(struct))
    return {key: vars(value) if isinstance(value, pulumi.Asset) else value for key, value in found.items()}


def secrets_of(struct: Struct) -> set[str]:
    return set(values.secret_keys(PropertyValue.unmarshal_map(struct)))


@contextmanager
def moto_endpoint() -> Iterator[str]:
    """An emulator of AWS in this process, at a free port, with boto3 pointed at it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "local")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
            patch.delenv(name, raising=False)
        boto3.setup_default_session()
        yield f"http://{host}:{port}"
    server.stop()
