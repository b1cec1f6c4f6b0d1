"""Serves the provider to Pulumi's engine: errors in one line, failed creations kept in the state, workers ended.

Pulumi's own server for Python turns every exception into a text with a traceback, so that a failed creation would leave
nothing in the state. This servicer puts that right and leaves the rest to it.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from provider.engine_log import EngineLog
from provider.errors import PartialFailure
from provider.plugin import ParallelClusterProvider
from provider.schema import VERSION
from provider.values import plain_map, secret_keys, wire_map
from provider.worker_client import Worker, Workers

_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit for one message (sdk/go/common/util/rpcutil)."""
_THREADS = 16
"""Operations at once; they wait for AWS most of the time."""

Method = Callable[[Any, Any], Awaitable[Any]]


class Servicer(ProviderServicer):
    """Pulumi's servicer with partial states and plain errors."""

    def __init__(self, provider: ParallelClusterProvider, engine: str) -> None:
        super().__init__([], VERSION, provider, engine)
        self._ours = provider

    async def Attach(self, request: Any, context: Any) -> Any:
        """Another engine takes over a plugin that runs already (its PULUMI_DEBUG_PROVIDERS)."""
        self._ours.log.tell(request.address)
        return empty_pb2.Empty()

    async def Check(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Check, request, context, request.news)

    async def Diff(self, request: Any, context: Any) -> Any:
        return await self._answer(super().Diff, request, context, request.news)

    async def Create(self, request: Any, context: Any) -> Any:
        return await self._answer(cast(Method, super().Create), request, context, request.properties)

    async def Read(self, request: Any, context: Any) -> Any:
        return await self._answer(cast(Method, super().Read), request, context, request.inputs)

    async def Update(self, request: Any, context: Any) -> Any:
        return await self._answer(cast(Method, super().Update), request, context, request.news)

    async def Delete(self, request: Any, context: Any) -> Any:
        return await self._answer(cast(Method, super().Delete), request, context, request.properties)

    async def Invoke(self, request: Any, context: Any) -> Any:
        return await self._answer(cast(Method, super().Invoke), request, context, request.args)

    async def _answer(self, method: Method, request: Any, context: Any, inputs: Any) -> Any:
        try:
            return await method(request, context)
        except Exception as error:  # noqa: BLE001 - every fault becomes the answer of the call
            # Pulumi's servicer raises its text while it handles the fault itself.
            fault = error.__context__ or error
            given = PropertyValue.unmarshal_map(inputs)
            text = self._ours.describe(fault, given)
            details = _kept(fault, given, text) if isinstance(fault, PartialFailure) else ()
            await context.abort(grpc.StatusCode.UNKNOWN, text, details)


def _kept(fault: PartialFailure, given: Any, text: str) -> tuple[tuple[str, bytes], ...]:
    """The detail by which the engine keeps a half-made resource, with its id, in the state."""
    properties = PropertyValue.marshal_map(wire_map(fault.properties, secret_keys(given)))
    inputs = PropertyValue.marshal_map(wire_map(plain_map(given), secret_keys(given)))
    detail = provider_pb2.ErrorResourceInitFailed(
        id=fault.resource_id, properties=properties, reasons=fault.reasons, inputs=inputs
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
    status.details.add().Pack(detail)
    return (("grpc-status-details-bin", status.SerializeToString()),)


def main(arguments: list[str]) -> None:
    """Serve until the engine ends us or is gone. `arguments` hold the engine's address, among options."""
    addresses = [word for word in arguments if not word.startswith("-") and ":" in word]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(addresses[-1] if addresses else ""))


async def _serve(engine: str) -> None:
    # Asked for before the port is told: from then on the engine may be gone at any moment.
    parent = os.getppid()
    log, stopping = EngineLog(engine), threading.Event()
    workers = Workers(lambda version: Worker(version, lambda line: log.info("", line), stopping=stopping))
    provider = ParallelClusterProvider(workers, log, stopping)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.aio.server(options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await _until_over(ended, parent)
    provider.stopping.set()
    await server.stop(2)
    workers.close()
    # A thread amid a call of the worker cannot be interrupted, and the interpreter would wait for it.
    os._exit(0)


async def _until_over(ended: asyncio.Event, parent: int) -> None:
    """Until a signal, or until the engine that started us, `parent`, is gone."""
    while not ended.is_set() and os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 5)
