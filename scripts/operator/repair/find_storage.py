"""File systems of FSx and what belongs to them; access points and backups of EFS."""

from collections.abc import Iterator

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found

_GONE = ("DELETING", "FAILED", "deleting", "deleted")


def lustre(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("fsx"), "describe_file_systems", "FileSystems"):
        here = one["SubnetIds"][:1] == [wanted.text("subnetIds")]
        if one["FileSystemType"] == "LUSTRE" and here and one["Lifecycle"] not in _GONE and wanted.bears(one["Tags"]):
            yield Found(one["FileSystemId"])


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
    "aws:fsx/lustreFileSystem:LustreFileSystem": lustre,
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": association,
    "aws:efs/accessPoint:AccessPoint": access_point,
    "aws:efs/backupPolicy:BackupPolicy": backups,
}
