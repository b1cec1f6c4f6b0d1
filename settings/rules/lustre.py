"""FSx for Lustre: capacity, throughput, disks, keys, backups, scratch (ParallelCluster 3.16, fsx_validators; FSx API Reference)."""

from collections.abc import Iterator

from settings.homes import below_home
from settings.lustre import LustreFolder
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.rules.folders import alias, places

SSD_THROUGHPUT = {"PERSISTENT_1": (50, 100, 200), "PERSISTENT_2": (125, 250, 500, 1000)}
HDD_THROUGHPUT = (12, 40)
"""MB/s for each TiB."""


def lustre_folders(settings: Settings) -> Iterator[tuple[Path, LustreFolder]]:
    """Those that are made, with their places."""
    for path, folder in places(settings):
        if isinstance(folder, LustreFolder) and folder.file_system_id is None:
            yield path, folder


def capacity_fits(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        first, step = steps(folder)
        capacity = folder.storage_capacity
        if capacity in first or capacity % step == 0:
            continue
        low = max([*(one for one in first if one <= capacity), capacity // step * step])
        high = min([*(one for one in first if one >= capacity), (capacity // step + 1) * step])
        of = f"{folder.deployment_type} with {folder.storage_type}"
        yield weighed(
            "lustre-capacity",
            (*path, "storageCapacity"),
            capacity,
            f"is no size of {of}",
            ", ".join([*map(str, first), f"multiples of {step}"]) + " (GiB)",
            f"take {high}" if low == 0 else f"take {low} or {high}",
            *((*path, key) for key in ("deploymentType", "storageType", "perUnitStorageThroughput")),
        )


def steps(folder: LustreFolder) -> tuple[tuple[int, ...], int]:
    """Single sizes, and of what all others are multiples, GiB."""
    if folder.deployment_type == "SCRATCH_1":
        return (1200, 2400), 3600
    if folder.storage_type == "HDD":
        return (), 1800 if folder.per_unit_storage_throughput == 40 else 6000
    return (1200,), 2400


def throughput_fits(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        given, kind = folder.per_unit_storage_throughput, folder.deployment_type
        known = () if folder.scratch else HDD_THROUGHPUT if folder.storage_type == "HDD" else SSD_THROUGHPUT[kind]
        if (folder.scratch and given is None) or given in known:
            continue
        fault = f"is no throughput of {kind} with {folder.storage_type}"
        if folder.scratch:
            fault = f"is for persistent types, and {kind} has a throughput of its own"
        elif given is None:
            fault = f"stands there, and {kind} needs it"
        choice = ", ".join(map(str, known))
        yield weighed(
            "lustre-throughput",
            (*path, "perUnitStorageThroughput"),
            given,
            fault,
            f"{choice} (MB/s for each TiB)" if known else "no such key",
            f"set it to one of {choice}" if known else "remove it, or take a persistent type",
            (*path, "deploymentType"),
            (*path, "storageType"),
        )


def disks_fit(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        if folder.storage_type == "HDD" and folder.deployment_type != "PERSISTENT_1":
            yield weighed(
                "lustre-hdd",
                (*path, "storageType"),
                "HDD",
                f"is not for {folder.deployment_type}",
                "HDD with deploymentType PERSISTENT_1",
                "remove it, or set deploymentType: PERSISTENT_1",
                (*path, "deploymentType"),
            )
        if folder.drive_cache_type and folder.storage_type != "HDD":
            yield weighed(
                "lustre-cache",
                (*path, "driveCacheType"),
                folder.drive_cache_type,
                "is a cache in front of HDD, and the disks are SSD",
                "driveCacheType with storageType HDD",
                "remove it",
                (*path, "storageType"),
            )


def only_persistent_ones_keep(settings: Settings) -> Iterator[Problem]:
    """KMS keys and backups are for persistent types."""
    for path, folder in lustre_folders(settings):
        for key in ("kms_key_id", "automatic_backup_retention_days"):
            value = getattr(folder, key)
            if value and folder.scratch:
                yield weighed(
                    "lustre-persistent",
                    (*path, alias(folder, key)),
                    value,
                    f"is not for {folder.deployment_type}",
                    f"{alias(folder, key)} with PERSISTENT_1 or PERSISTENT_2",
                    "remove it, or take a persistent type",
                    (*path, "deploymentType"),
                )


def backups_fit(settings: Settings) -> Iterator[Problem]:
    """What is linked to S3 takes no backups; time and tags are about backups (ParallelCluster 3.16, FsxBackupOptionsValidator)."""
    for path, folder in lustre_folders(settings):
        days = folder.automatic_backup_retention_days
        linked = folder.import_path or folder.data_repository_associations
        if days and linked:
            by = "importPath" if folder.import_path else "dataRepositoryAssociations"
            yield weighed(
                "lustre-backup-linked",
                (*path, "automaticBackupRetentionDays"),
                days,
                f"does not go with {by}: FSx backs up nothing that is linked to S3",
                "0, or no links",
                f"remove it, or remove {by}",
                (*path, by),
            )
        for key in ("daily_automatic_backup_start_time", "copy_tags_to_backups"):
            if getattr(folder, key) is not None and not days:
                yield weighed(
                    "lustre-backup-none",
                    (*path, alias(folder, key)),
                    getattr(folder, key),
                    "is about backups, and none are asked for",
                    f"{alias(folder, key)} with automaticBackupRetentionDays above 0",
                    "add automaticBackupRetentionDays, or remove it",
                    (*path, "automaticBackupRetentionDays"),
                )


def homes_are_not_scratch(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        if folder.scratch and below_home(folder.mount_dir) and not folder.home_on_scratch:
            yield weighed(
                "home-on-scratch",
                (*path, "mountDir"),
                folder.mount_dir,
                f"would keep homes on {folder.deployment_type}, which loses files with a server",
                "a persistent type, or the word homeOnScratch: true",
                "take PERSISTENT_2 or kind: efs for it, or write homeOnScratch: true",
                (*path, "deploymentType"),
                (*path, "homeOnScratch"),
            )
        if folder.home_on_scratch and not (folder.scratch and below_home(folder.mount_dir)):
            yield weighed(
                "home-on-scratch-idle",
                (*path, "homeOnScratch"),
                True,
                "is a word for scratch under /home, and this is none",
                "homeOnScratch with a scratch type mounted at or below /home",
                "remove it",
                (*path, "deploymentType"),
                (*path, "mountDir"),
            )


RULES = (
    capacity_fits,
    throughput_fits,
    disks_fit,
    only_persistent_ones_keep,
    backups_fit,
    homes_are_not_scratch,
)
