"""The life of the Cluster resource with a worker that only pretends, above all where something fails."""

from typing import Any

import pytest

from provider.cluster import Cluster
from provider.errors import Cut, PartialFailure, ProviderError
from provider.resource import DEFAULTS, Change
from provider.worker_client import ParallelClusterError
from tests.unit.provider_fakes import (
    GIVEN,
    MARK,
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


def test_a_key_that_logs_may_not_use_is_asked_for_again() -> None:
    denied = ParallelClusterError(400, "AccessDeniedException", {"message": "the key may not be used"})
    wanted = STATE | {"logKmsKeyArn": "arn:k"}
    worker = creating(encrypt_logs=denied)
    with pytest.raises(PartialFailure, match="the key's policy has to let logs") as caught:
        Cluster(workers(worker)).create(wanted, task()[0])
    kept = caught.value.properties
    assert (kept["clusterStatus"], "logKmsKeyArn" in kept) == ("CREATE_COMPLETE", False)
    found = Cluster(workers(worker)).diff(kept, wanted, task()[0])
    assert [(change.path, change.replaces) for change in found.changes] == [("logKmsKeyArn", False)]


def test_a_key_that_is_denied_after_an_update_leaves_the_new_document_in_force() -> None:
    denied = ParallelClusterError(400, "AccessDeniedException", {"message": "the key may not be used"})
    changed = {**STATE["configuration"], "Tags": [{"Key": "a", "Value": "b"}]}
    wanted = STATE | {"configuration": changed, "logKmsKeyArn": "arn:k"}
    worker = creating(encrypt_logs=denied, compare=[])
    with pytest.raises(PartialFailure, match="the key's policy has to let logs") as caught:
        Cluster(workers(worker)).update("us-east-1/hpc", STATE, wanted, task()[0])
    kept = caught.value.properties
    assert (kept["configuration"], "logKmsKeyArn" in kept) == (changed, False)


def test_logs_are_left_alone_without_a_key_and_freed_when_it_goes() -> None:
    worker = creating(encrypt_logs={}, compare=[])
    Cluster(workers(worker)).create(STATE, task()[0])
    assert "encrypt_logs" not in [name for name, _ in worker.calls]
    Cluster(workers(worker)).update("us-east-1/hpc", STATE | {"logKmsKeyArn": "arn:k"}, STATE, task()[0])
    assert ("encrypt_logs", {"cluster_name": "hpc", "key": None}) in worker.calls


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
