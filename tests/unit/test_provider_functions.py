"""The provider's functions, with a worker that only pretends."""

import pytest

from provider.errors import ProviderError
from provider.functions import Functions
from provider.schema import package_schema
from tests.unit.provider_fakes import FakeWorker, absent, described, workers

TABLE = {
    "Scheduling": {"policy": "IGNORED", "needs": []},
    "Scheduling/SlurmQueues/CapacityType": {"policy": "QUEUE_UPDATE_STRATEGY", "needs": ["depends"]},
    "Scheduling/SlurmQueues/Name": {"policy": "UNSUPPORTED", "needs": ["replacement"]},
}
POLICY = "parallelcluster:index:updatePolicy"


def asked(path: str) -> dict[str, object]:
    functions = Functions(workers(FakeWorker(update_policies=TABLE)))
    return functions.call(POLICY, {"version": "3.16.1", "path": path})


@pytest.mark.parametrize(
    "path",
    [
        "Scheduling/SlurmQueues/CapacityType",
        "Scheduling.SlurmQueues[gpu].CapacityType",
        "/Scheduling/SlurmQueues[0]/CapacityType",
        "configuration.Scheduling.SlurmQueues[0].CapacityType",
    ],
)
def test_a_key_is_found_in_every_notation(path: str) -> None:
    found = asked(path)
    assert str(found.pop("meaning")).startswith("stops the fleet, unless")
    assert found == {"path": "Scheduling/SlurmQueues/CapacityType", **TABLE["Scheduling/SlurmQueues/CapacityType"]}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("Scheduling/SlurmQueues/Nmae", "no key Scheduling/SlurmQueues/Nmae; nearest: Scheduling/SlurmQueues/Name"),
        ("CapacityType", "no key CapacityType; nearest: Scheduling/SlurmQueues/CapacityType$"),
        ("Zebra", "no key Zebra; top keys: Scheduling$"),
        ("", "no key ; top keys"),
    ],
)
def test_a_key_that_there_is_not_is_told_with_the_nearest(path: str, told: str) -> None:
    with pytest.raises(ProviderError, match=told):
        asked(path)


def test_official_images_are_asked_for_what_is_given() -> None:
    worker = FakeWorker(list_official_images={"images": [{"amiId": "ami-1"}]})
    given = {"region": "us-east-1", "version": "3.16.1", "os": "alinux2023"}
    answer = Functions(workers(worker)).call("parallelcluster:index:officialImages", given)
    assert answer == {"images": [{"amiId": "ami-1"}]}
    assert worker.calls == [("list_official_images", {"os": "alinux2023"})]


def test_arguments_are_judged() -> None:
    functions = Functions(workers(FakeWorker()))
    failures = {
        failure.path: failure.reason for failure in functions.failures(POLICY, {"version": "1.0.0", "pth": "x"})
    }
    assert failures.keys() == {"pth", "path", "version"}
    with pytest.raises(ProviderError, match="no function x; it has parallelcluster:index:officialImages"):
        functions.failures("x", {})


def test_a_cluster_is_described_and_an_absent_one_is_an_error() -> None:
    token, given = "parallelcluster:index:describeCluster", {"region": "us-east-1", "clusterName": "hpc"}
    head = {"instanceId": "i-1", "state": "running"}
    answer = Functions(workers(FakeWorker(describe_cluster=described(headNode=head)))).call(token, given)
    assert answer == {
        "clusterName": "hpc",
        "region": "us-east-1",
        "version": "3.16.1",
        "clusterStatus": "CREATE_COMPLETE",
        "stackArn": "arn:aws:cloudformation:us-east-1:1:stack/hpc/1",
        "fleetStatus": "RUNNING",
        "headNode": head,
        "loginNodes": [],
    }
    assert answer.keys() == package_schema()["functions"][token]["outputs"]["properties"].keys()
    with pytest.raises(ProviderError, match="no ParallelCluster cluster hpc in us-east-1"):
        Functions(workers(FakeWorker(describe_cluster=absent()))).call(token, given)
