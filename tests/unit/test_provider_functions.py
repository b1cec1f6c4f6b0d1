"""The provider's functions, with a worker that only pretends."""

import pytest

from provider.errors import ProviderError
from provider.functions import Functions
from tests.unit.provider_fakes import FakeWorker, absent, described, workers

TABLE = {
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
    ],
)
def test_a_key_is_found_in_every_notation(path: str) -> None:
    assert asked(path) == {
        "path": "Scheduling/SlurmQueues/CapacityType",
        **TABLE["Scheduling/SlurmQueues/CapacityType"],
    }


def test_a_key_that_there_is_not_is_told_with_its_neighbours() -> None:
    with pytest.raises(ProviderError, match=r"no key Nmae at .*; keys of Scheduling/SlurmQueues: CapacityType, Name"):
        asked("Scheduling/SlurmQueues/Nmae")


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
    assert Functions(workers(FakeWorker(describe_cluster=described()))).call(token, given)["cluster"] == described()
    with pytest.raises(ProviderError, match="describeCluster has no answer: it does not exist"):
        Functions(workers(FakeWorker(describe_cluster=absent()))).call(token, given)
