"""What a replacement or a deletion loses and leaves, in words."""

import pytest

from provider import loss
from provider.cluster import Cluster
from provider.errors import ProviderError
from provider.resource import DEFAULTS
from tests.unit.provider_fakes import FakeWorker, absent, described, row, task, workers

DOCUMENT = {
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
