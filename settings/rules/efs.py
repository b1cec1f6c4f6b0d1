"""EFS: modes, moves between storage classes, how nodes mount it."""

from collections.abc import Iterator

from settings.folders import EfsFolder
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.rules.folders import alias, places


def efs_modes_fit(settings: Settings) -> Iterator[Problem]:
    """EFS API Reference, CreateFileSystem and PutLifecycleConfiguration; ParallelCluster 3.16, EfsMountOptionsValidator."""
    for path, folder in places(settings):
        if not isinstance(folder, EfsFolder) or folder.file_system_id:
            continue
        mode, given = folder.throughput_mode, folder.provisioned_throughput
        if (mode == "provisioned") != (given is not None):
            yield weighed(
                "efs-provisioned",
                (*path, "provisionedThroughput"),
                given,
                f"does not go with throughputMode {mode}",
                "a number with throughputMode provisioned, and only there",
                "give both, or neither",
                (*path, "throughputMode"),
            )
        if folder.performance_mode == "maxIO" and mode == "elastic":
            yield weighed(
                "efs-max-io",
                (*path, "performanceMode"),
                "maxIO",
                "does not go with elastic throughput",
                "generalPurpose, or maxIO with throughputMode bursting or provisioned",
                "remove performanceMode, or set throughputMode",
                (*path, "throughputMode"),
            )
        yield from _archive(path, folder)


def _archive(path: Path, folder: EfsFolder) -> Iterator[Problem]:
    archive, rarely = folder.transition_to_archive, folder.transition_to_ia
    if archive is None:
        return
    days = {text: int(text.split("_")[1]) for text in (archive, rarely) if text}
    if folder.throughput_mode != "elastic" or folder.performance_mode != "generalPurpose":
        fault, fix = "needs elastic throughput", "remove it, or remove throughputMode"
    elif rarely and days[archive] <= days[rarely]:
        fault, fix = f"is not later than transitionToIa, {rarely}", "make it later, or remove transitionToIa"
    else:
        return
    yield weighed(
        "efs-archive",
        (*path, "transitionToArchive"),
        archive,
        fault,
        "a time after transitionToIa, with throughputMode elastic",
        fix,
        (*path, "transitionToIa"),
        (*path, "throughputMode"),
    )


def efs_mounts_fit(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, EfsMountOptionsValidator and EfsAccessPointOptionsValidator."""
    for path, folder in places(settings):
        if not isinstance(folder, EfsFolder):
            continue
        if folder.access_point_id and not folder.file_system_id:
            yield weighed(
                "efs-access-point",
                (*path, "accessPointId"),
                folder.access_point_id,
                "is of a file system that is not named",
                "accessPointId with fileSystemId",
                "add its fileSystemId, or take accessPoint for one that is made",
                (*path, "fileSystemId"),
            )
        for key in ("iam_authorization", "access_point_id", "access_point"):
            if getattr(folder, key) and not folder.encryption_in_transit:
                yield weighed(
                    "efs-tls",
                    (*path, "encryptionInTransit"),
                    False,
                    f"does not go with {alias(folder, key)}, which needs TLS",
                    "true",
                    f"remove encryptionInTransit, or remove {alias(folder, key)}",
                    (*path, alias(folder, key)),
                )


RULES = (efs_modes_fit, efs_mounts_fit)
