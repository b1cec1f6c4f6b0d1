"""Serving a plugin to the engine: the port on stdout, one-line errors, partial states, a quiet end.

Pulumi's own server for Python turns every exception into text with a traceback, so that a failed create leaves nothing
in the state, and drops the old inputs of a diff or an update. This servicer puts both right and leaves the rest to it.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime import proto, rpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from localcloud.plugins.serving import OLD_INPUTS, HalfCreated, Plugin

SIGNATURE, ASSET, ARCHIVE = rpc._special_sig_key, rpc._special_asset_sig, rpc._special_archive_sig

THREADS = 32
"""Calls that may run at once: most of them wait for the service."""

Method = Callable[[Any, Any], Awaitable[Any]]


class Servicer(ProviderServicer):
    """Pulumi's servicer with old inputs, partial states and plain errors."""

    def __init__(self, plugin: Plugin[Any], version: str, engine: str) -> None:
        super().__init__([], version, plugin, engine)
        self._plugin = plugin

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        return await self._answer(super().CheckConfig, request, context)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        async def answer(request: Any, context: Any) -> Any:
            olds, news = (PropertyValue.unmarshal_map(side) for side in (request.old_inputs, request.news))
            found = await self._plugin.diff_config(protocol.DiffRequest(request.urn, request.id, olds, news, []))
            changes = proto.DiffResponse.DIFF_SOME if found.changes else proto.DiffResponse.DIFF_NONE
            return proto.DiffResponse(changes=changes, replaces=found.replaces, diffs=found.diffs)

        return await self._answer(answer, request, context)

    async def Configure(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Configure, request, context)

    async def Invoke(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Invoke, request, context, request.args)

    async def Check(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Check, request, context, request.news)

    async def Diff(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Diff, request, context, request.news)

    async def Create(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Create, request, context, request.properties)

    async def Read(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Read, request, context, request.inputs)

    async def Update(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Update, request, context, request.news)

    async def Delete(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Delete, request, context, request.properties)

    async def _answer(self, method: Method, request: Any, context: Any, inputs: Any = None) -> Any:
        for side in ("olds", "old_inputs", "properties"):
            if hasattr(request, side):
                _complete_assets(getattr(request, side))
        for name in ("olds", "news", "old_inputs", "properties", "inputs"):
            if hasattr(request, name):
                _fill_assets(getattr(request, name))
        old = PropertyValue.unmarshal_map(request.old_inputs) if hasattr(request, "old_inputs") else {}
        token = OLD_INPUTS.set(old)
        try:
            return await method(request, context)
        except Exception as error:  # noqa: BLE001 - every fault of a call becomes the call's answer
            # Pulumi's servicer raises a text with a traceback while it handles the fault itself.
            fault = error.__context__ or error
            given = PropertyValue.unmarshal_map(inputs) if inputs is not None else {}
            await _abort(context, fault, self._plugin.describe(fault, given))
        finally:
            OLD_INPUTS.reset(token)


def _complete_assets(fields: Any) -> None:
    """The engine sends assets of the old state without their contents, which Pulumi's servicer refuses: they get an empty text."""
    for value in fields.fields.values():
        _complete_asset(value)


def _complete_asset(value: Any) -> None:
    if value.HasField("list_value"):
        for item in value.list_value.values:
            _complete_asset(item)
    if not value.HasField("struct_value"):
        return
    inner = value.struct_value.fields
    if inner[SIGNATURE].string_value == ASSET and not {"path", "text", "uri"} & set(inner):
        inner["text"].string_value = ""
    elif inner[SIGNATURE].string_value == ARCHIVE and not {"path", "uri", "assets"} & set(inner):
        inner["assets"].struct_value.SetInParent()
    else:
        _complete_assets(value.struct_value)
    if not inner[SIGNATURE].string_value:
        del inner[SIGNATURE]


def _fill_assets(struct: Any) -> None:
    """Make former assets readable: the engine sends them without content, which Pulumi's property values refuse."""
    for value in struct.fields.values():
        _fill_asset(value)


def _fill_asset(value: Any) -> None:
    for item in value.list_value.values:
        _fill_asset(item)
    fields = value.struct_value.fields
    kind = fields[rpc._special_sig_key].string_value if rpc._special_sig_key in fields else ""
    asset, archive = kind == rpc._special_asset_sig, kind == rpc._special_archive_sig
    if (asset or archive) and not {"path", "text", "uri", "assets"} & set(fields):
        fields["text" if asset else "path"].string_value = ""
    elif value.HasField("struct_value"):
        _fill_assets(value.struct_value)


async def _abort(context: Any, fault: BaseException, text: str) -> None:
    trailing: tuple[tuple[str, bytes], ...] = ()
    if isinstance(fault, HalfCreated):
        text = fault.reason
        detail = provider_pb2.ErrorResourceInitFailed(
            id=fault.resource_id, properties=PropertyValue.marshal_map(fault.properties), reasons=[fault.reason]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
        status.details.add().Pack(detail)
        trailing = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(grpc.StatusCode.UNKNOWN, text, trailing)


def main(plugin: Plugin[Any], version: str) -> None:
    """Serve until the engine ends us (SIGINT or SIGTERM) or is gone. Its address, the last argument, is not needed."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(plugin, version, sys.argv[-1]))


async def _serve(plugin: Plugin[Any], version: str, engine: str) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin, version, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while not ended.is_set() and os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 5)
    plugin.stopping.set()
    await server.stop(1)
    # A thread in a call of the service cannot be interrupted, and the interpreter would wait for it.
    os._exit(0)
