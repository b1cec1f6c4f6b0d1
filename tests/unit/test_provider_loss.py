"""What a replacement or a deletion loses and leaves, in words."""

from typing import Any

import pytest

from provider import loss
from provider.cluster import Cluster
from provider.errors import ProviderError
from provider.resource import DEFAULTS
from tests.unit.provider_fakes import FakeWorker, absent, described, row, task, workers

DOCUMENT: dict[str, Any] = {
    "SharedStorage": [
        {"Name": "scratch", "StorageType": "FsxLustre", "MountDir": "/scratch", "FsxLustreSettings": {}},
        {"Name": "home", "StorageType": "Efs", "MountDir": "/home", "EfsSettings": {"FileSystemId": "fs-1"}},
        {"Name": "disk", "StorageType": "Ebs", "MountDir": "/disk", "EbsSettings": {"DeletionPolicy": "Snapshot"}},
        {"Name": "data", "StorageType": "Efs", "MountDir": "/data", "EfsSettings": {"DeletionPolicy": "Retain"}},
    ]
}
STATE = {"region": "us-east-1", "version": "3.16.1", "clusterName": "hpc", "configuration": DOCUMENT}
SOUND = STATE | {"clusterStatus": "CREATE_COMPLETE"}
HEAD = row(["HeadNode"], "InstanceType", "a", "b", "UNSUPPORTED", message="no", needs=None)


def test_storage_of_the_cluster_is_told_from_storage_of_others() -> None:
    assert loss.storage(DOCUMENT) == {
        "Delete": ["scratch (FsxLustre, /scratch)"],
        "Snapshot": ["disk (Ebs, /disk)"],
        "Retain": ["data (Efs, /data)"],
    }


@pytest.mark.parametrize(
    ("more", "words"),
    [({}, "deleted BEFORE the new one is made"), ({DEFAULTS: ["clusterName"]}, "the new one is made first")],
)
def test_a_replacement_says_its_order_its_cause_and_what_goes(more: dict[str, list[str]], words: str) -> None:
    one, lines = task()
    wanted = STATE | {"configuration": DOCUMENT | {"HeadNode": {}}} | more
    difference = Cluster(workers(FakeWorker(compare=[HEAD]))).diff(SOUND, wanted, one)
    assert difference.delete_first == (not more)
    (line,) = lines
    assert words in line
    assert "because of configuration.HeadNode.InstanceType" in line
    assert "shared storage that goes with the old cluster: scratch (FsxLustre, /scratch);" in line


HOME = DOCUMENT["SharedStorage"][1]
OWN_HOME = {"Name": "home", "StorageType": "Efs", "MountDir": "/home", "EfsSettings": {"Encrypted": True}}
KEPT_HOME = OWN_HOME | {"EfsSettings": {"DeletionPolicy": "Retain"}}


def changed_home(before: object, after: object, **more: object) -> list[str]:
    """Lines of a comparison that ParallelCluster has refused for good."""
    one, lines = task()
    home = row(
        [], "SharedStorage", before, after, "SHARED_STORAGE_UPDATE_POLICY", message="no", needs=None, is_list=True
    )
    old = {"SharedStorage": [before]} if before else {}
    new = {"SharedStorage": [after]} if after else {}
    wanted = STATE | {"configuration": new, DEFAULTS: ["clusterName"]} | more
    Cluster(workers(FakeWorker(compare=[home]))).diff(SOUND | {"configuration": old}, wanted, one)
    return lines


@pytest.mark.parametrize(("before", "after"), [(None, HOME), (OWN_HOME, HOME), (None, KEPT_HOME)])
def test_homes_that_go_with_the_cluster_are_lost_by_a_word_only(before: object, after: object) -> None:
    with pytest.raises(
        ProviderError, match=r"/home of cluster hpc goes with the cluster.*`storage\.home: cluster`.*updates\.home to"
    ):
        changed_home(before, after)
    (line,) = changed_home(before, after, updates={"home": "replace"})
    assert "so does what lies in /home" in line


@pytest.mark.parametrize(("before", "after"), [(HOME, None), (KEPT_HOME, HOME), (None, OWN_HOME)])
def test_homes_that_stay_or_go_in_any_case_are_no_reason_to_refuse(before: object, after: object) -> None:
    (line,) = changed_home(before, after)
    assert ("so does what lies in /home" in line) == (before is None)


def test_a_cluster_that_is_no_more_has_no_homes_to_lose() -> None:
    one, lines = task()
    failed = SOUND | {"clusterStatus": "CREATE_FAILED", "configuration": {}}
    worker = FakeWorker(compare=[HEAD], describe_cluster=described(status="CREATE_FAILED"))
    assert Cluster(workers(worker)).diff(failed, STATE, one).changes
    assert lines == []


def test_an_update_and_the_end_of_a_failed_cluster_lose_nothing() -> None:
    one, lines = task()
    free = row(["HeadNode"], "InstanceType", "a", "b", "SUPPORTED")
    wanted = STATE | {"configuration": DOCUMENT | {"HeadNode": {}}}
    Cluster(workers(FakeWorker(compare=[free]))).diff(SOUND, wanted, one)
    failed = SOUND | {"clusterStatus": "CREATE_FAILED"}
    Cluster(workers(FakeWorker(describe_cluster=described(status="CREATE_FAILED")))).diff(failed, STATE, one)
    assert lines == []


def deleting(*statuses: str | None) -> FakeWorker:
    answers = iter(statuses)

    def describe(**_: object) -> object:
        status = next(answers, None)
        return described(status=status) if status else absent()

    return FakeWorker(
        delete_cluster={},
        describe_cluster=describe,
        get_cluster_stack_events={"events": []},
        list_cluster_log_streams={"logStreams": []},
    )


def test_a_deletion_that_fails_is_tried_once_more_and_what_stays_is_told() -> None:
    worker, (one, lines) = deleting("DELETE_FAILED", None), task()
    Cluster(workers(worker)).delete("us-east-1/hpc", SOUND, one)
    assert worker.operations().count("delete_cluster") == 2
    assert "cluster hpc is DELETE_FAILED" in lines[0]
    assert "tried once more" in lines[0]
    assert lines[1:] == [
        "kept: shared storage data (Efs, /data) (DeletionPolicy Retain)",
        "kept as a snapshot: shared storage disk (Ebs, /disk) (DeletionPolicy Snapshot)",
        "kept: log group /aws/parallelcluster/hpc-* in us-east-1 (Monitoring/Logs/CloudWatch/DeletionPolicy Retain)",
    ]


def test_one_that_fails_twice_says_why() -> None:
    worker = deleting("DELETE_FAILED", "DELETE_FAILED")
    with pytest.raises(ProviderError, match="cluster hpc is DELETE_FAILED"):
        Cluster(workers(worker)).delete("us-east-1/hpc", SOUND, task()[0])
    assert worker.operations().count("delete_cluster") == 2
