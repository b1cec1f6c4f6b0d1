"""`storage.folders` of kind `lustre`: FSx for Lustre, and what of S3 it shows."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Name, Section, form
from settings.folders import BackupDays, Clock, DeletionPolicy, KmsKey, LustreId, SharedFolder, WeeklyTime

S3Path = Annotated[
    str,
    form(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s]*)?",
        "s3:// with a bucket's name and, if need be, a prefix, such as s3://genomes/hg38/",
    ),
]
ChunkSize = Annotated[int, Field(ge=1, le=512_000)]
Event = Literal["NEW", "CHANGED", "DELETED"]
Deployment = Literal["SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2"]
_FILE_SYSTEM_PATH = form(
    r"/|(/[^\s/]+)+", "an absolute path in the file system such as /genomes, without a slash at the end", longest=4096
)


class DataRepositoryAssociation(Section):
    """A directory of the file system that shows a prefix of a bucket (FSx: data repository association)."""

    name: Name
    """Name of the link."""
    file_system_path: Annotated[str, _FILE_SYSTEM_PATH]
    """The directory, counted from the file system's root (not from mountDir). Not changed in place."""
    data_repository_path: S3Path | None = None
    """The bucket and prefix. Not changed in place."""
    bucket: Name | None = None
    """Instead of dataRepositoryPath: the name of a bucket of storage.buckets."""
    prefix: Annotated[str, form(r"[^\s/][^\s]*/", "a prefix such as results/, with a slash at the end")] | None = None
    """A prefix of `bucket`; default: all of it."""
    batch_import_meta_data_on_create: bool = False
    """Whether all files are listed at once when the link is made, not when they are first looked for."""
    auto_import_policy: Annotated[tuple[Event, ...], Field(max_length=3)] = ()
    """Which changes in the bucket appear in the directory by themselves."""
    auto_export_policy: Annotated[tuple[Event, ...], Field(max_length=3)] = ()
    """Which changes in the directory appear in the bucket by themselves."""
    imported_file_chunk_size: ChunkSize = 1024
    """MiB of a file on one disk."""


class LustreFolder(SharedFolder):
    """An FSx for Lustre file system, in one zone: fast scratch, or persistent."""

    kind: Literal["lustre"]
    """What serves it."""
    file_system_id: LustreId | None = None
    """An existing one. Excludes every other key but name and mountDir."""
    deployment_type: Deployment = "SCRATCH_2"
    """Scratch loses its files with a file server; persistent keeps two copies in its zone. Neither survives the zone."""
    storage_capacity: Annotated[int, Field(ge=1)] = 1200
    """GiB, in steps that the type sets."""
    storage_type: Literal["SSD", "HDD"] = "SSD"
    """HDD with PERSISTENT_1 only."""
    per_unit_storage_throughput: int | None = None
    """MB/s for each TiB; required for persistent types, not for scratch."""
    drive_cache_type: Literal["READ"] | None = None
    """An SSD cache for reads, with HDD only."""
    data_compression_type: Literal["LZ4"] | None = None
    """Compresses newly written files; can be switched at any time."""
    kms_key_id: KmsKey | None = None
    """A key of the team's own, persistent types only; default: FSx's key of the account."""
    automatic_backup_retention_days: BackupDays | None = None
    """Days that daily backups are kept, persistent types only; default: 30 in `environment: prod` without links, else 0."""
    daily_automatic_backup_start_time: Clock | None = None
    """When backups begin, with a retention."""
    copy_tags_to_backups: bool | None = None
    """Whether backups get the file system's tags, with a retention."""
    file_system_type_version: Literal["2.15", "2.12"] = "2.15"
    """Of Lustre; quoted in YAML."""
    weekly_maintenance_start_time: WeeklyTime | None = None
    """When AWS may maintain it."""
    data_repository_associations: Annotated[tuple[DataRepositoryAssociation, ...], Field(max_length=8)] = ()
    """What of S3 it shows, and where. Not with SCRATCH_1."""
    import_path: S3Path | None = None
    """The older link of a whole file system; what is not SCRATCH_1 gets a data repository association instead, with a warning."""
    export_path: S3Path | None = None
    """Where the older link exports to, on command; needs importPath."""
    imported_file_chunk_size: ChunkSize | None = None
    """MiB of a file on one disk, with importPath."""
    auto_import_policy: Literal["NEW", "NEW_CHANGED", "NEW_CHANGED_DELETED"] | None = None
    """Which changes in the bucket appear by themselves, with importPath."""
    home_on_scratch: bool = False
    """The word that lets scratch stand under /home."""
    managed_by_cluster: bool = False
    """Whether ParallelCluster makes it, so that it goes with the cluster."""
    deletion_policy: DeletionPolicy = "Delete"
    """What becomes of it when the cluster goes, with `managedByCluster`."""

    @property
    def made(self) -> bool:
        return self.file_system_id is None and not self.managed_by_cluster

    @property
    def scratch(self) -> bool:
        """Whether it keeps one copy of each file."""
        return self.deployment_type.startswith("SCRATCH")
