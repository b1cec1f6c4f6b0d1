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
from google.protobuf import empty_pb2
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime import proto
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from localcloud.plugins import assets
from localcloud.plugins.serving import OLD_INPUTS, HalfCreated, Plugin

_SIDES = ("olds", "news", "old_inputs", "inputs", "properties")
"""Fields of requests and answers that hold properties."""

THREADS = 32
"""Calls that may run at once: most of them wait for the service."""

Method = Callable[[Any, Any], Awaitable[Any]]


class Servicer(ProviderServicer):
    """Pulumi's servicer with old inputs, partial states and plain errors."""

    def __init__(self, plugin: Plugin[Any], version: str, engine: str) -> None:
        super().__init__([], version, plugin, engine)
        self._plugin = plugin

    async def Attach(self, request: Any, context: Any) -> Any:
        """The engine asks for this where it is told, by PULUMI_DEBUG_PROVIDERS, to use a plugin that runs already."""
        return empty_pb2.Empty()

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
        for side in _SIDES:
            if hasattr(request, side):
                assets.readable(getattr(request, side))
        old = PropertyValue.unmarshal_map(request.old_inputs) if hasattr(request, "old_inputs") else {}
        token = OLD_INPUTS.set(old)
        try:
            answer = await method(request, context)
            for side in _SIDES:
                if hasattr(answer, side) and hasattr(getattr(answer, side), "fields"):
                    assets.restorable(getattr(answer, side))
            return answer
        except Exception as error:  # noqa: BLE001 - every fault of a call becomes the call's answer
            # Pulumi's servicer raises a text with a traceback while it handles the fault itself.
            fault = error.__context__ or error
            given = PropertyValue.unmarshal_map(inputs) if inputs is not None else {}
            await _abort(context, fault, self._plugin.describe(fault, given))
        finally:
            OLD_INPUTS.reset(token)


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
    # The parent is asked for before the port is told: from then on the engine may be gone at any moment.
    parent, loop, ended = os.getppid(), asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin, version, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not ended.is_set() and os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 5)
    plugin.stopping.set()
    await server.stop(1)
    # A thread in a call of the service cannot be interrupted, and the interpreter would wait for it.
    os._exit(0)
