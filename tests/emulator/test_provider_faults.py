"""A cluster whose services are throttled while they are asked, and one whose bucket of ParallelCluster is gone."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.cluster_calls import ClusterCalls
from provider.errors import Cut, ProviderError
from provider.fleet import Fleet
from provider.scheduler import Scheduler
from provider.updates import pools_with_nodes
from provider.waiting import Patient
from provider.worker_client import Caller, Workers
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig

pytestmark = pytest.mark.emulator

NAME = "faulty"
SSM = {"AdditionalIamPolicies": [{"Policy": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}]}
Place = tuple[rig.Cloud, Workers, Life]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("cloud")) as (cloud, workers):
        # Each fault comes through: boto3's own tries are not what is tested.
        os.environ["AWS_MAX_ATTEMPTS"] = "1"
        life = Life(Cluster(workers), NAME)
        life.up(inputs(cloud))
        yield cloud, workers, life


def inputs(cloud: rig.Cloud, **queue: Any) -> dict[str, Any]:
    document = rig.document(cloud.subnet)
    document["HeadNode"]["Iam"] = SSM
    document["Scheduling"]["SlurmQueues"][0] |= queue
    given = {"region": rig.REGION, "version": rig.VERSION, "configuration": document, "clusterName": NAME}
    return given | {"updates": {"computeFleet": "stop"}}


Asked = Callable[[Patient, Life], Any]


def _calls(patient: Caller) -> ClusterCalls:
    return ClusterCalls(patient, rig.REGION, NAME)


def _jobs(patient: Patient, life: Life) -> Any:
    return Scheduler(patient, rig.REGION, life.state["headNode"]).jobs()


QUESTIONS: list[tuple[str, str, Asked, Any]] = [
    ("dynamodb", "GetItem", lambda p, life: Fleet(p, rig.REGION, NAME).runs(life.task()), True),
    ("dynamodb", "GetItem", lambda p, life: _calls(p).former_state(), None),
    ("ssm", "SendCommand", _jobs, {}),
    ("ssm", "GetCommandInvocation", _jobs, {}),
    ("ec2", "DescribeInstances", lambda p, life: Fleet(p, rig.REGION, NAME).nodes(), {}),
]


@pytest.mark.parametrize(("service", "operation", "ask", "answer"), QUESTIONS)
def test_a_throttled_question_is_asked_again(
    place: Place, service: str, operation: str, ask: Asked, answer: Any
) -> None:
    cloud, workers, life = place
    life.lines.clear()
    cloud.faults("POST", fault="throttle", service=service, operation=operation, times=2)
    try:
        assert ask(Patient(workers.of(rig.VERSION), life.task()), life) == answer
        assert [rule["fired"] for rule in cloud.faults("GET")["rules"]] == [2]
    finally:
        cloud.faults("DELETE")
    assert [line.rpartition("; ")[2] for line in life.lines] == ["trying again"] * 2


def test_a_login_pool_that_cannot_be_asked_is_not_taken_for_empty(place: Place) -> None:
    cloud, workers, _ = place
    calls = _calls(workers.of(rig.VERSION))
    cloud.faults("POST", fault="throttle", service="elbv2", operation="DescribeTargetHealth", times=2)
    try:
        throttled = pools_with_nodes(calls.describe() or {})
    finally:
        cloud.faults("DELETE")
    assert (throttled, pools_with_nodes(calls.describe() or {})) == ({"login": None}, {"login": 1})


def test_throttling_without_an_end_ends_with_the_time_of_the_operation(place: Place) -> None:
    cloud, workers, life = place
    cloud.faults("POST", fault="throttle", service="dynamodb", operation="GetItem", times=1000)
    try:
        with pytest.raises(Cut, match="not done within 1 s"):
            _calls(Patient(workers.of(rig.VERSION), life.task(1))).former_state()
    finally:
        cloud.faults("DELETE")


def _take_bucket_away(cloud: rig.Cloud) -> None:
    s3 = cloud.client("s3")
    for bucket in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        found = s3.list_object_versions(Bucket=bucket)
        for version in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        s3.delete_bucket(Bucket=bucket)


def test_without_parallelclusters_bucket_a_cluster_is_read_not_updated_and_deleted(place: Place) -> None:
    cloud, _, life = place
    _take_bucket_away(cloud)
    life.lines.clear()
    assert life.refresh()
    assert "the document in force of cluster faulty cannot be read" in life.lines[0]
    assert life.diff(inputs(cloud)).changes == []
    for step in (life.preview, life.up):
        with pytest.raises(ProviderError, match=r"copy of its document is lost .*pulumi up --replace"):
            step(inputs(cloud, CapacityType="SPOT"))
    # Nothing was stopped for an update that cannot be made.
    assert life.refresh()
    assert life.state["fleetStatus"] == "RUNNING"
    with pytest.raises(ProviderError, match="the document in force of cluster faulty cannot be read"):
        Life(life.kind, "imported", identity=life.identity).refresh()
    _take_bucket_away(cloud)
    life.destroy()
    assert cloud.stack_status(NAME) is None
