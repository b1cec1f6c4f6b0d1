"""Status lines of a resource in the engine's display."""

import threading

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog:
    """A client of the engine's log; without an address, as in tests, what is said is kept in `lines`."""

    def __init__(self, address: str | None) -> None:
        self.lines: list[str] = []
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None
        self._lock = threading.Lock()

    def status(self, urn: str, line: str) -> None:
        """Show a line beside the resource until the next one comes, as pulumi-command shows a command's output."""
        with self._lock:
            if self._engine is None:
                self.lines.append(line)
                return
            request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line, urn=urn, ephemeral=True)
            try:
                self._engine.Log(request, timeout=10)
            except grpc.RpcError:
                # The engine is ending: the display is gone, and the command's output is in its outputs anyway.
                self.lines.append(line)
