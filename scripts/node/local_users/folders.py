"""Each user's folder on shared storage, and access control lists. The head node alone sees to them: one is enough."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..library import commands
from ..library.changes import Changes
from ..library.faults import Fault
from .person import Person
from .wanted import Acl

_SLURM = "slurm"


def scratch(changes: Changes, root: str) -> None:
    """The folder of all, and Slurm's own in it. Raises Fault."""
    if _missing(Path(root), None):
        changes.folder(root, mode=0o755)
    if _missing(Path(root, _SLURM), None):
        changes.folder(f"{root}/{_SLURM}", mode=0o755, owner=_SLURM)


def of_user(changes: Changes, root: str, person: Person, group: str) -> None:
    """`<root>/<user>`, readable to all; one that is there keeps its rights, which are its owner's. Raises Fault."""
    path = Path(root, person.name)
    if _missing(path, person.uid):
        changes.folder(path, mode=0o755, owner=person.name, group=group)


def acl(changes: Changes, entry: Acl) -> None:
    """Have an entry for what is in a folder now (access) and what will be made in it (default). Raises Fault."""
    path = Path(entry.path)
    if _missing(path, None):
        changes.folder(path, mode=0o755)
        if changes.dry_run:
            return
    permissions = entry.permissions.replace("X", "x")
    wanted = {f"{entry.kind}:{entry.name}:{permissions}", f"default:{entry.kind}:{entry.name}:{permissions}"}
    here = _opened(path)
    try:
        # By the descriptor: who may write beside the folder can put a link into its place.
        place = f"/proc/{os.getpid()}/fd/{here}"
        said = commands.output("getfacl", "--absolute-names", "--omit-header", "--no-effective", place)
        if wanted - set(said.splitlines()):
            told = f"{path}: {entry.kind} {entry.name} has {permissions} there and in what is made there"
            changes.command(told, "setfacl", "--modify", ",".join(sorted(wanted)), place)
    finally:
        os.close(here)


def _opened(path: Path) -> int:
    """A descriptor of a folder that no link leads to. Raises Fault."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    here = os.open("/", flags)
    for name in path.parts[1:]:
        try:
            inner = os.open(name, flags, dir_fd=here)
        except OSError as error:
            raise Fault(f"{path}: {name} is a link or no folder ({error.strerror}); name the folder itself") from None
        finally:
            os.close(here)
        here = inner
    return here


def _missing(path: Path, uid: int | None) -> bool:
    """Whether nothing is there. Raises Fault if something else than a folder is, or another user's."""
    for one in path.parents:
        if one.is_symlink():
            raise Fault(f"{one} is a link; name the folder itself")
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return True
    if not stat.S_ISDIR(found.st_mode):
        raise Fault(f"{path} is no folder; move it away")
    if uid is not None and found.st_uid != uid:
        raise Fault(f"{path} belongs to uid {found.st_uid}, not {uid}; chown or move it")
    return False
