"""Shared folders and buckets: what ParallelCluster is told, what is made, what is warned of."""

import json
from pathlib import Path
from typing import Any

import pytest

from components import neighbours
from planning import lustre, team_data
from planning.written import written
from settings.lustre import LustreFolder
from settings.notes import notes
from settings.storage import Bucket
from tests.unit.contracts.stack_files import STORAGE
from tests.unit.recorder import Recorded, Recorder, run
from tests.unit.test_planning import document
from tests.unit.test_settings import load_with

LUSTRE = {"name": "a", "mountDir": "/a", "kind": "lustre"}
MANAGED = {**LUSTRE, "managedByCluster": True}
LINK = {"name": "c", "fileSystemPath": "/c", "dataRepositoryPath": "s3://genomes/hg38/"}
MADE = {"file_system_ids": {"a": "fs-1"}}
VOLUME = "fsvol-0123456789abcdef0"
IMPORT: dict[str, Any] = {"importPath": "s3://genomes", "autoImportPolicy": "NEW_CHANGED", "exportPath": "s3://genomes"}


@pytest.mark.parametrize(
    ("folder", "endpoints", "kind", "told"),
    [
        (
            {"name": "a", "mountDir": "/a", "iamAuthorization": True},
            {**MADE, "access_point_ids": {"a": "fsap-1"}},
            "Efs",
            {
                "FileSystemId": "fs-1",
                "EncryptionInTransit": True,
                "IamAuthorization": True,
                "AccessPointId": "fsap-1",
            },
        ),
        (
            {"name": "a", "mountDir": "/a", "managedByCluster": True, "throughputMode": "bursting"},
            {},
            "Efs",
            {
                "Encrypted": True,
                "PerformanceMode": "generalPurpose",
                "ThroughputMode": "bursting",
                "DeletionPolicy": "Delete",
                "EncryptionInTransit": True,
            },
        ),
        (LUSTRE, MADE, "FsxLustre", {"FileSystemId": "fs-1"}),
        (
            {**MANAGED, "deletionPolicy": "Retain", "dataRepositoryAssociations": [LINK]},
            {},
            "FsxLustre",
            {
                "DeploymentType": "SCRATCH_2",
                "StorageCapacity": 1200,
                "DeletionPolicy": "Retain",
                # No export policy: nodes change nothing in the bucket.
                "DataRepositoryAssociations": [
                    {
                        "Name": "c",
                        "FileSystemPath": "/c",
                        "DataRepositoryPath": "s3://genomes/hg38/",
                        "BatchImportMetaDataOnCreate": False,
                        "ImportedFileChunkSize": 1024,
                    }
                ],
            },
        ),
        (
            {**MANAGED, "deploymentType": "SCRATCH_1", **IMPORT},
            {},
            "FsxLustre",
            {
                "DeploymentType": "SCRATCH_1",
                "StorageCapacity": 1200,
                "DeletionPolicy": "Delete",
                "ImportPath": "s3://genomes",
                "ExportPath": "s3://genomes",
                "AutoImportPolicy": "NEW_CHANGED",
            },
        ),
        ({"name": "a", "mountDir": "/a", "kind": "ontap", "volumeId": VOLUME}, MADE, "FsxOntap", {"VolumeId": "fs-1"}),
        (
            {"name": "a", "mountDir": "/a", "kind": "openzfs", "volumeId": VOLUME},
            MADE,
            "FsxOpenZfs",
            {"VolumeId": "fs-1"},
        ),
    ],
)
def test_each_kind_is_told_to_parallelcluster(
    folder: dict[str, Any], endpoints: dict[str, Any], kind: str, told: dict[str, Any]
) -> None:
    (found,) = document(endpoints, storage={"home": "cluster", "folders": [folder]})["SharedStorage"]
    assert found == {"Name": "a", "StorageType": kind, "MountDir": "/a", f"{kind}Settings": told}


def folder(**keys: Any) -> LustreFolder:
    return LustreFolder.model_validate_json(json.dumps({**LUSTRE, **keys}))


def test_older_paths_become_an_association_where_the_type_takes_one() -> None:
    (made,) = lustre.associations(folder(**IMPORT))
    assert (made.file_system_path, made.data_repository_path) == ("/", "s3://genomes")
    assert (made.auto_import_policy, made.auto_export_policy) == (("NEW", "CHANGED"), ())
    assert made.batch_import_meta_data_on_create
    assert lustre.associations(folder(deploymentType="SCRATCH_1", **IMPORT)) == ()


PERSISTENT = {"deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 125}


@pytest.mark.parametrize(
    ("keys", "dev", "prod"),
    [
        ({}, None, None),
        (PERSISTENT, 0, 30),
        ({**PERSISTENT, "automaticBackupRetentionDays": 3}, 3, 3),
        ({**PERSISTENT, "dataRepositoryAssociations": [LINK]}, 0, 0),
    ],
)
def test_backups_are_on_in_prod_where_the_file_system_takes_them(keys: Any, dev: int | None, prod: int | None) -> None:
    assert (lustre.backup_days(folder(**keys), False), lustre.backup_days(folder(**keys), True)) == (dev, prod)


@pytest.mark.parametrize(("environment", "backups"), [("prod", ["home", "there"]), ("dev", ["home"])])
def test_efs_is_backed_up_in_prod_and_on_request(environment: str, backups: list[str]) -> None:
    folders = [{"name": "there", "mountDir": "/there"}, {"name": "home", "mountDir": "/home", "backup": True}]
    made = run(environment=environment, storage={"folders": folders}).named("aws:efs/backupPolicy:BackupPolicy")
    assert sorted(one.name.rpartition("-")[2] for one in made) == backups


@pytest.mark.parametrize(("environment", "days"), [("prod", 30), ("dev", 0)])
def test_volumes_of_nfs_are_kept_and_backed_up_in_prod(environment: str, days: int) -> None:
    folders = [{"name": "lab", "mountDir": "/lab", "kind": "ontap"}, {"name": "z", "mountDir": "/z", "kind": "openzfs"}]
    found = run(environment=environment, storage={"home": "cluster", "folders": folders})
    ontap, zfs = (found.one(f"aws:fsx/{one[0].lower()}{one[1:]}FileSystem:{one}FileSystem") for one in _NFS)
    volume = found.one("aws:fsx/ontapVolume:OntapVolume")
    assert {one.inputs["automaticBackupRetentionDays"] for one in (ontap, zfs)} == {days}
    assert [one.inputs["skipFinalBackup"] for one in (volume, zfs)] == [not days] * 2
    assert ("deleteOptions" in zfs.inputs) is (environment == "dev")
    assert found.outputs["storage_mounts"] == {"/lab": f"{volume.name}-id", "/z": f"{zfs.name}-root"}


_NFS = ("Ontap", "OpenZfs")


def _sorted(found: Recorder, token: str) -> list[Recorded]:
    return sorted(found.named(token), key=lambda one: one.name)


def test_what_the_stack_file_leaves_open_of_nfs_is_the_least() -> None:
    folders = [
        {"name": "a-lab", "mountDir": "/a", "kind": "ontap"},
        {"name": "b", "mountDir": "/b", "kind": "ontap", "deploymentType": "SINGLE_AZ_2", "storageCapacity": 400_000},
    ]
    found = run(storage={"folders": folders})
    first, second = _sorted(found, "aws:fsx/ontapFileSystem:OntapFileSystem")
    rates = ("throughputCapacity", "throughputCapacityPerHaPair", "haPairs")
    assert [first.inputs.get(key) for key in rates] == [128, None, None]
    assert [second.inputs.get(key) for key in rates] == [None, 384, 1]
    volumes = _sorted(found, "aws:fsx/ontapVolume:OntapVolume")
    assert [one.inputs["name"] for one in volumes] == ["a_lab", "b"]
    assert [one.inputs["junctionPath"] for one in volumes] == ["/a-lab", "/b"]
    assert [one.inputs["sizeInMegabytes"] for one in volumes] == [2**20, 300 * 2**20]


def stored() -> Recorder:
    return run(storage=STORAGE)


def test_only_what_is_the_stacks_is_made() -> None:
    found = stored()
    assert len(found.named("aws:efs/fileSystem:FileSystem")) == 1
    made = found.named("aws:fsx/lustreFileSystem:LustreFileSystem")
    data, fast = sorted(made, key=lambda one: one.name)
    assert (fast.inputs["deploymentType"], data.inputs["dataCompressionType"]) == ("SCRATCH_2", "LZ4")
    assert "automaticBackupRetentionDays" not in fast.inputs
    links = found.named("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation")
    shown = {one.name.rpartition("-")[2]: one.inputs["dataRepositoryPath"] for one in links}
    assert shown == {"in": "s3://genomes/", "out": "s3://genomics-dev-results-bucket/runs/"}
    assert set(found.outputs["storage_mounts"]) == {one["mountDir"] for one in STORAGE["folders"]}
    assert found.outputs["storage_mounts"]["/own"] == "made by ParallelCluster"
    assert set(found.outputs["data_buckets"]) == {"results", "reference"}


def test_all_nodes_get_the_policies_of_data() -> None:
    cluster = stored().one("parallelcluster:index:Cluster").inputs["configuration"]
    for section in (cluster["HeadNode"], cluster["Scheduling"]["SlurmQueues"][0]):
        policies = [one["Policy"] for one in section["Iam"]["AdditionalIamPolicies"]]
        assert sum("-data" in one or "-mounts" in one for one in policies) == 2


KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"


def test_rights_on_buckets_are_the_least() -> None:
    buckets = {
        "read": Bucket(name="read"),
        "write": Bucket.model_validate({"name": "write", "access": "write", "prefixes": ("runs/",), "kmsKeyId": KEY}),
    }
    statements = team_data.access(buckets, {"read": "arn:aws:s3:::r", "write": "arn:aws:s3:::w"})["Statement"]
    allowed = {(action, str(one["Resource"])) for one in statements for action in _listed(one["Action"])}
    assert ("s3:GetObject", "['arn:aws:s3:::r/*']") in allowed
    assert ("s3:PutObject", "['arn:aws:s3:::w/runs/*']") in allowed
    assert not any(action.startswith(("s3:Put", "s3:Delete")) and "::r" in where for action, where in allowed)
    assert {where for action, where in allowed if action.startswith("kms:")} == {KEY}
    (listing,) = [one for one in statements if one["Action"] == "s3:ListBucket" and one["Resource"] == "arn:aws:s3:::w"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["runs/", "runs/*"]}}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("keys", "warned"),
    [
        ({"kind": "efs"}, []),
        (PERSISTENT, []),
        ({}, ["deploymentType"]),
        ({"dataRepositoryAssociations": [{**LINK, "autoExportPolicy": ["NEW"]}]}, []),
        ({"mountDir": "/home", "homeOnScratch": True}, ["homeOnScratch", "deploymentType"]),
        ({**PERSISTENT, "managedByCluster": True}, ["managedByCluster"]),
        ({**PERSISTENT, "importPath": "s3://genomes"}, ["importPath"]),
        ({"deploymentType": "SCRATCH_1", **IMPORT}, []),
    ],
)
def test_what_is_allowed_but_risky_is_warned_of(keys: dict[str, Any], warned: list[str]) -> None:
    found = list(notes(load_with(storage={"folders": [{**LUSTRE, **keys}]})))
    assert [text.partition(": ")[0].removeprefix("hpcstack:storage.folders[0].") for text in found] == warned


def test_homes_of_a_protected_stack_are_asked_for() -> None:
    (told,) = notes(load_with(environment="prod", storage={"home": "cluster"}))
    assert told.startswith("hpcstack:storage.home: homes lie with the head node")
    assert list(notes(load_with(environment="prod"))) == []
    assert list(notes(load_with(storage={"home": "cluster"}))) == []


def test_buckets_of_the_head_node_or_a_queue_alone_are_parallelclusters() -> None:
    runs = {"bucketName": "shared", "keyName": "runs/*", "enableWriteAccess": True}
    queue = {"name": "cpu", "iam": {"s3Access": [runs]}}
    cluster = {"headNode": {"iam": {"s3Access": [{"bucketName": "genomes"}]}}, "queues": [queue, {"name": "other"}]}
    found = document(cluster=cluster)
    cpu, other = found["Scheduling"]["SlurmQueues"]
    assert found["HeadNode"]["Iam"]["S3Access"] == [{"BucketName": "genomes", "EnableWriteAccess": False}]
    assert cpu["Iam"]["S3Access"] == [{"BucketName": "shared", "EnableWriteAccess": True, "KeyName": "runs/*"}]
    assert "S3Access" not in other["Iam"]
    places = list(written(load_with(cluster=cluster)))
    assert places == [(("cluster", "queues", 0, "iam", "s3Access", 0, "keyName"), "s3://shared/runs/")]


def test_what_the_head_node_shares_lies_on_efs_on_request() -> None:
    assert "SharedStorageType" not in document()["HeadNode"]
    found = document(cluster={"headNode": {"sharedStorageType": "Efs"}})
    assert found["HeadNode"]["SharedStorageType"] == "Efs"


WRITES = {"name": "r", "bucketName": "shared", "access": "write", "prefixes": ["genomics/"]}
EXPORTS = {**LUSTRE, "dataRepositoryAssociations": [{**LINK, "autoExportPolicy": ["NEW"]}]}


@pytest.mark.parametrize(
    ("mine", "team", "theirs", "overlap"),
    [
        ({"buckets": [WRITES]}, "imaging", {"buckets": [{**WRITES, "prefixes": ["genomics/x/"]}]}, True),
        (
            {"buckets": [WRITES]},
            "imaging",
            {"buckets": [{"name": "r", "bucketName": "shared", "access": "write"}]},
            True,
        ),
        ({"folders": [EXPORTS]}, "imaging", {"buckets": [{**WRITES, "bucketName": "genomes", "prefixes": []}]}, True),
        ({"buckets": [WRITES]}, "imaging", {"buckets": [{**WRITES, "prefixes": ["genomics-2/"]}]}, False),
        ({"buckets": [WRITES]}, "imaging", {"buckets": [{**WRITES, "access": "read"}]}, False),
        ({"buckets": [WRITES]}, "genomics", {"buckets": [WRITES]}, False),
        ({"folders": [{**LUSTRE, "dataRepositoryAssociations": [LINK]}]}, "imaging", {"folders": [EXPORTS]}, False),
    ],
)
def test_two_teams_do_not_write_over_each_other(
    mine: Any, team: str, theirs: Any, overlap: bool, tmp_path: Path
) -> None:
    config = {"hpcstack:team": team, "hpcstack:email": "a@b.org", "hpcstack:region": "eu-west-1"}
    secret = {"hpcstack:directoryAdminPassword": {"secure": "v1:abc"}}
    (tmp_path / "Pulumi.other.yaml").write_text(
        json.dumps({"config": {**config, **secret, "hpcstack:storage": theirs}})
    )
    (tmp_path / "Pulumi.broken.yaml").write_text("config: [")
    (tmp_path / "Pulumi.bytes.yaml").write_bytes(b"config: \xff")
    (tmp_path / "Pulumi.gone.yaml").symlink_to(tmp_path / "nowhere")
    found = [problem.rule for problem in neighbours.problems(load_with(storage=mine), tmp_path)]
    assert found == (["prefix-taken"] if overlap else [])
