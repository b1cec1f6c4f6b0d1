"""Shared folders: each its own name and place, none inside another."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Problem, weighed


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


RULES = (folders_are_distinct, folders_are_not_nested)
