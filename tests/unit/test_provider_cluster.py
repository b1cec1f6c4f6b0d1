"""The Cluster resource with a worker that only pretends: checks, comparisons, and what happens when things fail."""

from typing import Any

import pytest

from provider import naming
from provider.cluster import Cluster
from provider.errors import Cut, PartialFailure, ProviderError
from provider.resource import DEFAULTS, Change
from provider.values import UNKNOWN
from provider.worker_client import ParallelClusterError
from tests.unit.provider_fakes import URN, FakeWorker, absent, described, row, task, workers

QUEUES = {"Scheduling": {"SlurmQueues": [{"Name": "a", "MaxCount": 1}, {"Name": "b", "MaxCount": 2}]}}
GIVEN = {"region": "us-east-1", "version": "3.16.1", "configuration": QUEUES}
STATE = GIVEN | {"clusterName": "hpc", "clusterStatus": "CREATE_COMPLETE"}
OTHER = {"Scheduling": {"SlurmQueues": [{"Name": "b", "MaxCount": 3}]}}
MARK = {"key": naming.MARK, "value": naming.mark(URN)}


def checked(
    worker: FakeWorker, new: dict[str, Any], old: dict[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    found = Cluster(workers(worker)).check("hpc", old or {}, new, b"seed", task()[0])
    return found.inputs, {failure.path: failure.reason for failure in found.failures}


def test_a_missing_name_is_made_once_and_kept() -> None:
    worker = FakeWorker(check=[])
    first, failures = checked(worker, GIVEN)
    assert not failures
    assert first["clusterName"].startswith("hpc-")
    assert first[DEFAULTS] == ["clusterName"]
    again, _ = checked(worker, GIVEN, old=first)
    assert again == first


def test_an_unchanged_document_is_not_checked_again() -> None:
    worker = FakeWorker(check=[])
    first, _ = checked(worker, GIVEN)
    checked(worker, GIVEN, old=first)
    assert worker.operations() == ["check"]
    checked(worker, GIVEN | {"configuration": OTHER}, old=first)
    assert worker.operations() == ["check", "check"]


def test_validators_are_suppressed_by_names_that_there_are() -> None:
    worker = FakeWorker(check=[], validators=["NameValidator", "KeyPairValidator"])
    _, failures = checked(worker, GIVEN | {"suppressValidators": ["NameValidator", "type:KeyPairValidatr"]})
    assert failures == {
        "suppressValidators[1]": (
            "ParallelCluster 3.16.1 has no validator KeyPairValidatr; did you mean KeyPairValidator or NameValidator?"
        )
    }
    _, failures = checked(worker, GIVEN | {"suppressValidators": ["ALL: the account has no quota API"]})
    assert failures == {}


@pytest.mark.parametrize(
    ("changes", "path", "text"),
    [
        ({"clusterName": "a_b"}, "clusterName", "is no cluster name"),
        ({"version": "2.0.0"}, "version", "cannot be had; take one of: 3.15.1, 3.16.1"),
        ({"version": 3.16}, "version", "put it in quotes"),
        ({"clustername": "hpc"}, "clustername", "unknown input"),
        ({"validationFailureLevel": "FATAL"}, "validationFailureLevel", "not one of INFO"),
        ({"suppressValidators": ["X", "ALL"]}, "suppressValidators[1]", "needs a reason: write 'ALL: why'"),
        ({"suppressValidators": ["ALL: "]}, "suppressValidators[0]", "needs a reason"),
        ({"configuration": QUEUES | {"Region": "eu-west-1"}}, "configuration.Region", "contradicts"),
        ({"configuration": "text"}, "configuration", "must be of type dict"),
    ],
)
def test_inputs_that_are_wrong(changes: dict[str, Any], path: str, text: str) -> None:
    _, failures = checked(FakeWorker(check=[]), GIVEN | changes)
    assert text in failures[path]


def test_what_is_missing_is_named() -> None:
    _, failures = checked(FakeWorker(), {})
    assert set(failures) == {"region", "version", "configuration"}


def test_schema_errors_stand_at_their_property_paths() -> None:
    found = [{"path": ["Scheduling", "SlurmQueues", 1, "Nmae"], "message": "Unknown field."}]
    _, failures = checked(FakeWorker(check=found), GIVEN)
    assert failures == {"configuration.Scheduling.SlurmQueues[1].Nmae": "Unknown field."}


def test_unknown_values_get_stand_ins_and_cause_no_errors() -> None:
    document = {"HeadNode": {"Networking": {"SubnetId": UNKNOWN}}, "Count": UNKNOWN, "Image": {"Os": "x"}}
    messages = [
        {"path": ["Count"], "message": "Not a valid integer."},
        {"path": ["Image", "Os"], "message": "Must be one of: alinux2023."},
    ]
    worker = FakeWorker(check=messages)
    _, failures = checked(worker, GIVEN | {"configuration": document})
    assert failures == {"configuration.Image.Os": "Must be one of: alinux2023."}
    assert worker.calls[0][1]["configuration"]["HeadNode"]["Networking"]["SubnetId"].startswith("subnet-")


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


def creating(**answers: Any) -> FakeWorker:
    usual = {
        "create_cluster": {"cluster": {}},
        "describe_cluster": described(),
        "get_cluster_stack_events": {"events": []},
        "former_state": None,
        "stack_status": "UPDATE_ROLLBACK_COMPLETE",
        "cluster_configuration": QUEUES,
    }
    return FakeWorker(**(usual | answers))


def test_a_creation_marks_the_cluster_and_sets_the_region() -> None:
    worker = creating()
    identity, outputs = Cluster(workers(worker)).create(STATE | {"suppressValidators": ["NameValidator"]}, task()[0])
    assert identity == "us-east-1/hpc"
    assert outputs["clusterStatus"] == "CREATE_COMPLETE"
    sent = worker.calls[0][1]
    assert sent["cluster_configuration"]["Region"] == "us-east-1"
    assert sent["cluster_configuration"]["Tags"] == [{"Key": MARK["key"], "Value": MARK["value"]}]
    assert (sent["suppress_validators"], sent["rollback_on_failure"]) == (["type:NameValidator"], False)
    assert outputs["configuration"] == QUEUES


def test_a_failed_creation_keeps_id_and_reasons() -> None:
    event = {
        "eventId": "1",
        "resourceStatus": "CREATE_FAILED",
        "logicalResourceId": "Head",
        "resourceStatusReason": "boom",
    }
    failures = [{"failureCode": "HeadNodeBootstrapFailure", "failureReason": "no disk"}]
    stream = {
        "logStreamName": "ip-1.i-1.chef-client",
        "logStreamArn": "arn:aws:logs:r:1:log-group:/aws/pc/hpc-1:log-stream:x",
    }
    worker = creating(
        describe_cluster=described(status="CREATE_FAILED", failures=failures),
        get_cluster_stack_events={"events": [event]},
        list_cluster_log_streams={"logStreams": [stream]},
    )
    with pytest.raises(PartialFailure) as caught:
        Cluster(workers(worker)).create(STATE, task()[0])
    assert caught.value.resource_id == "us-east-1/hpc"
    text = "\n".join(caught.value.reasons)
    assert "HeadNodeBootstrapFailure: no disk" in text
    assert "first failed event: CREATE_FAILED Head" in text
    assert "aws logs tail /aws/pc/hpc-1 --log-stream-names ip-1.i-1.chef-client" in text


def test_a_creation_past_its_deadline_stays_in_the_state() -> None:
    worker = creating(describe_cluster=described(status="CREATE_IN_PROGRESS"))
    with pytest.raises(PartialFailure, match="not done within 0 s") as caught:
        Cluster(workers(worker)).create(STATE, task(seconds=0.05)[0])
    assert caught.value.properties["clusterStatus"] == "CREATE_IN_PROGRESS"


def test_a_cancelled_creation_stays_in_the_state() -> None:
    one, _ = task()
    one.stopping.set()
    worker = creating(describe_cluster=described(status="CREATE_IN_PROGRESS"))
    with pytest.raises(PartialFailure, match="called off"):
        Cluster(workers(worker)).create(STATE, one)


def test_a_creation_called_off_amid_the_upload_stays_in_the_state_and_is_looked_for_later() -> None:
    worker = creating(create_cluster=Cut("called off amid create_cluster"))
    with pytest.raises(PartialFailure, match="called off") as caught:
        Cluster(workers(worker)).create(STATE | {DEFAULTS: ["clusterName"]}, task()[0])
    assert worker.operations() == ["create_cluster"]
    assert caught.value.resource_id == "us-east-1/hpc"
    kept = {key: value for key, value in caught.value.properties.items() if key != "clusterStatus"}
    assert DEFAULTS not in kept
    for now, replaces in ((described(status="CREATE_IN_PROGRESS"), False), (absent(), True)):
        found = Cluster(workers(FakeWorker(describe_cluster=now))).diff(kept, STATE, task()[0])
        assert found.changes == [Change("clusterStatus", "update", replaces)]


def test_a_refused_document_leaves_nothing_behind() -> None:
    content = {
        "message": "Invalid cluster configuration.",
        "configurationValidationErrors": [
            {"level": "ERROR", "type": "EfsIdValidator", "message": "no such file system"},
            {"level": "WARNING", "type": "Other", "message": "beware"},
        ],
    }
    error = ParallelClusterError(400, "CreateClusterBadRequestException", content)
    with pytest.raises(ProviderError, match="EfsIdValidator: no such file system") as caught:
        Cluster(workers(creating(create_cluster=error))).create(STATE, task()[0])
    assert "beware" not in str(caught.value)


EXISTS = ParallelClusterError(400, "BadRequestException", {"message": "Bad Request: Cluster hpc already exists."})


def test_an_own_cluster_is_adopted_with_the_document_in_force() -> None:
    in_force = OTHER | {"Region": "us-east-1", "Tags": [{"Key": MARK["key"], "Value": MARK["value"]}]}
    worker = creating(create_cluster=EXISTS, describe_cluster=described(tags=[MARK]), cluster_configuration=in_force)
    identity, outputs = Cluster(workers(worker)).create(STATE, task()[0])
    assert identity == "us-east-1/hpc"
    assert outputs["configuration"] == OTHER


def test_a_foreign_cluster_is_refused() -> None:
    with pytest.raises(ProviderError, match="does not belong to this resource"):
        Cluster(workers(creating(create_cluster=EXISTS))).create(STATE, task()[0])


def test_no_changes_found_is_a_success() -> None:
    error = ParallelClusterError(
        400, "BadRequestException", {"message": "Bad Request: No changes found in your cluster"}
    )
    worker = creating(update_cluster=error, compare=[row([], "Tags", 1, 2, "SUPPORTED")])
    outputs = Cluster(workers(worker)).update("us-east-1/hpc", STATE, STATE | {"configuration": OTHER}, task()[0])
    assert outputs["configuration"] == OTHER


def test_a_failed_update_keeps_what_is_in_force() -> None:
    statuses = iter(["CREATE_COMPLETE", "UPDATE_FAILED"])

    def describe(**_: Any) -> dict[str, Any]:
        return described(status=next(statuses, "UPDATE_FAILED"))

    worker = creating(
        describe_cluster=describe,
        update_cluster={"cluster": {}},
        compare=[row([], "Tags", 1, 2, "SUPPORTED")],
        list_cluster_log_streams={"logStreams": []},
    )
    with pytest.raises(PartialFailure, match="UPDATE_FAILED") as caught:
        Cluster(workers(worker)).update("us-east-1/hpc", STATE, STATE | {"configuration": OTHER}, task()[0])
    assert caught.value.properties["configuration"] == QUEUES


def test_going_back_after_a_failed_update_is_a_success() -> None:
    failed = STATE | {"clusterStatus": "UPDATE_FAILED"}
    worker = creating(describe_cluster=described(status="UPDATE_FAILED"))
    assert Cluster(workers(worker)).diff(failed, STATE, task()[0]).changes == []
    outputs = Cluster(workers(worker)).update("us-east-1/hpc", failed, STATE, task()[0])
    assert outputs["configuration"] == QUEUES
    assert "update_cluster" not in worker.operations()


def test_what_is_absent_is_deleted_and_read_as_gone() -> None:
    worker = creating(delete_cluster=absent(), describe_cluster=absent())
    resource = Cluster(workers(worker))
    resource.delete("us-east-1/hpc", STATE, task()[0])
    assert resource.read("us-east-1/hpc", STATE, GIVEN, task()[0]) is None


def test_a_deletion_that_fails_says_why() -> None:
    worker = creating(
        delete_cluster={},
        describe_cluster=described(status="DELETE_FAILED"),
        list_cluster_log_streams={"logStreams": []},
    )
    with pytest.raises(ProviderError, match="cluster hpc is DELETE_FAILED"):
        Cluster(workers(worker)).delete("us-east-1/hpc", STATE, task()[0])


def test_an_import_takes_its_inputs_from_the_cluster() -> None:
    in_force = QUEUES | {"Region": "us-east-1", "Tags": [{"Key": MARK["key"], "Value": MARK["value"]}]}
    found = Cluster(workers(creating(cluster_configuration=in_force))).read("us-east-1/hpc", {}, {}, task()[0])
    assert found is not None
    assert found.inputs == GIVEN | {"clusterName": "hpc"}


def test_throttling_is_borne_and_other_faults_are_not() -> None:
    answers = iter([ParallelClusterError(429, "LimitExceededException", {"message": "slow"}), described()])

    def describe(**_: Any) -> Any:
        return next(answers, described())

    identity, _ = Cluster(workers(creating(describe_cluster=describe))).create(STATE, task()[0])
    assert identity == "us-east-1/hpc"
