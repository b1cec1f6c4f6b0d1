"""`environment: prod` guards what cannot be made again; in `dev` a destroy is never refused."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.aws_types import inputs_of, is_aws
from tests.unit.contracts.stack_files import STACK_FILES, every_stack_file, made
from tests.unit.contracts.stateful import holds_state, is_stateful
from tests.unit.recorder import Recorded, Recorder, record

_GUARDED: dict[str, Any] = {
    "deletionProtection": lambda value: value is True,
    "deletionProtectionEnabled": lambda value: value is True,
    "skipFinalSnapshot": lambda value: value is False,
    "finalSnapshotIdentifier": lambda value: bool(value),
    "recoveryWindowInDays": lambda value: value is None or value >= 7,
    "deletionWindowInDays": lambda value: value is None or value >= 7,
    "forceDestroy": lambda value: not value,
    "multiAz": lambda value: value is True,
    "backupRetentionPeriod": lambda value: (value or 0) >= 30,
}
_FREE: dict[str, Any] = {
    "deletionProtection": lambda value: not value,
    "deletionProtectionEnabled": lambda value: not value,
    "skipFinalSnapshot": lambda value: value is True,
    "recoveryWindowInDays": lambda value: value == 0,
    "forceDestroy": lambda value: value is True,
}


def faults(recorder: Recorder, *, protected: bool) -> list[str]:
    return [fault for one in recorder.resources for fault in _faults(one, protected)]


def _faults(one: Recorded, protected: bool) -> list[str]:
    guard = bool(one.options.get("protect"))
    found = [f"{one.urn}: protect is {guard}"] if guard != (protected and holds_state(one.urn)) else []
    if is_stateful(one.token) and is_aws(one.token):
        wanted = _GUARDED if protected else _FREE
        values = {key: one.inputs.get(key) for key in sorted(inputs_of(one.token) & set(wanted))}
        found += [f"{one.urn}: {key} is {value}" for key, value in values.items() if not wanted[key](value)]
    return found


@every_stack_file
def test_the_environment_decides_protection_of_everything_stateful(name: str) -> None:
    assert faults(made(name).recorder, protected=STACK_FILES[name].protected) == []


def test_what_the_rules_call_stateful() -> None:
    used = {one.token for name in STACK_FILES for one in made(name).recorder.resources}
    assert {token for token in used if is_stateful(token)} == {
        "aws:s3/bucket:Bucket",
        "aws:rds/instance:Instance",
        "aws:efs/fileSystem:FileSystem",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "aws:fsx/ontapFileSystem:OntapFileSystem",
        "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine",
        "aws:fsx/ontapVolume:OntapVolume",
        "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        "aws:secretsmanager/secret:Secret",
        "aws:directoryservice/directory:Directory",
        "parallelcluster:index:Cluster",
    }
    later = (
        "aws:dynamodb/table:Table",
        "aws:rds/cluster:Cluster",
        "aws:kms/key:Key",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
    )
    assert all(is_stateful(token) for token in later)
    assert not is_stateful("aws:ec2/instance:Instance")


def _database(protect: bool, **inputs: Any) -> None:
    aws.rds.Instance("db", instance_class="db.t4g.micro", opts=pulumi.ResourceOptions(protect=protect), **inputs)


GOOD: dict[str, Any] = {
    "deletion_protection": True,
    "skip_final_snapshot": False,
    "final_snapshot_identifier": "last",
    "multi_az": True,
    "backup_retention_period": 30,
}


@pytest.mark.parametrize(
    ("protect", "inputs", "expected"),
    [
        (True, {}, []),
        (False, {}, ["protect is False"]),
        (True, {"deletion_protection": False}, ["deletionProtection is False"]),
        (True, {"skip_final_snapshot": None}, ["skipFinalSnapshot is None"]),
        (True, {"final_snapshot_identifier": None}, ["finalSnapshotIdentifier is None"]),
        (True, {"multi_az": None}, ["multiAz is None"]),
        (True, {"backup_retention_period": 7}, ["backupRetentionPeriod is 7.0"]),
    ],
)
def test_an_unguarded_database_is_found(protect: bool, inputs: dict[str, Any], expected: list[str]) -> None:
    found = faults(record(lambda: _database(protect, **{**GOOD, **inputs})), protected=True)
    assert [fault.partition(": ")[2] for fault in found] == expected


def _others() -> None:
    aws.s3.Bucket("bucket", force_destroy=True)
    aws.secretsmanager.Secret("secret", recovery_window_in_days=0)
    aws.efs.FileSystem("files")
    aws.ec2.Instance("passing", opts=pulumi.ResourceOptions(protect=True))


def test_others_are_found_too() -> None:
    found = "\n".join(faults(record(_others), protected=True))
    assert found.count("protect is False") == 3
    assert "instance:Instance::passing: protect is True" in found
    assert "forceDestroy is True" in found
    assert "recoveryWindowInDays is 0" in found


def test_in_dev_every_guard_is_found() -> None:
    found = [fault.partition(": ")[2] for fault in faults(record(lambda: _database(True, **GOOD)), protected=False)]
    assert found == ["protect is True", "deletionProtection is True", "skipFinalSnapshot is False"]
