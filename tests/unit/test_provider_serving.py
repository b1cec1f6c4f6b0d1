"""The provider behind its gRPC service: what the engine receives, above all when something goes wrong."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from provider.engine_log import EngineLog
from provider.plugin import ParallelClusterProvider
from provider.serving import Servicer
from provider.values import plain_map, wire_map
from provider.worker_client import ParallelClusterError
from tests.unit.provider_fakes import URN, FakeWorker, absent, described, row, workers

GIVEN = {"region": "us-east-1", "version": "3.16.1", "configuration": {"Queues": [{"Name": "a", "MaxCount": 4}]}}
INPUTS = GIVEN | {"clusterName": "hpc"}
STATE = INPUTS | {"clusterStatus": "CREATE_COMPLETE"}


def wire(plain: dict[str, Any], *secrets: str) -> Any:
    return PropertyValue.marshal_map(wire_map(plain, frozenset(secrets)))


def asked(worker: FakeWorker, ask: Callable[[Any], Any]) -> Any:
    """Serve the provider on a free port and put one question to it."""

    async def serve() -> Any:
        server = grpc.aio.server()
        servicer = Servicer(ParallelClusterProvider(workers(worker), EngineLog("")), "")
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                return await ask(provider_pb2_grpc.ResourceProviderStub(channel))
        finally:
            await server.stop(0)

    return asyncio.run(serve())


def test_whole_numbers_reach_parallelcluster_as_integers() -> None:
    worker = FakeWorker(check=[])
    request = provider_pb2.CheckRequest(urn=URN, olds=wire({}), news=wire(GIVEN), randomSeed=b"seed")
    answer = asked(worker, lambda stub: stub.Check(request))
    assert not answer.failures
    sent = worker.calls[0][1]["configuration"]["Queues"][0]["MaxCount"]
    assert (sent, type(sent)) == (4, int)


def test_check_failures_are_told_with_their_paths() -> None:
    worker = FakeWorker(check=[{"path": ["Queues", 0, "Naem"], "message": "Unknown field."}])
    request = provider_pb2.CheckRequest(urn=URN, olds=wire({}), news=wire(GIVEN), randomSeed=b"seed")
    (failure,) = asked(worker, lambda stub: stub.Check(request)).failures
    assert (failure.property, failure.reason) == ("configuration.Queues[0].Naem", "Unknown field.")


def test_a_diff_is_detailed_at_property_paths() -> None:
    changed = INPUTS | {"configuration": {"Queues": [{"Name": "b", "MaxCount": 4}]}}
    rows = [
        row([], "Queues", None, {"Name": "b", "MaxCount": 4}, "X", is_list=True),
        row([], "Queues", {"Name": "a", "MaxCount": 4}, None, "UNSUPPORTED", is_list=True, message="no", needs=None),
    ]
    request = provider_pb2.DiffRequest(id="us-east-1/hpc", urn=URN, olds=wire(STATE), news=wire(changed))
    answer = asked(FakeWorker(compare=rows), lambda stub: stub.Diff(request))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path: diff.kind for path, diff in answer.detailedDiff.items()} == {
        "configuration.Queues[0]": provider_pb2.PropertyDiff.UPDATE_REPLACE
    }
    assert list(answer.replaces) == ["configuration.Queues[0]"]
    assert answer.deleteBeforeReplace


def test_a_failed_creation_carries_id_state_and_reasons() -> None:
    worker = FakeWorker(
        create_cluster={},
        cluster_configuration={},
        describe_cluster=described(status="CREATE_FAILED"),
        get_cluster_stack_events={"events": []},
        list_cluster_log_streams={"logStreams": []},
    )
    request = provider_pb2.CreateRequest(urn=URN, properties=wire(INPUTS))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        asked(worker, lambda stub: stub.Create(request))
    status = status_pb2.Status()
    status.ParseFromString(dict(caught.value.trailing_metadata() or ())["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id == "us-east-1/hpc"
    assert plain_map(PropertyValue.unmarshal_map(detail.properties))["clusterStatus"] == "CREATE_FAILED"
    assert "cluster hpc is CREATE_FAILED" in detail.reasons[0]


def test_an_error_is_one_text_without_traceback_and_without_secrets() -> None:
    error = ParallelClusterError(400, "BadRequestException", {"message": "Bad Request: hunter2 is no password"})
    secret = INPUTS | {"configuration": {"Password": "hunter2"}}
    request = provider_pb2.CreateRequest(urn=URN, properties=wire(secret, "configuration"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        asked(FakeWorker(create_cluster=error), lambda stub: stub.Create(request))
    assert caught.value.details() == "cluster hpc cannot be made: [secret] is no password"
    assert not dict(caught.value.trailing_metadata() or ()).get("grpc-status-details-bin")


def test_a_preview_of_a_creation_knows_inputs_and_leaves_the_rest_open() -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=wire(INPUTS), preview=True)
    answer = asked(FakeWorker(), lambda stub: stub.Create(request))
    outputs = plain_map(PropertyValue.unmarshal_map(answer.properties))
    assert outputs["clusterName"] == "hpc"
    assert repr(outputs["headNode"]) == "UNKNOWN"


def test_secret_inputs_are_secret_outputs() -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=wire(INPUTS, "configuration"), preview=True)
    answer = asked(FakeWorker(), lambda stub: stub.Create(request))
    outputs = PropertyValue.unmarshal_map(answer.properties)
    assert (outputs["configuration"].is_secret, outputs["region"].is_secret) == (True, False)


def test_what_is_gone_is_read_without_an_id() -> None:
    request = provider_pb2.ReadRequest(id="us-east-1/hpc", urn=URN, properties=wire(STATE), inputs=wire(INPUTS))
    assert asked(FakeWorker(describe_cluster=absent()), lambda stub: stub.Read(request)).id == ""


def test_a_plugin_that_runs_already_speaks_to_the_engine_that_attaches_to_it() -> None:
    told: list[str] = []

    class Engine(engine_pb2_grpc.EngineServicer):
        async def Log(self, request: Any, context: Any) -> Any:
            told.append(request.message)
            return empty_pb2.Empty()

    async def ask(stub: Any) -> None:
        engine = grpc.aio.server()
        engine_pb2_grpc.add_EngineServicer_to_server(Engine(), engine)
        port = engine.add_insecure_port("127.0.0.1:0")
        await engine.start()
        request = provider_pb2.DeleteRequest(id="us-east-1/hpc", urn=URN, properties=wire(INPUTS))
        await stub.Delete(request)
        assert told == []
        await stub.Attach(plugin_pb2.PluginAttach(address=f"127.0.0.1:{port}"))
        await stub.Delete(request)
        await engine.stop(0)

    worker = FakeWorker(delete_cluster={}, describe_cluster=absent(), get_cluster_stack_events={"events": []})
    asked(worker, ask)
    assert told
