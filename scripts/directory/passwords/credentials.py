"""The file that hands new passwords over: CSV `name,password`, for its owner's eyes only.

A password is on the disk before its account exists, so that no fault can leave an account whose password nobody knows.
Rows of accounts that were never made are dropped at the end; after a kill they stay, which does no harm.
"""

from __future__ import annotations

import csv
import errno
import fcntl
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ..faults import BadInput, LocalFault

_HEADER = ["name", "password"]


def default_path() -> Path:
    """`~/.hpcstack/credentials-<UTC time>.csv`; to the microsecond, so that each run has a file of its own."""
    now = datetime.now(UTC)
    return Path.home() / ".hpcstack" / now.strftime("credentials-%Y%m%dT%H%M%S.%fZ.csv")


def read(path: Path) -> dict[str, str]:
    """Name -> password of a credentials file; a later row counts. BadInput when the file is something else."""
    try:
        with path.open(newline="") as handle:
            rows = list(csv.reader(handle))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([f"--credentials-file {path} cannot be read: {error}"]) from error
    if not rows or rows[0] != _HEADER or any(len(row) != 2 for row in rows):
        raise BadInput([f"--credentials-file {path} exists and is not a credentials file; name another"])
    return dict(rows[1:])


def chosen(given: str | None, errors: list[str]) -> Path:
    """Where new passwords go; an existing file must be one of ours, because it is extended."""
    path = Path(given).expanduser() if given else default_path()
    try:
        if path.exists():
            read(path)
        elif given and not path.parent.is_dir():
            errors.append(f"--credentials-file {path}: the folder {path.parent} does not exist")
    except BadInput as error:
        errors.extend(error.reasons)
    return path


class CredentialsFile:
    """Open for one run. Rows that the file held before are kept, unless an account of that name is made anew."""

    # What a summary calls the place.
    kind = "credentials_file"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._earlier: dict[str, str] = {}
        self._rows: dict[str, str] = {}
        self._fd = -1

    def open(self, expected: int = 0) -> None:
        """Take the file for this run, which will bring `expected` passwords.

        BadInput when another run is writing it, or when it cannot be written.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Group and others get no right, also when the file was there before.
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            os.fchmod(self._fd, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput([f"--credentials-file {self.path} is being written by another run; name another"]) from error
        except OSError as error:
            raise BadInput([f"--credentials-file {self.path} cannot be written: {error.strerror}"]) from error
        if os.fstat(self._fd).st_size == 0:
            os.write(self._fd, (",".join(_HEADER) + "\n").encode())
        self._earlier = read(self.path)

    def promise(self, passwords: Mapping[str, str]) -> None:
        """Put rows on the disk; returns once they would survive a power cut. LocalFault when they cannot be kept."""
        rows = "".join(f"{name},{password}\n" for name, password in passwords.items()).encode()
        with self._lock:
            try:
                if os.write(self._fd, rows) != len(rows):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(self._fd)
            except OSError as error:
                raise LocalFault(f"stopped: new passwords cannot be kept in {self.path}: {error.strerror}") from error
            self._rows |= passwords

    @property
    def place(self) -> str:
        """Where the passwords are in the end."""
        return str(self.path)

    def close(self, keep: set[str]) -> str | None:
        """Replace the file in one step by the rows of `keep` and those of earlier runs; its place, or None without new rows.

        LocalFault when that fails: the file then still holds every password, also of accounts that were not made.
        """
        with self._lock:
            kept = {name: password for name, password in self._rows.items() if name in keep}
            rows = {**self._earlier, **kept}
            try:
                self._settle(rows)
            finally:
                os.close(self._fd)
            return self.place if kept else None

    def _settle(self, rows: dict[str, str]) -> None:
        try:
            if rows:
                self._replace(rows)
            else:
                self.path.unlink()
        except OSError as error:
            raise LocalFault(f"new passwords are in {self.path}, not tidied up: {error.strerror}") from error

    def _replace(self, rows: dict[str, str]) -> None:
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerows([_HEADER, *sorted(rows.items())])
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(self.path)
