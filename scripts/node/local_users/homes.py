"""Homes and the list's public keys in them.

Homes are folders of their users: what root did in them, a link could lead anywhere, and on a file system that does not trust root
(root_squash of NFS) root could do nothing. So all that happens inside one is done by a child with the user's own ids. Several nodes
may be at it at once: what is made is made beside its place under a name of its own, and renamed into it.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import stat
from pathlib import Path

from ..library.blocks import with_block
from ..library.changes import Changes
from ..library.faults import Fault
from .person import Person, acting_as

_BLOCK = "local users"
_SKELETON = Path("/etc/skel")
_MOST = 1_000_000


def reconcile(changes: Changes, person: Person, keys: tuple[str, ...] | None) -> None:
    """Have a home with these keys. A home that is there keeps its rights and files. Raises Fault."""
    home = Path(person.home)
    there = home.is_dir() and not home.is_symlink()
    if not there:
        changes.action(f"{home}/ made, 0700 {person.name}", lambda: _make(home, person))
    if keys is None or (changes.dry_run and not there):
        return
    before = acting_as(person, lambda: _read(home))
    after = with_block(before, _BLOCK, keys)
    if after != before:
        path = home / ".ssh/authorized_keys"
        changes.difference(path, *(text.encode(errors="surrogateescape") for text in (before, after)))
        changes.action(
            f"{path} has {len(keys)} keys of the list", lambda: acting_as(person, lambda: _write(home, after))
        )


def owner(home: str) -> int | None:
    """The uid of whom a home belongs to; None if something else than a folder stands there. Raises FileNotFoundError."""
    found = os.lstat(home)
    return found.st_uid if stat.S_ISDIR(found.st_mode) else None


def _make(home: Path, person: Person) -> None:
    fresh = _beside(home)
    try:
        fresh.mkdir(mode=0o700)
        os.chown(fresh, person.uid, person.gid)
    except OSError as error:
        if fresh.is_dir():
            fresh.rmdir()
        raise Fault(
            f"{home} cannot be made: {error.strerror}; where the file server does not trust root (root_squash), make it there: "
            f"mkdir {home.name}; chown {person.uid}:{person.gid} {home.name}; chmod 700 {home.name}"
        ) from None
    try:
        acting_as(person, lambda: _fill(fresh))
        fresh.rename(home)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise Fault(f"{home} cannot be made: {error.strerror}") from None
        # Another node was faster.
    finally:
        if fresh.is_dir():
            acting_as(person, lambda: _empty(fresh))
            fresh.rmdir()


def _beside(path: Path) -> Path:
    """A name that no other process on no other node takes."""
    return path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}")


def _fill(folder: Path) -> str:
    if _SKELETON.is_dir():
        shutil.copytree(_SKELETON, folder, symlinks=True, copy_function=shutil.copyfile, dirs_exist_ok=True)
        folder.chmod(0o700)
    return ""


def _empty(folder: Path) -> str:
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    return ""


def _read(home: Path) -> str:
    """What stands in authorized_keys; raises Fault where a link leads elsewhere."""
    folder, path = home / ".ssh", home / ".ssh/authorized_keys"
    for one, kind in ((folder, stat.S_ISDIR), (path, stat.S_ISREG)):
        try:
            found = one.lstat()
        except FileNotFoundError:
            return ""
        if not kind(found.st_mode):
            raise Fault(f"{one} is a link or no {'folder' if one is folder else 'file'}; the user must mend it")
        if found.st_size > _MOST:
            raise Fault(f"{one} is larger than {_MOST // 1_000_000} MB; the user must mend it")
    # What was looked at may be something else by now.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, errors="surrogateescape") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Fault(f"{path} is no file; the user must mend it")
        return file.read(_MOST)


def _write(home: Path, text: str) -> str:
    folder, path = home / ".ssh", home / ".ssh/authorized_keys"
    folder.mkdir(mode=0o700, exist_ok=True)  # another node may just have made it
    fresh = _beside(path)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", errors="surrogateescape") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink()
        raise
    return ""
