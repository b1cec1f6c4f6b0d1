"""ParallelCluster's dry run at preview, with a worker that only pretends: when it is asked, and what its answers become."""

from pathlib import Path
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.values import UNKNOWN
from provider.worker_client import ParallelClusterError
from tests.unit.provider_fakes import FakeWorker, task, workers

DOCUMENT = {"HeadNode": {"Ssh": {"KeyName": "nobody"}, "InstanceType": "t3.large"}, "LoginNodes": {"X": "t3.large"}}
GIVEN = {"region": "us-east-1", "version": "3.16.1", "clusterName": "hpc", "configuration": DOCUMENT}
REMARK = {"level": "WARNING", "type": "CustomAmiTagValidator", "message": "no tags"}
WRONG = {"level": "ERROR", "type": "KeyPairValidator", "message": "KeyPair 'nobody' does not exist"}
EVERYWHERE = {"level": "ERROR", "type": "SizeValidator", "message": "t3.large is too small"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def refused(code: int, message: str, **content: Any) -> ParallelClusterError:
    return ParallelClusterError(code, "SomeException", {"message": message, **content})


def sound(*messages: dict[str, str]) -> ParallelClusterError:
    return refused(412, "Request would have succeeded, but DryRun flag is set.", validationMessages=list(messages))


def asked(
    given: dict[str, Any], old: dict[str, Any] | None = None, **answers: Any
) -> tuple[Any, list[str], FakeWorker]:
    """Failures by path, lines, and the worker with its calls."""
    worker = FakeWorker(check=[], validators=[], **({"credentials": {"found": True}} | answers))
    one, lines = task()
    found = Cluster(workers(worker)).check("hpc", old or {}, given, b"seed", one)
    return {failure.path: failure.reason for failure in found.failures}, lines, worker


def test_warnings_are_told_once_and_an_unchanged_content_asks_nobody() -> None:
    failures, lines, worker = asked(GIVEN, create_cluster=sound(REMARK))
    assert failures == {}
    assert lines == ["WARNING CustomAmiTagValidator: no tags"]
    assert worker.operations() == ["check", "create_cluster"]
    sent = worker.calls[-1][1]
    assert sent["dryrun"] is True
    assert sent["cluster_configuration"]["Region"] == "us-east-1"
    failures, lines, worker = asked(GIVEN)
    assert (failures, lines, worker.operations()) == ({}, [], ["check"])


def test_errors_are_failures_where_the_message_names_one_value_and_are_asked_again() -> None:
    error = refused(400, "Invalid cluster configuration.", configurationValidationErrors=[WRONG, EVERYWHERE, REMARK])
    for _ in range(2):
        failures, lines, _ = asked(GIVEN, create_cluster=error)
        assert failures == {
            "configuration.HeadNode.Ssh.KeyName": "KeyPairValidator: KeyPair 'nobody' does not exist",
            "configuration": "SizeValidator: t3.large is too small",
        }
        assert lines == []


def test_a_level_makes_warnings_fail() -> None:
    error = refused(400, "Invalid cluster configuration.", configurationValidationErrors=[REMARK])
    failures, _, _ = asked(GIVEN | {"validationFailureLevel": "WARNING"}, create_cluster=error)
    assert failures == {"configuration": "CustomAmiTagValidator: no tags"}


def test_a_cluster_that_is_there_is_validated_as_an_update() -> None:
    older = GIVEN | {"configuration": {}}
    denied = refused(400, "Update failure", updateValidationErrors=[{"parameter": "x"}])
    failures, lines, worker = asked(GIVEN, older, update_cluster=denied)
    assert (failures, lines, worker.operations()) == ({}, [], ["check", "update_cluster"])


def test_one_that_is_gone_is_validated_as_a_creation_and_the_other_way_round() -> None:
    older = GIVEN | {"configuration": {}}
    gone = refused(404, "it does not exist")
    _, _, worker = asked(GIVEN, older, update_cluster=gone, create_cluster=sound())
    assert worker.operations() == ["check", "update_cluster", "create_cluster"]
    there = refused(400, "Bad Request: Cluster hpc already exists.")
    _, _, worker = asked(GIVEN | {"clusterName": "two"}, create_cluster=there, update_cluster=sound())
    assert worker.operations() == ["check", "create_cluster", "update_cluster"]


@pytest.mark.parametrize(
    ("given", "answers"),
    [(GIVEN, {"credentials": {"found": False}}), (GIVEN | {"configuration": DOCUMENT | {"Tags": UNKNOWN}}, {})],
)
def test_without_credentials_or_with_unknown_values_only_the_schema_judges(
    given: dict[str, Any], answers: dict[str, Any]
) -> None:
    _, _, worker = asked(given, **answers)
    assert worker.operations() == ["check"]


def test_a_dry_run_that_cannot_be_made_is_a_warning() -> None:
    failures, lines, _ = asked(GIVEN, create_cluster=refused(500, "ExpiredToken"))
    assert failures == {}
    assert "could not be made, so only its schema has judged: ExpiredToken" in lines[0]
