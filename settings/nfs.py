"""`storage.folders` of kinds `ontap` and `openzfs`: volumes of FSx that nodes mount over NFS."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import form
from settings.folders import BackupDays, Clock, KmsKey, SharedFolder, VolumeId, WeeklyTime

OntapDeployment = Literal["SINGLE_AZ_1", "SINGLE_AZ_2"]
OpenZfsDeployment = Literal["SINGLE_AZ_1", "SINGLE_AZ_2", "SINGLE_AZ_HA_1", "SINGLE_AZ_HA_2"]
JunctionPath = Annotated[
    str,
    form(
        r"(/[A-Za-z0-9_][A-Za-z0-9_-]*)+",
        "an absolute path such as /home, of names of letters, digits, _ and -",
        longest=255,
    ),
]


class NfsFolder(SharedFolder):
    """What both kinds have: one file system in the first zone's private subnet, with one volume that nodes mount."""

    volume_id: VolumeId | None = None
    """A volume that exists, of a file system that the nodes' security groups reach. Excludes the keys of making one."""
    throughput_capacity: int | None = None
    """MB/s; default: the least of the type."""
    kms_key_id: KmsKey | None = None
    """A key of the team's own; default: FSx's key of the account."""
    automatic_backup_retention_days: BackupDays | None = None
    """Days that daily backups are kept; default: 30 in `environment: prod`, else 0."""
    daily_automatic_backup_start_time: Clock | None = None
    """When backups begin, with a retention."""
    copy_tags_to_backups: bool | None = None
    """Whether backups get the tags of what they are of, with a retention."""
    weekly_maintenance_start_time: WeeklyTime | None = None
    """When AWS may maintain it."""

    @property
    def made(self) -> bool:
        return self.volume_id is None


class OntapFolder(NfsFolder):
    """A volume of FSx for NetApp ONTAP: snapshots, deduplication, cold files on cheaper disks."""

    kind: Literal["ontap"]
    """What serves it."""
    deployment_type: OntapDeployment = "SINGLE_AZ_1"
    """First or second generation; both have a pair of file servers in one zone."""
    storage_capacity: Annotated[int, Field(ge=1024)] = 1024
    """GiB of SSD. Can be made larger, never smaller."""
    junction_path: JunctionPath | None = None
    """Where the volume lies in its storage virtual machine; default: / and the folder's name."""
    volume_size: Annotated[int, Field(ge=1, le=307_200)] | None = None
    """GiB that nodes see; may be more than storageCapacity, as blocks are taken when written; default: as much, 307200 at most."""
    storage_efficiency_enabled: bool = True
    """Whether ONTAP deduplicates, compresses and compacts."""
    tiering_policy: Literal["NONE", "SNAPSHOT_ONLY", "AUTO", "ALL"] = "SNAPSHOT_ONLY"
    """What moves to cheaper disks when it is cold."""
    cooling_period: Annotated[int, Field(ge=2, le=183)] | None = None
    """Days until a block is cold, with AUTO and SNAPSHOT_ONLY; default: ONTAP's own, 31 and 2."""
    snapshot_policy: Literal["default", "default-1weekly", "none"] = "default"
    """Snapshots in the volume: hourly, daily and weekly ones, fewer weekly ones, or none."""


class OpenZfsFolder(NfsFolder):
    """A volume of FSx for OpenZFS: short waits, compression; the root volume of a file system."""

    kind: Literal["openzfs"]
    """What serves it."""
    deployment_type: OpenZfsDeployment = "SINGLE_AZ_1"
    """One file server, or with HA one that stands by; _2 with a cache on NVMe."""
    storage_capacity: Annotated[int, Field(ge=64, le=524_288)] = 64
    """GiB of SSD. Can be made larger, never smaller."""
    data_compression_type: Literal["NONE", "LZ4", "ZSTD"] = "NONE"
    """Compresses newly written files; can be switched at any time."""
    record_size_kib: Literal[4, 8, 16, 32, 64, 128, 256, 512, 1024] = 128
    """KiB of a block; smaller ones for databases."""
