"""What a change of the Cluster resource means, with a worker that only pretends."""

from typing import Any

import pytest

from provider.cluster import Cluster
from provider.errors import ProviderError
from provider.resource import DEFAULTS, Change
from provider.values import UNKNOWN
from tests.unit.provider_fakes import (
    OTHER,
    QUEUES,
    STATE,
    FakeWorker,
    absent,
    described,
    row,
    task,
    workers,
)


def test_nothing_changed_asks_nobody() -> None:
    worker = FakeWorker()
    difference = Cluster(workers(worker)).diff(STATE, STATE | {DEFAULTS: ["clusterName"]}, task()[0])
    assert difference.changes == []
    assert worker.calls == []


@pytest.mark.parametrize(
    ("found", "change"),
    [
        (
            row(["Scheduling", "SlurmQueues[b]"], "MaxCount", 2, 3, "RESIZE_UPDATE_STRATEGY_ON_REMOVE"),
            Change("configuration.Scheduling.SlurmQueues[0].MaxCount", "update"),
        ),
        (
            row(["Scheduling"], "SlurmQueues", {"Name": "a", "MaxCount": 1}, None, "X", is_list=True),
            Change("configuration.Scheduling.SlurmQueues[0]", "delete"),
        ),
        (
            row(["HeadNode"], "InstanceType", "a", "b", "UNSUPPORTED", message="no", needs=None),
            Change("configuration.HeadNode.InstanceType", "update", replaces=True),
        ),
        (
            row(["Scheduling", "SlurmQueues[b]"], "SpotPrice", None, 1, "QUEUE_UPDATE_STRATEGY", message="stop"),
            Change("configuration.Scheduling.SlurmQueues[0].SpotPrice", "add"),
        ),
    ],
)
def test_a_change_is_classified_by_its_policy(found: dict[str, Any], change: Change) -> None:
    difference = Cluster(workers(FakeWorker(compare=[found]))).diff(STATE, STATE | {"configuration": OTHER}, task()[0])
    assert difference.changes == [change]


@pytest.mark.parametrize(
    ("changes", "replaces"),
    [({"version": "3.99.0"}, True), ({"region": "eu-west-1"}, True), ({"rollbackOnFailure": True}, False)],
)
def test_identity_replaces_and_options_update(changes: dict[str, Any], replaces: bool) -> None:
    difference = Cluster(workers(FakeWorker())).diff(STATE, STATE | changes, task()[0])
    assert [change.replaces for change in difference.changes] == [replaces]


def test_a_fixed_name_is_deleted_first_and_an_automatic_one_is_not() -> None:
    resource = Cluster(workers(FakeWorker()))
    assert resource.diff(STATE, STATE | {"version": "3.99.0"}, task()[0]).delete_first
    # Nothing has changed: what the engine asks when the user forces a replacement.
    assert resource.diff(STATE, STATE, task()[0]).delete_first
    assert not resource.diff(STATE, STATE | {"version": "3.99.0", DEFAULTS: ["clusterName"]}, task()[0]).delete_first
    assert not resource.diff(STATE, STATE | {"clusterName": "other"}, task()[0]).delete_first


@pytest.mark.parametrize(
    ("now", "replaces"), [(described(status="CREATE_FAILED"), True), (absent(), True), (described(), False)]
)
def test_an_unfinished_cluster_is_gone_on_with_or_replaced(now: Any, replaces: bool) -> None:
    worker = FakeWorker(describe_cluster=now)
    difference = Cluster(workers(worker)).diff(STATE | {"clusterStatus": "CREATE_IN_PROGRESS"}, STATE, task()[0])
    assert difference.changes == [Change("clusterStatus", "update", replaces)]


def stopped_or_not(**arguments: Any) -> list[dict[str, Any]]:
    message = "" if arguments["fleet_stopped"] else "All compute nodes must be stopped"
    return [row(["Scheduling", "SlurmQueues[b]"], "SpotPrice", 1, 2, "QUEUE_UPDATE_STRATEGY", message=message)]


def test_a_change_that_needs_a_stopped_fleet_is_refused_while_it_runs() -> None:
    worker = FakeWorker(compare=stopped_or_not, describe_cluster=described())
    with pytest.raises(
        ProviderError, match=r"update refused.*\n.*SlurmQueues\[b\].SpotPrice: 1 -> 2 \(policy QUEUE_UPDATE_S"
    ):
        Cluster(workers(worker)).planned(STATE, STATE | {"configuration": OTHER}, task()[0])


def test_the_same_change_is_planned_once_the_fleet_is_stopped() -> None:
    stopped = described(computeFleetStatus="STOPPED")
    worker = FakeWorker(compare=stopped_or_not, describe_cluster=stopped, cluster_configuration=QUEUES)
    planned = Cluster(workers(worker)).planned(STATE, STATE | {"configuration": OTHER}, task()[0])
    assert planned["configuration"] == OTHER
    assert planned["clusterStatus"] is UNKNOWN


def test_a_value_not_known_yet_warns_instead_of_refusing() -> None:
    def found(**arguments: Any) -> list[dict[str, Any]]:
        new = arguments["target"]["Scheduling"]
        return [row([], "Scheduling", "old", new, "QUEUE_UPDATE_STRATEGY", message="stop the fleet")]

    worker = FakeWorker(compare=found, describe_cluster=described(), cluster_configuration=QUEUES)
    one, lines = task()
    Cluster(workers(worker)).planned(STATE, STATE | {"configuration": {"Scheduling": UNKNOWN}}, one)
    assert "Scheduling is not known yet" in lines[0]
