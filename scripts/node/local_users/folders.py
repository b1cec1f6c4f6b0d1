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
    present = commands.output("getfacl", "--absolute-names", "--omit-header", "--no-effective", str(path)).splitlines()
    if wanted - set(present):
        told = f"{path}: {entry.kind} {entry.name} has {permissions} there and in what is made there"
        changes.command(told, "setfacl", "--modify", ",".join(sorted(wanted)), str(path))


def _missing(path: Path, uid: int | None) -> bool:
    """Whether nothing is there. Raises Fault if something else than a folder is, or another user's."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return True
    if not stat.S_ISDIR(found.st_mode):
        raise Fault(f"{path} is no folder; move it away")
    if uid is not None and found.st_uid != uid:
        raise Fault(f"{path} belongs to uid {found.st_uid}, not {uid}; chown or move it")
    return False
