"""The real worker in the real environment of ParallelCluster, asked what it answers without AWS."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.verdict import Live, compare
from provider.worker_client import ParallelClusterError, Worker, Workers
from tests.emulator.provider_direct import Life

pytestmark = pytest.mark.emulator

NETWORK = {"SubnetIds": ["subnet-0123456789abcdef0"]}
DOCUMENT: dict[str, Any] = {
    "Image": {"Os": "alinux2023"},
    "HeadNode": {"InstanceType": "t3.medium", "Networking": {"SubnetId": "subnet-0123456789abcdef0"}},
    "LoginNodes": {"Pools": [{"Name": "login", "InstanceType": "t3.medium", "Count": 1, "Networking": NETWORK}]},
    "Scheduling": {
        "Scheduler": "slurm",
        "SlurmQueues": [
            {
                "Name": "cpu",
                "Networking": NETWORK,
                "ComputeResources": [{"Name": "cpu", "InstanceType": "c5.xlarge", "MaxCount": 4}],
            }
        ],
    },
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker("3.16.1", print)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


QUEUE = ("Scheduling", "SlurmQueues", 0)
RESOURCE = (*QUEUE, "ComputeResources", 0)
POOL = ("LoginNodes", "Pools", 0)
GONE = object()


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The document with one value set, or taken away."""
    document = copy.deepcopy(DOCUMENT)
    here: Any = document
    for part in path[:-1]:
        here = here[part]
    if value is GONE:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (("Image", "Os"), "alinux2023", set()),
        (
            (*RESOURCE, "MaxCuont"),
            1,
            {"configuration.Scheduling.SlurmQueues[0].ComputeResources[0].MaxCuont"},
        ),
        (("HeadNode", "Networking", "SubnetId"), "mine", {"configuration.HeadNode.Networking.SubnetId"}),
        (("Image",), GONE, {"configuration.Image"}),
        ((*POOL, "Ssh"), {"KeyName": "k"}, {"configuration.LoginNodes.Pools[0].Ssh.KeyName"}),
        ((*RESOURCE, "InstanceType"), GONE, {"configuration.Scheduling.SlurmQueues[0].ComputeResources[0]"}),
    ],
)
def test_the_schema_judges_offline(worker: Worker, path: tuple[str | int, ...], value: Any, found: set[str]) -> None:
    inputs = {"region": "us-east-1", "version": "3.16.1", "configuration": changed(path, value)}
    checked = Cluster(Workers(lambda version: worker)).check(
        "hpc", {}, inputs, b"seed", Life(Cluster(Workers(lambda version: worker)), "hpc").task()
    )
    assert {failure.path for failure in checked.failures} == found


@pytest.mark.parametrize(
    ("path", "value", "live", "policy", "outcome"),
    [
        ((*RESOURCE, "MaxCount"), 9, Live(), "RESIZE_UPDATE_STRATEGY_ON_REMOVE", "free"),
        ((*RESOURCE, "MaxCount"), 1, Live(), "RESIZE_UPDATE_STRATEGY_ON_REMOVE", "refused"),
        ((*RESOURCE, "MaxCount"), 1, Live(True), "RESIZE_UPDATE_STRATEGY_ON_REMOVE", "free"),
        (("HeadNode", "InstanceType"), "m5.large", Live(True, []), "UNSUPPORTED", "replaces"),
        ((*QUEUE, "CapacityType"), "SPOT", Live(), "QUEUE_UPDATE_STRATEGY", "refused"),
        ((*POOL, "InstanceType"), "m5.large", Live(), "LOGIN_NODES_POOL_STOP", "refused"),
        ((*POOL, "InstanceType"), "m5.large", Live(False, []), "LOGIN_NODES_POOL_STOP", "free"),
        (("Tags",), [{"Key": "a", "Value": "b"}], Live(), "SUPPORTED_UNLESS_ADC", "free"),
    ],
)
def test_the_verdict_is_parallelclusters_own(
    worker: Worker, path: tuple[str | int, ...], value: Any, live: Live, policy: str, outcome: str
) -> None:
    (row,) = compare(worker, "us-east-1", DOCUMENT, changed(path, value), live)
    seen = "replaces" if row.replaces else "refused" if row.refused else "free"
    assert (row.policy, seen) == (policy, outcome)


def test_a_fault_of_the_library_is_an_answer(worker: Worker) -> None:
    with pytest.raises(ParallelClusterError) as caught:
        worker.call("describe_cluster", "us-east-1", cluster_name="not a name")
    assert caught.value.kind
    assert worker.call("check", "us-east-1", kind="cluster", configuration={}) != []
