"""A load balancer's TLS listener as AWS has it (components/ldaps_front.py): TLS ends here, a plain connection goes on to a target.

A flow on which nothing was sent for `idle_seconds` is forgotten: nobody is told, and the client's next packet is answered with RST
(Elastic Load Balancing, "Network Load Balancers", connection idle timeout: 350 s for TLS listeners, not to be changed).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

IDLE_SECONDS = 350.0
_TCP_REPAIR = 19
"""tcp(7): a socket that is closed in this state goes without a packet. Needs CAP_NET_ADMIN."""
_SECONDS = 60


class Front:
    """Port 636 of an address, with a key and certificate (one PEM text), and targets that it goes to in turn. Used as a context."""

    def __init__(
        self, address: str, targets: Sequence[str], bundle: Path, port: int = 389, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.address = address
        self.open = 0
        """Flows that are known now."""
        self.forgotten = 0
        self._targets = itertools.cycle([(target, port) for target in targets])
        self._count = len(targets)
        self._idle_seconds = idle_seconds
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(bundle)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Front:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.address, 636, ssl=self._context)

    async def _end(self) -> None:
        self._server.close()
        flows = asyncio.all_tasks() - {asyncio.current_task()}
        for flow in flows:
            flow.cancel()
        await asyncio.gather(*flows, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            target, requests = await self._reach_a_target()
        except OSError:
            answers.close()
            return
        self.open += 1
        flow = _Flow(self._idle_seconds)
        try:
            if await flow.run((client, requests), (target, answers)):
                self.forgotten += 1
                forget(answers)
        finally:
            self.open -= 1
            requests.close()
            answers.close()

    async def _reach_a_target(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The next that takes connections; OSError if none does."""
        refusal = OSError("no target")
        for host, port in itertools.islice(self._targets, self._count):
            try:
                return await asyncio.open_connection(host, port)
            except OSError as error:
                refusal = error
        raise refusal


class _Flow:
    """Carries both directions until one side ends or nothing moves any more."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._moved = asyncio.get_running_loop().time()

    async def run(self, *ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bool:
        """Whether it was idle for too long."""
        pumps = [asyncio.ensure_future(self._pump(*way)) for way in ways]
        try:
            while True:
                left = self._moved + self._idle_seconds - asyncio.get_running_loop().time()
                if left <= 0:
                    return True
                ended, _ = await asyncio.wait(pumps, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if ended:
                    return False
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            while data := await source.read(65536):
                self._moved = asyncio.get_running_loop().time()
                sink.write(data)
                await sink.drain()


def forget(answers: asyncio.StreamWriter) -> None:
    """Let go of a connection without a word to the other side."""
    own: socket.socket = answers.get_extra_info("socket")
    own.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
    answers.transport.abort()


def may_forget() -> str:
    """Why this machine cannot do that; empty if it can."""
    with socket.socket() as trial:
        try:
            trial.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
        except OSError as error:
            return f"needs CAP_NET_ADMIN for TCP_REPAIR: {error}"
    return ""
