"""Accounts without a directory: one source of ids, and folders that all nodes see."""

from collections.abc import Iterator

from settings.folders import SharedFolder
from settings.homes import HOME, below_home, shared_folders
from settings.lustre import LustreFolder
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.storage import Folder


def ids_have_one_source(settings: Settings) -> Iterator[Problem]:
    """Files belong to numbers: what a directory and a list say of them would differ."""
    if settings.local_users and settings.directory.kind != "none":
        yield weighed(
            "local-users-with-directory",
            ("localUsers", "file"),
            settings.local_users.file,
            f'lists accounts of nodes, and directory.kind is "{settings.directory.kind}", so that ids would have two sources',
            "localUsers with directory.kind none, or a directory with users.file",
            "remove localUsers and name the list in users.file, or remove directory",
            ("directory", "kind"),
        )


def homes_are_shared(settings: Settings) -> Iterator[Problem]:
    users = settings.local_users
    if users and not below_home(users.home_root) and not _folder_of(settings, users.home_root):
        yield weighed(
            "local-users-home",
            ("localUsers", "homeRoot"),
            users.home_root,
            "lies in no shared folder, so that each node would have homes of its own",
            f"{HOME}, {_places(settings)}",
            "remove localUsers.homeRoot, or choose a place in a folder of storage.folders",
            ("storage", "folders"),
        )


def scratch_is_shared(settings: Settings) -> Iterator[Problem]:
    users = settings.local_users
    if users and users.scratch_dir and not _folder_of(settings, users.scratch_dir):
        yield weighed(
            "local-users-scratch",
            ("localUsers", "scratchDir"),
            users.scratch_dir,
            "lies in no shared folder, and only the head node makes folders there",
            _places(settings),
            "choose a place in a folder of storage.folders, or remove localUsers.scratchDir",
            ("storage", "folders"),
        )


def access_control_lists_are_on_lustre(settings: Settings) -> Iterator[Problem]:
    """EFS and the NFS volumes of FSx have no POSIX access control lists (Amazon EFS User Guide, "Unsupported features")."""
    for index, entry in enumerate(settings.local_users.folder_acls if settings.local_users else ()):
        path: Path = ("localUsers", "folderAcls", index)
        if not isinstance(_folder_of(settings, entry.path), LustreFolder):
            yield weighed(
                "local-users-acl-place",
                (*path, "path"),
                entry.path,
                "does not lie on Lustre, the one kind of shared folder with access control lists",
                f"a place in a folder of kind lustre: {_places(settings, LustreFolder)}",
                "choose such a place, or remove the entry",
                ("storage", "folders"),
            )
        if entry.user and entry.group:
            yield weighed(
                "local-users-acl-twice",
                (*path, "user"),
                entry.user,
                "is told beside a group, and an entry is for one of both",
                "one of user and group",
                "write a second entry for the group",
                (*path, "group"),
            )


def _folder_of(settings: Settings, path: str) -> Folder | None:
    """The shared folder that a path lies in."""
    inside = [one for one in shared_folders(settings) if f"{path}/".startswith(f"{one.mount_dir}/")]
    return max(inside, key=lambda one: len(one.mount_dir), default=None)


def _places(settings: Settings, kind: type[SharedFolder] = SharedFolder) -> str:
    dirs = [one.mount_dir for one in shared_folders(settings) if isinstance(one, kind)]
    return f"at or below {', '.join(dirs)}" if dirs else "at or below the mountDir of a folder, and there is none"


RULES = (ids_have_one_source, homes_are_shared, scratch_is_shared, access_control_lists_are_on_lustre)
