"""What the provider says reaches the engine; a warning once for each resource."""

from collections.abc import Iterator
from concurrent import futures

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from provider.engine_log import EngineLog


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bool]] = []

    def Log(self, request: "engine_pb2.LogRequest", context: grpc.ServicerContext) -> Empty:
        self.heard.append((request.urn, request.message, request.severity == engine_pb2.WARNING))
        return Empty()


@pytest.fixture
def told() -> Iterator[tuple[Engine, EngineLog]]:
    engine, server = Engine(), grpc.server(futures.ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield engine, EngineLog(f"127.0.0.1:{port}")
    server.stop(0).wait()


def test_a_warning_is_shown_once_for_each_resource(told: tuple[Engine, EngineLog]):
    engine, log = told
    for urn in ("one", "one", "two"):
        log.warn(urn, "no key pair")
    log.warn("one", "another")
    assert engine.heard == [
        ("one", "no key pair", True),
        ("two", "no key pair", True),
        ("one", "another", True),
    ]


def test_other_lines_are_shown_each_time(told: tuple[Engine, EngineLog]):
    engine, log = told
    for _ in range(2):
        log.info("one", "tried again")
    assert engine.heard == [("one", "tried again", False)] * 2
