"""File systems that a killed run made, and what stands on them, are found by kind, tags and place."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.repair_finders.lookup import OTHERS, OURS, ids, tags, usable
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator

_PLACED = {"DeploymentType": "SINGLE_AZ_1"}
_SYSTEMS = {
    "lustre": ("LUSTRE", OURS, {"LustreConfiguration": {"DeploymentType": "SCRATCH_2"}}),
    "others": ("LUSTRE", OTHERS, {"LustreConfiguration": {"DeploymentType": "SCRATCH_2"}}),
    "zfs": ("OPENZFS", OURS, {"OpenZFSConfiguration": {**_PLACED, "ThroughputCapacity": 64}}),
    "ontap": ("ONTAP", OURS, {"OntapConfiguration": {**_PLACED, "ThroughputCapacity": 128}}),
}


@pytest.fixture(scope="module")
def subnet() -> str:
    return shared().client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


@pytest.fixture(scope="module")
def systems(subnet: str) -> Iterator[dict[str, str]]:
    """Ids of file systems in one subnet, by their names in _SYSTEMS."""
    fsx = shared().client("fsx")
    made: dict[str, str] = {}
    for name, (kind, stack, configuration) in _SYSTEMS.items():
        asked = {"FileSystemType": kind, "StorageCapacity": 1200, "SubnetIds": [subnet], "Tags": tags(stack)}
        made[name] = fsx.create_file_system(**asked, **configuration)["FileSystem"]["FileSystemId"]
    yield made
    for one in made.values():
        fsx.delete_file_system(FileSystemId=one)


def test_a_file_system_is_known_by_kind_tags_and_place(subnet: str, systems: dict[str, str]) -> None:
    assert _known("aws:fsx/lustreFileSystem:LustreFileSystem", subnetIds=subnet) == [systems["lustre"]]
    assert _known("aws:fsx/openZfsFileSystem:OpenZfsFileSystem", subnetIds=[subnet]) == [systems["zfs"]]
    assert _known("aws:fsx/ontapFileSystem:OntapFileSystem", subnetIds=[subnet]) == [systems["ontap"]]


def test_a_link_of_lustre_is_known_by_its_paths(systems: dict[str, str]) -> None:
    fsx, token = shared().client("fsx"), "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
    place = {"FileSystemPath": "/a", "DataRepositoryPath": "s3://data/a/"}
    asked = {"FileSystemId": systems["lustre"], **place, "Tags": tags()}
    association = fsx.create_data_repository_association(**asked)["Association"]["AssociationId"]
    said = {"fileSystemId": systems["lustre"], "dataRepositoryPath": "s3://data/a/"}
    for path, expected in (("/a", [association]), ("/b", [])):
        assert _known(token, **said, fileSystemPath=path) == expected


def test_what_stands_on_ontap_is_known_by_its_name(systems: dict[str, str]) -> None:
    fsx = shared().client("fsx")
    machine = fsx.create_storage_virtual_machine(FileSystemId=systems["ontap"], Name="svm", Tags=tags())
    svm = machine["StorageVirtualMachine"]["StorageVirtualMachineId"]
    on_it = {"OntapConfiguration": {"StorageVirtualMachineId": svm}}
    volume = fsx.create_volume(VolumeType="ONTAP", Name="lab", **on_it, Tags=tags())["Volume"]["VolumeId"]
    try:
        token = "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine"
        assert _known(token, fileSystemId=systems["ontap"], name="svm") == [svm]
        for name, expected in (("lab", [volume]), ("other", [])):
            assert _known("aws:fsx/ontapVolume:OntapVolume", storageVirtualMachineId=svm, name=name) == expected
    finally:
        fsx.delete_volume(VolumeId=volume)
        fsx.delete_storage_virtual_machine(StorageVirtualMachineId=svm)


def test_what_stands_on_efs_is_known_by_its_file_system_and_path() -> None:
    efs = shared().client("efs")
    home = efs.create_file_system(CreationToken="finders")["FileSystemId"]
    points = [
        efs.create_access_point(FileSystemId=home, RootDirectory={"Path": path}, Tags=tags())["AccessPointId"]
        for path in ("/team", "/other")
    ]
    try:
        root = {"fileSystemId": home, "rootDirectory": {"path": "/team"}}
        assert _known("aws:efs/accessPoint:AccessPoint", **root) == points[:1]
        assert _known("aws:efs/backupPolicy:BackupPolicy", fileSystemId=home) == [home]
    finally:
        for point in points:
            efs.delete_access_point(AccessPointId=point)
        efs.delete_file_system(FileSystemId=home)


def _known(token: str, **inputs: Any) -> list[str]:
    """What is found, and can be used where that takes minutes on AWS."""
    found = ids(token, **inputs)
    assert all(usable(token, one) for one in found)
    return found
