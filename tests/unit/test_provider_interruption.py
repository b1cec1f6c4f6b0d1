"""What an update stops and starts again, also when an earlier one was cut amid it; with a cluster that only pretends."""

import copy
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.cluster_calls import ClusterCalls
from provider.errors import PartialFailure, ProviderError
from provider.fleet import Fleet
from provider.scheduler import Scheduler
from provider.updates import Plan
from provider.updating import Interruption
from tests.unit.provider_fakes import FakeWorker, described, row, task, workers

POOL = {"Name": "one", "InstanceType": "a", "Count": 2}
DOCUMENT: dict[str, Any] = {"LoginNodes": {"Pools": [POOL]}, "Scheduling": {"SlurmQueues": [{"Name": "gpu"}]}}
OTHER = {**DOCUMENT, "LoginNodes": {"Pools": [{**POOL, "InstanceType": "b"}]}}
INPUTS: dict[str, Any] = {
    "region": "us-east-1",
    "version": "3.16.1",
    "clusterName": "hpc",
    "updates": {"computeFleet": "stop", "loginNodes": "recreate"},
}
FLEET_ONLY = {"fleetRuns": True, "partitions": ["gpu"], "pools": {}}


class FakeCluster:
    """A cluster with a fleet, a login pool and a note; another instance type of the pool's nodes fails its update."""

    def __init__(self, note: dict[str, Any] | None, fleet: str) -> None:
        self.note, self.fleet, self.document, self.status = note, fleet, copy.deepcopy(DOCUMENT), "CREATE_COMPLETE"
        self.notes: list[tuple[Any, Any]] = []
        self.worker = FakeWorker(
            describe_cluster=lambda **_: self.described(),
            describe_compute_fleet=lambda **_: {"status": self.fleet},
            update_compute_fleet=self.move,
            update_cluster=self.update,
            cluster_configuration=lambda **_: copy.deepcopy(self.document),
            compare=lambda **given: self.compared(**given),
            former_state=lambda **_: self.note,
            keep_former_state=self.keep,
            forget_former_state=lambda **_: self.keep("hpc", None, self.note),
            get_cluster_stack_events={"events": []},
            list_cluster_log_streams={"logStreams": []},
            run_on_head_node={"status": "Success", "output": "", "error": ""},
            stack_status="UPDATE_ROLLBACK_COMPLETE",
        )

    @property
    def count(self) -> int:
        return self.document["LoginNodes"]["Pools"][0]["Count"]

    def described(self) -> dict[str, Any]:
        pools = [{"poolName": "one", "healthyNodes": self.count}]
        more = {"computeFleetStatus": self.fleet, "headNode": {"instanceId": "i-1"}}
        return described(status=self.status, loginNodes=pools, **more)

    def move(self, status: str, **_: Any) -> dict[str, Any]:
        self.fleet = {"STOP_REQUESTED": "STOPPED", "START_REQUESTED": "RUNNING"}[status]
        return {}

    def update(self, cluster_configuration: dict[str, Any], **_: Any) -> dict[str, Any]:
        sound = cluster_configuration["LoginNodes"]["Pools"][0]["InstanceType"] == "a"
        self.status = "UPDATE_COMPLETE" if sound else "UPDATE_FAILED"
        if sound:
            self.document = {key: cluster_configuration[key] for key in DOCUMENT}
        return {"cluster": {}}

    def compared(self, fleet_stopped: bool, running_pools: list[str] | None, **_: Any) -> list[dict[str, Any]]:
        free = fleet_stopped and not running_pools
        message = "" if free else "stop both"
        needs = ["fleet", "login"]
        return [row(["LoginNodes", "Pools[one]"], "InstanceType", "a", "b", "X", message=message, needs=needs)]

    def keep(self, cluster_name: str, state: Any, before: Any) -> Any:
        assert before == self.note
        self.notes.append((before, state))
        self.note = state
        return state

    def interruption(self) -> Interruption:
        calls = ClusterCalls(self.worker, "us-east-1", "hpc")
        fleet = Fleet(self.worker, "us-east-1", "hpc")
        return Interruption(calls, fleet, lambda: Scheduler(self.worker, "us-east-1", {"instanceId": "i-1"}), task()[0])


def test_what_a_cut_update_noted_and_what_the_next_one_stops_both_come_back_when_that_fails() -> None:
    there = FakeCluster(FLEET_ONLY, fleet="STOPPED")
    state = INPUTS | {"configuration": DOCUMENT, "clusterStatus": "CREATE_COMPLETE", "formerState": FLEET_ONLY}
    with pytest.raises(PartialFailure, match="what ran before the update runs again"):
        Cluster(workers(there.worker)).update("us-east-1/hpc", state, INPUTS | {"configuration": OTHER}, task(30)[0])
    assert there.notes == [(FLEET_ONLY, FLEET_ONLY | {"pools": {"one": 2}}), (FLEET_ONLY | {"pools": {"one": 2}}, None)]
    assert (there.count, there.fleet, there.note) == (2, "RUNNING", None)


def test_a_pool_that_no_note_has_stays_empty() -> None:
    there = FakeCluster(FLEET_ONLY, fleet="STOPPED")
    there.document["LoginNodes"]["Pools"][0]["Count"] = 0
    there.interruption().restore(INPUTS, updated=False)
    assert (there.count, there.fleet) == (0, "RUNNING")


@pytest.mark.parametrize(
    ("note", "fleet", "noted"),
    [
        ({"fleetRuns": False, "partitions": [], "pools": {"one": 5}}, "RUNNING", (True, [], {"one": 5})),
        (
            {"fleetRuns": True, "partitions": ["gpu"], "pools": {"two": 1}},
            "STOPPED",
            (True, ["gpu"], {"two": 1, "one": 2}),
        ),
        (None, "STOPPED", (False, [], {"one": 2})),
    ],
)
def test_the_older_word_counts(note: dict[str, Any] | None, fleet: str, noted: tuple[Any, ...]) -> None:
    there = FakeCluster(note, fleet)
    there.interruption().prepare(Plan(True, False, ["one"]), 1, there.document, INPUTS)
    assert there.note is not None
    assert tuple(there.note[key] for key in ("fleetRuns", "partitions", "pools")) == noted


def test_a_note_that_cannot_be_written_stops_nothing() -> None:
    there = FakeCluster(None, fleet="RUNNING")
    there.note = FLEET_ONLY
    pause = there.interruption()
    there.worker.answers["keep_former_state"] = ProviderError("the table is gone")
    with pytest.raises(ProviderError, match="the table is gone"):
        pause.prepare(Plan(True, False, ["one"]), 1, there.document, INPUTS)
    assert (there.count, there.fleet) == (2, "RUNNING")
