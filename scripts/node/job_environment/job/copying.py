"""Copies of users' files into the log folder: read with the user's rights, written whole or not at all, cut if large."""

from __future__ import annotations

import os
import stat

from .user import AsUser

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Callable

_STEP = 1 << 20


class NoCopy(Exception):
    """Why a file is not kept."""


def opened(path: str, user: AsUser, *, here: int | None = None) -> int:
    """A descriptor of a plain file, opened with the user's rights. Below `here`, links are refused. Raises NoCopy."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (os.O_NOFOLLOW if here is not None else 0)
    try:
        with user:
            descriptor = os.open(path, flags, dir_fd=here)
    except OSError as error:
        raise NoCopy(f"{path}: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NoCopy(f"{path} is no plain file")
    return descriptor


def trimmed(source: int, target: int, most: int) -> None:
    """Copy at most `most` bytes: beyond that the first and the last half of them, with a line between that says so."""
    size = os.fstat(source).st_size
    if size <= most:
        _range(source, target, 0, size)
        return
    half = most // 2
    _range(source, target, 0, half)
    left = size - 2 * half
    _all(target, f"\n[... {left} bytes left out of {size} ...]\n".encode())
    _range(source, target, size - half, half)


def written(here: int, name: str, fill: Callable[[int], None], *, uid: int, gid: int, mode: int) -> None:
    """Have a file of this name in the folder `here`, filled by `fill`. Raises OSError."""
    fresh = f".{name}.{os.getpid()}"
    target = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=here)
    try:
        fill(target)
        os.fchown(target, uid, gid)
        os.fchmod(target, mode)
        os.rename(fresh, name, src_dir_fd=here, dst_dir_fd=here)
    except BaseException:
        os.unlink(fresh, dir_fd=here)
        raise
    finally:
        os.close(target)


def linked(here: int, name: str, target: str) -> None:
    """Have a link to a file of the same folder. Raises OSError."""
    fresh = f".{name}.{os.getpid()}"
    os.symlink(target, fresh, dir_fd=here)
    os.rename(fresh, name, src_dir_fd=here, dst_dir_fd=here)


def same(one: int, other: int) -> bool:
    """Whether two open files are one file, or hold the same bytes."""
    first, second = os.fstat(one), os.fstat(other)
    if (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino):
        return True
    if first.st_size != second.st_size or not first.st_size:
        return False
    return all(os.pread(one, _STEP, place) == os.pread(other, _STEP, place) for place in range(0, first.st_size, _STEP))


def text(content: bytes) -> Callable[[int], None]:
    return lambda target: _all(target, content)


def _range(source: int, target: int, begin: int, count: int) -> None:
    """A file that shrinks meanwhile gives less."""
    place, end = begin, begin + count
    while place < end:
        part = os.pread(source, min(_STEP, end - place), place)
        if not part:
            return
        _all(target, part)
        place += len(part)


def _all(target: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(target, view) :]
