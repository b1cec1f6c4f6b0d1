"""Checks of the Cluster resource, with a worker that only pretends: names, options, the document."""

from typing import Any

import pytest

from provider.cluster import Cluster
from provider.resource import DEFAULTS
from provider.values import UNKNOWN
from tests.unit.provider_fakes import (
    GIVEN,
    OTHER,
    QUEUES,
    FakeWorker,
    task,
    workers,
)


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
