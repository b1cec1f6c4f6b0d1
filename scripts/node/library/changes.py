"""What a program changes on its node: files and commands, only where something differs; told, and only told with --dry-run."""

from __future__ import annotations

import difflib
import errno
import grp
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Callable

from . import commands
from .faults import Fault


class Changes:
    """`made` tells in words what was changed, or would be. A second run on the same node makes none."""

    def __init__(self, say: Callable[[str], None], *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.made: list[str] = []
        self._say = say

    def say(self, line: str) -> None:
        """A line for the log that is no change."""
        self._say(line)

    def file(
        self,
        path: str | Path,
        content: str | bytes,
        *,
        mode: int = 0o644,
        owner: str = "root",
        group: str | None = None,
        secret: bool = False,
    ) -> bool:
        """Have a file with this content, these rights and this owner; whether something differed.

        It is written whole or not at all. Of a secret's content nothing is told. A symbolic link is replaced, not followed.
        """
        path, wanted = Path(path), content.encode() if isinstance(content, str) else content
        owns = _ids(owner, group, self.dry_run)
        present = _present(path)
        if present == (wanted, mode, *owns):
            return False
        self._tell(f"{path} written, {mode:04o} {owner}")
        if not secret and (present is None or present[0] != wanted):
            self.difference(path, present[0] if present else b"", wanted)
        if not self.dry_run:
            self._write(path, wanted, mode, owns)
        return True

    def folder(self, path: str | Path, *, mode: int = 0o755, owner: str = "root", group: str | None = None) -> bool:
        """Have a folder with these rights and this owner."""
        path, owns = Path(path), _ids(owner, group, self.dry_run)
        if path.is_dir() and not path.is_symlink():
            found = path.stat()
            if (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (mode, *owns):
                return False
        self._tell(f"{path}/ made, {mode:04o} {owner}")
        if not self.dry_run and not _made(path, mode, owns):
            _give(path, mode, owns)
        return True

    def gone(self, path: str | Path) -> bool:
        """Have no such file."""
        path = Path(path)
        if not path.is_symlink() and not path.exists():
            return False
        self._tell(f"{path} removed")
        if not self.dry_run:
            path.unlink()
        return True

    def command(self, why: str, *command: str, given: bytes | None = None, seconds: float = 300) -> str:
        """Run a command that changes something, told as `why`; what it printed, empty with --dry-run. Raises Fault."""
        self._tell(why)
        return "" if self.dry_run else commands.output(*command, given=given, seconds=seconds)

    def action(self, why: str, work: Callable[[], object]) -> None:
        """Change something in another way than by a command, told as `why`."""
        self._tell(why)
        if not self.dry_run:
            work()

    def difference(self, path: Path, before: bytes, after: bytes) -> None:
        """Tell how a text file would be changed, with --dry-run."""
        if not self.dry_run:
            return
        try:
            old, new = before.decode().splitlines(), after.decode().splitlines()
        except UnicodeDecodeError:
            return
        for line in difflib.unified_diff(old, new, str(path), str(path), lineterm=""):
            self._say(line)

    def _tell(self, what: str) -> None:
        self.made.append(what)
        self._say(f"would be: {what}" if self.dry_run else what)

    def _write(self, path: Path, content: bytes, mode: int, owns: tuple[int, int]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as fresh:
                fresh.write(content)
                os.fchown(fresh.fileno(), *owns)
                os.fchmod(fresh.fileno(), mode)
                fresh.flush()
                os.fsync(fresh.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink()
            raise


def _made(folder: Path, mode: int, owns: tuple[int, int]) -> bool:
    """Whether the folder was made here. It appears with its rights and owner: another node may look at any moment."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or folder.exists():
        return False
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _give(fresh, mode, owns)
        fresh.rename(folder)
    except OSError as error:
        fresh.rmdir()
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise
        return False  # another node was faster
    return True


def _give(folder: Path, mode: int, owns: tuple[int, int]) -> None:
    """Rights and owner by a descriptor: who may write beside the folder can put a link into its place. Raises Fault."""
    try:
        here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Fault(f"{folder} is a link or no folder ({error.strerror}); move it away") from None
    try:
        os.fchown(here, *owns)
        os.fchmod(here, mode)
    finally:
        os.close(here)


def _present(path: Path) -> tuple[bytes, int, int, int] | None:
    """(content, mode, owner, group) of a plain file."""
    if path.is_symlink() or not path.exists():
        return None
    if not path.is_file():
        raise Fault(f"{path} is no plain file; move it away")
    found = path.stat()
    return path.read_bytes(), stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid


def _ids(owner: str, group: str | None, dry_run: bool) -> tuple[int, int]:
    try:
        user = pwd.getpwnam(owner)
        return user.pw_uid, grp.getgrnam(group).gr_gid if group else user.pw_gid
    except KeyError as error:
        if dry_run:  # a user that this very run would have made
            return -1, -1
        raise Fault(f"there is no user or group {error.args[0].split()[-1].strip(chr(39))} on this node") from None
