"""What is at /home: one thing, which nothing lies in, and which is lost only by somebody's word."""

from collections.abc import Iterator

from settings.folders import EfsFolder
from settings.homes import HOME, HOME_FOLDER, below_home, made_home, written_home
from settings.lustre import LustreFolder
from settings.model import Settings
from settings.problem import Problem, weighed
from settings.rules.folders import managed_by_cluster, places


def home_is_one_thing(settings: Settings) -> Iterator[Problem]:
    said, folder = settings.storage.home, written_home(settings)
    if said and folder:
        yield weighed(
            "home-twice",
            ("storage", "home"),
            said,
            f"is for a stack without a folder at {HOME}, and folder {folder.name} is mounted there",
            f"one of storage.home and a folder with mountDir: {HOME}",
            f"remove storage.home, so that folder {folder.name} stays what it is, or remove the folder",
            ("storage", "folders", settings.storage.folders.index(folder), "mountDir"),
        )


def other_folders_leave_room(settings: Settings) -> Iterator[Problem]:
    """Of the folder that is made by default: its place (ParallelCluster 3.16, OverlappingMountDirValidator) and its name."""
    if made_home(settings) is None:
        return
    for path, folder in places(settings):
        if below_home(folder.mount_dir):
            yield weighed(
                "home-nested",
                (*path, "mountDir"),
                folder.mount_dir,
                f"lies in {HOME}, where the stack mounts a file system of its own",
                f"a directory outside of {HOME}, or storage.home: cluster",
                f"mount it elsewhere, such as {folder.mount_dir.removeprefix(HOME)}, or write storage.home: cluster",
                ("storage", "home"),
            )
        if folder.name == HOME_FOLDER:
            yield weighed(
                "home-name",
                (*path, "name"),
                folder.name,
                f"is the name of the folder that the stack makes at {HOME}, and this one is mounted at {folder.mount_dir}",
                f"another name for a new folder (one that is renamed is empty), or another folder at {HOME}",
                f"add a folder of another name, such as {{name: homes, mountDir: {HOME}}}, or write storage.home: cluster",
                ("storage", "home"),
            )


def homes_go_by_a_word(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster deletes its own file systems with the cluster (`DeletionPolicy` Delete is its default)."""
    for path, folder in places(settings):
        if not (isinstance(folder, EfsFolder | LustreFolder) and managed_by_cluster(folder)):
            continue
        if below_home(folder.mount_dir) and "deletion_policy" not in folder.model_fields_set:
            yield weighed(
                "home-managed",
                (*path, "managedByCluster"),
                True,
                f"would delete what lies in {folder.mount_dir} with the cluster, also when it is replaced",
                "false, or a deletionPolicy that is written out",
                "remove managedByCluster, so that the stack keeps it, or write deletionPolicy: Retain or deletionPolicy: Delete",
                (*path, "deletionPolicy"),
            )


RULES = (home_is_one_thing, other_folders_leave_room, homes_go_by_a_word)
