"""The file that hands new passwords over: CSV `name,password`, for its owner's eyes only.

A password is on the disk before its account exists, so that no fault can leave an account whose password nobody knows.
Rows of accounts that were never made are dropped at the end; after a kill they stay, which does no harm.
"""

from __future__ import annotations

import csv
import os
import threading
import time
from pathlib import Path

from .faults import BadInput

_HEADER = ["name", "password"]


def default_path() -> Path:
    """`~/.hpcstack/credentials-<UTC time>.csv`."""
    return Path.home() / ".hpcstack" / time.strftime("credentials-%Y%m%dT%H%M%SZ.csv", time.gmtime())


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


class CredentialsFile:
    """Open for one run. Rows that the file held before are kept, unless an account of that name is made anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._earlier = read(path) if path.exists() else {}
        self._rows: dict[str, str] = {}
        self._fd: int | None = None

    def promise(self, name: str, password: str) -> None:
        """Put a row on the disk; returns once it would survive a power cut."""
        with self._lock:
            if self._fd is None:
                self._fd = self._open()
            self._rows[name] = password
            os.write(self._fd, f"{name},{password}\n".encode())
            os.fsync(self._fd)

    def close(self, keep: set[str]) -> Path | None:
        """Replace the file in one step by the rows of `keep` and those of earlier runs; the path, or None if there is none."""
        with self._lock:
            if self._fd is None:
                return None
            os.close(self._fd)
            self._fd = None
            kept = {name: password for name, password in self._rows.items() if name in keep}
            rows = {**self._earlier, **kept}
            if not rows:
                self.path.unlink()
                return None
            fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as handle:
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerows([_HEADER, *sorted(rows.items())])
                handle.flush()
                os.fsync(handle.fileno())
            fresh.replace(self.path)
            return self.path if kept else None

    def _open(self) -> int:
        """The file for appending, 0600 also when it was there before, with its header."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        os.fchmod(handle, 0o600)
        if os.fstat(handle).st_size == 0:
            os.write(handle, (",".join(_HEADER) + "\n").encode())
        return handle
