"""What the examples' cluster documents say, key by key, as the systems that they stand for were described."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.recorder import Recorder, run

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def recorded(example: str) -> Recorder:
    config = yaml.safe_load((EXAMPLES / f"{example}.yaml").read_text())["config"]
    return run(**{key.removeprefix("hpcstack:"): value for key, value in config.items()})


@pytest.fixture(scope="module")
def first_cluster() -> Recorder:
    return recorded("first-cluster")


@pytest.fixture(scope="module")
def bluebrain() -> Recorder:
    return recorded("bluebrain")


def document(found: Recorder) -> dict[str, Any]:
    return found.one("parallelcluster:index:Cluster").inputs["configuration"]


def test_examples_leave_out_none_of_parallelclusters_validators() -> None:
    for path in EXAMPLES.glob("*.yaml"):
        cluster = yaml.safe_load(path.read_text())["config"]["hpcstack:cluster"]
        assert "suppressValidators" not in cluster, path.name


def test_the_first_cluster_has_a_public_head_and_a_spot_queue(first_cluster: Recorder) -> None:
    found = document(first_cluster)
    assert found["Image"]["Os"] == "alinux2023"
    assert found["HeadNode"]["InstanceType"] == "t3.micro"
    assert "public" in found["HeadNode"]["Networking"]["SubnetId"]
    (queue,) = found["Scheduling"]["SlurmQueues"]
    assert (queue["Name"], queue["CapacityType"]) == ("queue1", "SPOT")
    assert "private" in queue["Networking"]["SubnetIds"][0]
    (resource,) = queue["ComputeResources"]
    assert resource["Instances"] == [{"InstanceType": "t3.micro"}]
    assert (resource["MinCount"], resource["MaxCount"]) == (0, 10)


@pytest.mark.parametrize(
    ("queue", "limits", "resources"),
    [
        ("debug", {"MaxNodes": 8, "MaxTime": "1-00:00:00"}, [("debug", "t3.micro", 8, False, None)]),
        (
            "prod-mpi",
            {"MaxNodes": 20, "MaxTime": 720},
            [("cpu-c7a", "c7a.48xlarge", 20, True, True), ("nvme", "c5d.24xlarge", 2, False, True)],
        ),
        (
            "prod-batch",
            {"MaxNodes": 4, "MaxTime": 120},
            [("cpu", "m5.8xlarge", 16, False, None), ("cpu-c7a", "c7a.48xlarge", 10, False, None)],
        ),
    ],
)
def test_a_queue_of_bluebrain(
    bluebrain: Recorder, queue: str, limits: dict[str, Any], resources: list[tuple[Any, ...]]
) -> None:
    (found,) = (one for one in document(bluebrain)["Scheduling"]["SlurmQueues"] if one["Name"] == queue)
    assert found["CustomSlurmSettings"] == limits
    assert [
        (
            one["Name"],
            one["Instances"][0]["InstanceType"],
            one["MaxCount"],
            one.get("Efa", {}).get("Enabled", False),
            one.get("Networking", {}).get("PlacementGroup", {}).get("Enabled"),
        )
        for one in found["ComputeResources"]
    ] == resources
    assert {one["MinCount"] for one in found["ComputeResources"]} == {0}


def test_slurm_of_bluebrain(bluebrain: Recorder) -> None:
    scheduling = document(bluebrain)["Scheduling"]
    assert scheduling["ScalingStrategy"] == "all-or-nothing"
    slurm = scheduling["SlurmSettings"]
    assert slurm["EnableMemoryBasedScheduling"] is True
    assert slurm["Database"]["UserName"] == "slurm_db_admin"
    assert slurm["Database"]["PasswordSecretArn"].startswith("arn:aws:secretsmanager:")
    assert slurm["Database"]["DatabaseName"] == "slurm_bluebrain"
    # LaunchParameters goes in a file only.
    assert slurm["CustomSlurmSettingsIncludeFile"].startswith("s3://")
    assert "CustomSlurmSettings" not in slurm


def test_storage_of_bluebrain(bluebrain: Recorder) -> None:
    folders = {one["Name"]: one for one in document(bluebrain)["SharedStorage"]}
    assert {name: (one["MountDir"], one["StorageType"]) for name, one in folders.items()} == {
        "home": ("/sbo/home", "Efs"),
        "data": ("/sbo/data", "FsxLustre"),
    }
    lustre = bluebrain.one("aws:fsx/lustreFileSystem:LustreFileSystem").inputs
    assert (lustre["deploymentType"], lustre["storageCapacity"], lustre["perUnitStorageThroughput"]) == (
        "PERSISTENT_2",
        1200,
        250,
    )
    assert lustre["dataCompressionType"] == "LZ4"
    every = ["NEW", "CHANGED", "DELETED"]
    links = bluebrain.named("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation")
    assert {
        one.inputs["fileSystemPath"]: (
            one.inputs["s3"].get("autoImportPolicy", {}).get("events"),
            one.inputs["s3"].get("autoExportPolicy", {}).get("events"),
            one.inputs["batchImportMetaDataOnCreate"],
        )
        for one in links
    } == {"/containers": (every, None, True), "/project": (every, every, True)}


def test_tags_logs_and_names_of_bluebrain(bluebrain: Recorder) -> None:
    found = document(bluebrain)
    assert {"Key": "SBO_Billing", "Value": "hpc:parallelcluster"} in found["Tags"]
    assert found["Monitoring"]["Logs"]["CloudWatch"]["RetentionInDays"] == 14
    assert found["Monitoring"]["Logs"]["CloudWatch"]["DeletionPolicy"] == "Delete"
    assert found["Imds"]["ImdsSupport"] == "v2.0"
    assert bluebrain.one("aws:route53/zone:Zone").inputs["name"] == "cluster.bluebrain.internal"
