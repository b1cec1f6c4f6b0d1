"""Lines for the user, sent to Pulumi's engine, which shows them beside the resource that they are about."""

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog:
    """The engine's log. A line that the engine no longer takes is lost: it may be gone before its plugins."""

    def __init__(self, address: str) -> None:
        self._warned: set[tuple[str, str]] = set()
        self.tell(address)

    def tell(self, address: str) -> None:
        """Speak to the engine at this address from now on; to none if it is empty."""
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def progress(self, urn: str, line: str) -> None:
        """A line that the next one replaces."""
        self._send(engine_pb2.INFO, urn, line, ephemeral=True)

    def info(self, urn: str, line: str) -> None:
        """A line that stays."""
        self._send(engine_pb2.INFO, urn, line, ephemeral=False)

    def warn(self, urn: str, line: str) -> None:
        """A warning, once for a resource: what the dry run found, the creation finds again."""
        if (urn, line) in self._warned:
            return
        self._warned.add((urn, line))
        self._send(engine_pb2.WARNING, urn, line, ephemeral=False)

    def _send(self, severity: "engine_pb2.LogSeverity.ValueType", urn: str, line: str, *, ephemeral: bool) -> None:
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(severity=severity, message=line, urn=urn, ephemeral=ephemeral)
        try:
            self._stub.Log(request, timeout=30)  # pyright: ignore[reportUnknownMemberType] - the stub names no type
        except grpc.RpcError:
            self._stub = None
