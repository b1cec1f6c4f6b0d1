"""FSx for NetApp ONTAP and for OpenZFS: throughput, capacity, backups, cold files (FSx API Reference, CreateFileSystem)."""

from collections.abc import Iterator
from functools import partial

from settings.model import Settings
from settings.nfs import NfsFolder, OntapFolder, OpenZfsFolder
from settings.problem import Path, Problem, weighed
from settings.rules.folders import alias, places

_ONTAP = {"SINGLE_AZ_1": (128, 256, 512, 1024, 2048, 4096), "SINGLE_AZ_2": (384, 768, 1536, 3072, 6144)}
"""MB/s of ONTAP with one pair of file servers."""
_FIRST = (64, 128, 256, 512, 1024, 2048, 3072, 4096)
_SECOND = (160, 320, 640, 1280, 2560, 3840, 5120, 7680, 10_240)
"""MB/s of OpenZFS, by generation."""
_LARGEST = {"SINGLE_AZ_1": 196_608, "SINGLE_AZ_2": 524_288}
"""GiB of ONTAP with one pair of file servers."""
_PROTECTED_DAYS = 30


def nfs_folders(settings: Settings) -> Iterator[tuple[Path, NfsFolder]]:
    """Those that are made, with their places."""
    for path, folder in places(settings):
        if isinstance(folder, NfsFolder) and folder.made:
            yield path, folder


def throughputs(folder: NfsFolder) -> tuple[int, ...]:
    """MB/s that a type takes, the least first."""
    if isinstance(folder, OpenZfsFolder):
        return _SECOND if folder.deployment_type.endswith("_2") else _FIRST
    return _ONTAP[folder.deployment_type] if isinstance(folder, OntapFolder) else ()


def backup_days(folder: NfsFolder, protected: bool) -> int:
    """Days that daily backups are kept."""
    given = folder.automatic_backup_retention_days
    return (_PROTECTED_DAYS if protected else 0) if given is None else given


def throughput_fits(settings: Settings) -> Iterator[Problem]:
    for path, folder in nfs_folders(settings):
        given, known = folder.throughput_capacity, throughputs(folder)
        if given is None or given in known:
            continue
        kind, nearest = getattr(folder, "deployment_type", ""), min(known, key=partial(_away, given))
        yield weighed(
            "nfs-throughput",
            (*path, "throughputCapacity"),
            given,
            f"is no throughput of {kind}",
            f"{', '.join(map(str, known))} (MB/s)",
            f"take {nearest}, or another deploymentType",
            (*path, "deploymentType"),
        )


def _away(given: int, one: int) -> int:
    return abs(one - given)


def capacity_fits(settings: Settings) -> Iterator[Problem]:
    for path, folder in nfs_folders(settings):
        if not isinstance(folder, OntapFolder) or folder.storage_capacity <= (most := _LARGEST[folder.deployment_type]):
            continue
        larger = folder.deployment_type == "SINGLE_AZ_1" and folder.storage_capacity <= _LARGEST["SINGLE_AZ_2"]
        yield weighed(
            "ontap-capacity",
            (*path, "storageCapacity"),
            folder.storage_capacity,
            f"is more than {folder.deployment_type} has",
            f"1024 to {most} (GiB)",
            f"take {most} at most" + (", or deploymentType: SINGLE_AZ_2" if larger else ""),
            (*path, "deploymentType"),
        )


def backups_fit(settings: Settings) -> Iterator[Problem]:
    for path, folder in nfs_folders(settings):
        for key in ("daily_automatic_backup_start_time", "copy_tags_to_backups"):
            if getattr(folder, key) is not None and not backup_days(folder, settings.protected):
                yield weighed(
                    "nfs-backup-none",
                    (*path, alias(folder, key)),
                    getattr(folder, key),
                    "is about backups, and there are none",
                    f"{alias(folder, key)} with automaticBackupRetentionDays above 0",
                    "add automaticBackupRetentionDays, or remove it",
                    (*path, "automaticBackupRetentionDays"),
                    ("environment",),
                )


def cold_files_fit(settings: Settings) -> Iterator[Problem]:
    for path, folder in nfs_folders(settings):
        if isinstance(folder, OntapFolder) and folder.cooling_period and folder.tiering_policy in ("NONE", "ALL"):
            yield weighed(
                "ontap-cooling",
                (*path, "coolingPeriod"),
                folder.cooling_period,
                f"is no matter of tieringPolicy {folder.tiering_policy}",
                "coolingPeriod with AUTO or SNAPSHOT_ONLY",
                "remove it, or take one of these",
                (*path, "tieringPolicy"),
            )


RULES = (throughput_fits, capacity_fits, backups_fit, cold_files_fit)
