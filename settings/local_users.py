"""`localUsers`: accounts of a cluster without a directory, from a list file."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, form
from settings.folders import MountDir

LocalListFile = Annotated[
    str,
    form(
        r"(?!.*(^|/)\.{1,2}(/|$))[\w.-]+(/[\w.-]+)*\.(ya?ml|json)",
        "a path below the project's folder, such as local-users.yaml: .yaml, .yml or .json, without ..",
        "put the list beside the stack file, and write its name",
        longest=128,
    ),
]
_NAME = "lower-case letters, digits, _ and -, a letter or _ first, 32 characters at most, such as hpcusers"
LinuxName = Annotated[str, form(r"[a-z_][a-z0-9_-]*", _NAME, longest=32)]
"""What useradd and groupadd of all operating systems take."""
LinuxId = Annotated[int, Field(ge=1001, le=60_000)]
"""1000 is the image's own login; above 60000 systemd gives out ids by itself (systemd, "Users, Groups, UIDs and GIDs")."""
Shell = Annotated[str, form(r"(/[A-Za-z0-9._+-]+)+", "an absolute path, such as /bin/bash")]


class FolderAcl(Section):
    """An entry of the access control list of a folder on Lustre, and of what is made in it from then on."""

    path: MountDir
    """The folder; made if it is not there."""
    user: LinuxName | None = None
    """Whom it is for."""
    group: LinuxName | None = None
    """Whom it is for; default `localUsers.group`, if no `user` is told."""
    permissions: Annotated[str, form(r"[r-][w-][xX-]", "three signs such as rwX or r-X")] = "rwX"
    """What they may there."""


class LocalUsers(Section):
    """Accounts on all nodes of a cluster without a directory, from a list. Each node looks at the list every five minutes."""

    file: LocalListFile
    """The list of users and groups: docs/local-users.md has its keys."""
    group: LinuxName = "hpcusers"
    """The group of all of them."""
    gid: LinuxId = 2000
    """Its number."""
    home_root: MountDir = "/home"
    """Where homes are: /home (`storage.home` says what that is), or a place in a shared folder."""
    shell: Shell = "/bin/bash"
    """Of users whose entry tells none."""
    passwordless_sudo: bool = False
    """Whether the list may give sudo rights. Local users have no passwords, so that sudo asks for none."""
    unlisted: Literal["lock", "keep", "delete"] = "lock"
    """What becomes of accounts that were taken out of the list. Their homes and files stay in any case."""
    scratch_dir: MountDir | None = None
    """A place in a shared folder where each user gets a folder of his own, readable to all, and Slurm one."""
    folder_acls: tuple[FolderAcl, ...] = ()
    """Entries of access control lists."""
