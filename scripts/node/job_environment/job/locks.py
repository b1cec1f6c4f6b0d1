"""One at a time for each user of a node."""

from __future__ import annotations

import fcntl
import os
import time

from . import folders, told
from .job import RUN

_SECONDS = 60.0
"""The other one kills and deletes; it may have much to do, but a job must not wait for it for ever."""


class OfUser:
    """Held by the prolog while it makes a user's places, and by the epilog while it looks for other jobs and deletes."""

    def __init__(self, uid: int) -> None:
        self._name = f"user-{uid}.lock"

    def __enter__(self) -> bool:
        """Whether it is held."""
        here = folders.parent(f"{RUN}/locks", base="/run")
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self._name, flags, 0o600, dir_fd=here)
        finally:
            os.close(here)
        deadline = time.monotonic() + _SECONDS
        while not self._taken():
            if time.monotonic() > deadline:
                told.fault(f"{RUN}/locks/{self._name} is held for more than {_SECONDS:g} s; going on without it")
                return False
            time.sleep(0.02)
        return True

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
