"""Folders that root makes and deletes in places where users write: step by step from /, never through a link of a user's."""

from __future__ import annotations

import os
import pwd
import stat

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 64
"""Levels that are entered at once; what lies deeper is moved up first. Users can nest deeper than a process has descriptors."""


def trusted() -> tuple[int, ...]:
    """Whose folders below shared storage are taken: root's, and those of the user that the controller runs as."""
    try:
        return (0, pwd.getpwnam("slurm").pw_uid)
    except KeyError:
        return (0,)


class allowed:
    """`contextlib.suppress` for one kind of error: that module costs a third of a script."""

    def __init__(self, kind: type[OSError]) -> None:
        self._kind = kind

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, self._kind)


class Unsafe(Exception):
    """Which folder is not as it must be."""


def parent(path: str, *, base: str, owners: tuple[int, ...] = (0,), make: bool = True, owner: int = 0) -> int:
    """A descriptor of a folder below `base`, made with 0755 where it is missing. Raises Unsafe, OSError.

    `base` is the operator's, links and all; what lies below it must belong to one of `owners` and to nobody else to write.
    """
    here = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    walked = base
    for name in path[len(base) :].strip("/").split("/"):
        if name in ("", ".", ".."):
            continue
        walked = f"{walked}/{name}"
        try:
            inner = _inner(here, name, make=make, owner=owner)
        except OSError as error:
            raise Unsafe(f"{walked}: {error.strerror}") from None
        finally:
            os.close(here)
        here = inner
        found = os.fstat(here)
        if found.st_uid not in owners or found.st_mode & 0o022:
            os.close(here)
            raise Unsafe(f"{walked} belongs to uid {found.st_uid}, mode {stat.S_IMODE(found.st_mode):04o}; not used")
    return here


def _inner(here: int, name: str, *, make: bool, owner: int) -> int:
    try:
        return os.open(name, _FLAGS, dir_fd=here)
    except FileNotFoundError:
        if not make:
            raise
    try:
        os.mkdir(name, 0o755, dir_fd=here)
    except FileExistsError:  # another node was faster
        return os.open(name, _FLAGS, dir_fd=here)
    inner = os.open(name, _FLAGS, dir_fd=here)
    os.fchmod(inner, 0o755)
    if owner:
        os.fchown(inner, owner, -1)
    return inner


def of_user(here: int, name: str, uid: int, gid: int) -> None:
    """Have a folder of a user's, 0700. Raises Unsafe if something else bears its name."""
    with allowed(FileExistsError):  # of this job's requeue, or of a user's earlier job
        os.mkdir(name, 0o700, dir_fd=here)
    try:
        inner = os.open(name, _FLAGS, dir_fd=here)
    except OSError as error:
        raise Unsafe(f"{name}: {error.strerror}") from None
    try:
        found = os.fstat(inner)
        if found.st_uid not in (0, uid):
            raise Unsafe(f"{name} belongs to uid {found.st_uid}, not to {uid}")
        os.fchown(inner, uid, gid)
        os.fchmod(inner, 0o700)
    finally:
        os.close(inner)


def delete(here: int, name: str) -> None:
    """Delete a file, a link or a folder with all that it holds, on its own file system only. Raises OSError."""
    try:
        found = os.stat(name, dir_fd=here, follow_symlinks=False)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode):
        _gone(here, name)
        return
    top = os.open(name, _FLAGS, dir_fd=here)
    try:
        # What was too deep has been moved to the top, and is emptied in the next round.
        while _emptied(top, top, 0, found.st_dev):
            pass
    finally:
        os.close(top)
    with allowed(FileNotFoundError):  # another node's epilog deletes it too
        os.rmdir(name, dir_fd=here)


def _emptied(here: int, top: int, depth: int, device: int) -> bool:
    """Empty a folder; whether something was moved to `top`."""
    moved = False
    for name in os.listdir(here):
        try:
            inner = os.open(name, _FLAGS, dir_fd=here)
        except FileNotFoundError:
            continue
        except OSError:  # no folder, or a link
            _gone(here, name)
            continue
        try:
            if os.fstat(inner).st_dev != device:
                raise OSError(f"{name} is a mount point")
            if depth >= _DEEPEST:
                moved |= _moved_up(here, name, top, inner)
                continue
            moved |= _emptied(inner, top, depth + 1, device)
        finally:
            os.close(inner)
        with allowed(FileNotFoundError):
            os.rmdir(name, dir_fd=here)
    return moved


def _moved_up(here: int, name: str, top: int, inner: int) -> bool:
    os.rename(name, f".deep-{os.fstat(inner).st_ino}", src_dir_fd=here, dst_dir_fd=top)
    return True


def _gone(here: int, name: str) -> None:
    with allowed(FileNotFoundError):
        os.unlink(name, dir_fd=here)
