"""File systems of FSx and what belongs to them; access points and backups of EFS."""

from collections.abc import Iterator

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found

_GONE = ("DELETING", "FAILED", "deleting", "deleted")


def _system(kind: str) -> Finder:
    """A file system of one of FSx's types, in the subnet that it was asked for."""

    def found(wanted: Wanted) -> Iterator[Found]:
        asked = wanted.inputs.get("subnetIds")
        subnets = [asked] if isinstance(asked, str) else asked
        for one in pages(wanted.client("fsx"), "describe_file_systems", "FileSystems"):
            here = one["FileSystemType"] == kind and one["SubnetIds"] == subnets
            if here and one["Lifecycle"] not in _GONE and wanted.bears(one["Tags"]):
                yield Found(one["FileSystemId"])

    return found


def storage_machine(wanted: Wanted) -> Iterator[Found]:
    of_system = [{"Name": "file-system-id", "Values": [wanted.text("fileSystemId")]}]
    machines = pages(
        wanted.client("fsx"), "describe_storage_virtual_machines", "StorageVirtualMachines", Filters=of_system
    )
    for one in machines:
        if one["Name"] == wanted.text("name") and one["Lifecycle"] not in _GONE:
            yield Found(one["StorageVirtualMachineId"], wanted.bears(one.get("Tags")))


def volume(wanted: Wanted) -> Iterator[Found]:
    on = [{"Name": "storage-virtual-machine-id", "Values": [wanted.text("storageVirtualMachineId")]}]
    for one in pages(wanted.client("fsx"), "describe_volumes", "Volumes", Filters=on):
        if one["Name"] == wanted.text("name") and one["Lifecycle"] not in _GONE:
            yield Found(one["VolumeId"], wanted.bears(one.get("Tags")))


def association(wanted: Wanted) -> Iterator[Found]:
    """A file system shows one thing in a directory."""
    system, place = wanted.text("fileSystemId"), wanted.text("fileSystemPath")
    of_system = [{"Name": "file-system-id", "Values": [system]}]
    for one in pages(wanted.client("fsx"), "describe_data_repository_associations", "Associations", Filters=of_system):
        same = one["FileSystemPath"] == place and one["DataRepositoryPath"] == wanted.text("dataRepositoryPath")
        if same and one["Lifecycle"] not in _GONE:
            yield Found(one["AssociationId"], wanted.bears(one.get("Tags")))


def access_point(wanted: Wanted) -> Iterator[Found]:
    system, efs = wanted.text("fileSystemId"), wanted.client("efs")
    for one in pages(efs, "describe_access_points", "AccessPoints", FileSystemId=system):
        asked = (wanted.inputs.get("rootDirectory") or {}).get("path", "/")
        if one["RootDirectory"].get("Path", "/") == asked and one["LifeCycleState"] not in _GONE:
            yield Found(one["AccessPointId"], wanted.bears(one.get("Tags")))


def backups(wanted: Wanted) -> Iterator[Found]:
    """A policy has its file system's id; whether it was set, the refresh tells."""
    system = wanted.text("fileSystemId")
    wanted.client("efs").describe_backup_policy(FileSystemId=system)
    yield Found(system)


FINDERS: dict[str, Finder] = {
    "aws:fsx/lustreFileSystem:LustreFileSystem": _system("LUSTRE"),
    "aws:fsx/ontapFileSystem:OntapFileSystem": _system("ONTAP"),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": _system("OPENZFS"),
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": storage_machine,
    "aws:fsx/ontapVolume:OntapVolume": volume,
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": association,
    "aws:efs/accessPoint:AccessPoint": access_point,
    "aws:efs/backupPolicy:BackupPolicy": backups,
}
