"""Shared folders: each its own name and place, none inside another; what excludes what."""

from collections.abc import Iterator

from settings.folders import EfsFolder
from settings.homes import HOME, made_home
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.rules.folders import alias, excluded, managed_by_cluster, places, plain
from settings.storage import Folder

_ALWAYS = {"name", "mount_dir", "kind"}
_WITH_ID = {
    "efs": ("file_system_id", {"access_point_id", "encryption_in_transit", "iam_authorization"}),
    "lustre": ("file_system_id", {"home_on_scratch"}),
    "ontap": ("volume_id", set[str]()),
    "openzfs": ("volume_id", set[str]()),
}
"""By kind: the id of an existing one, and what goes with it (ParallelCluster 3.16 refuses everything else)."""

_NOT_MANAGED = ("backup", "access_point", "transition_to_ia", "transition_to_archive", "file_system_type_version")
"""What ParallelCluster does not set on a file system of its own."""


def folders_are_distinct(settings: Settings) -> Iterator[Problem]:
    folders = settings.storage.folders
    for index, folder in enumerate(folders):
        for key, name in (("name", "name"), ("mountDir", "mount_dir")):
            value = getattr(folder, name)
            if value in [getattr(other, name) for other in folders[:index]]:
                yield weighed(
                    "folder-twice",
                    ("storage", "folders", index, key),
                    value,
                    "stands in the list twice",
                    f"a {key} that no other folder has",
                    "give each folder its own, or remove one of them",
                )


def folders_are_not_nested(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, OverlappingMountDirValidator."""
    folders = settings.storage.folders
    for index, folder in enumerate(folders):
        for other_index, other in enumerate(folders):
            if folder.mount_dir.startswith(f"{other.mount_dir}/"):
                yield weighed(
                    "folder-nested",
                    ("storage", "folders", index, "mountDir"),
                    folder.mount_dir,
                    f"lies in {other.mount_dir}, which is another folder",
                    "directories of which none lies in another",
                    f"mount it elsewhere, such as {folder.mount_dir.removeprefix(other.mount_dir)}",
                    ("storage", "folders", other_index, "mountDir"),
                )


def an_existing_one_takes_no_other_keys(settings: Settings) -> Iterator[Problem]:
    for path, folder in places(settings):
        id_key, beside = _WITH_ID.get(folder.kind, ("", set[str]()))
        if id_key and getattr(folder, id_key) is not None:
            yield from excluded(folder, path, id_key, _ALWAYS | beside)


_MOST_EFS = 20


def nodes_mount_no_more_efs_than_parallelcluster_takes(settings: Settings) -> Iterator[Problem]:
    """20 that exist already (ParallelCluster 3.16, NumberOfStorageValidator). Of FSx the list itself holds no more."""
    written = [one for one in settings.storage.folders if one.kind == "efs" and not managed_by_cluster(one)]
    with_home = made_home(settings) is not None
    if len(written) + with_home > _MOST_EFS:
        yield weighed(
            "folders-efs",
            ("storage", "folders"),
            len(written),
            f"folders of kind efs are one too many beside {HOME}, which is on EFS too",
            f"{_MOST_EFS} file systems of EFS (ParallelCluster 3.16)",
            f"remove one, mount one of them at {HOME}, or write storage.home: cluster",
            ("storage", "home"),
        )


def managed_ones_are_the_clusters(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16: one new file system of a kind (NumberOfStorageValidator), and fewer keys."""
    managed = [(path, folder) for path, folder in places(settings) if managed_by_cluster(folder)]
    for path, folder in managed:
        for key in _NOT_MANAGED:
            if key in folder.model_fields_set:
                yield _not_managed(path, folder, key)
        if isinstance(folder, EfsFolder) and folder.throughput_mode == "elastic":
            yield weighed(
                "managed-elastic",
                (*path, "throughputMode"),
                "elastic",
                "is no mode that ParallelCluster makes file systems with",
                "bursting or provisioned with managedByCluster",
                "set throughputMode: bursting, or remove managedByCluster",
                (*path, "managedByCluster"),
            )
    for kind in ("efs", "lustre"):
        for path, _ in [one for one in managed if one[1].kind == kind][1:]:
            yield weighed(
                "managed-twice",
                (*path, "managedByCluster"),
                True,
                f"is the second of kind {kind}, and ParallelCluster makes one",
                "one folder of a kind with managedByCluster",
                "remove managedByCluster, so that the stack makes it",
            )
    for path, folder in places(settings):
        if "deletion_policy" in folder.model_fields_set and not managed_by_cluster(folder):
            yield weighed(
                "deletion-policy",
                (*path, "deletionPolicy"),
                getattr(folder, "deletion_policy", None),
                "is about a file system of the cluster, and this one is the stack's",
                "deletionPolicy with managedByCluster: true",
                "remove it: environment: prod protects what the stack makes",
                (*path, "managedByCluster"),
            )


def _not_managed(path: Path, folder: Folder, key: str) -> Problem:
    return weighed(
        "managed-keys",
        (*path, alias(folder, key)),
        plain(getattr(folder, key)),
        "is nothing that ParallelCluster sets on a file system of its own",
        f"{alias(folder, key)} without managedByCluster",
        "remove it, or remove managedByCluster",
        (*path, "managedByCluster"),
    )


RULES = (
    folders_are_distinct,
    folders_are_not_nested,
    an_existing_one_takes_no_other_keys,
    nodes_mount_no_more_efs_than_parallelcluster_takes,
    managed_ones_are_the_clusters,
)
