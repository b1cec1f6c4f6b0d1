"""A lock between processes, kept by the operating system: a process that dies lets go of it."""

import contextlib
import fcntl
from collections.abc import Callable, Generator
from pathlib import Path


@contextlib.contextmanager
def exclusive(path: Path, waiting: Callable[[], None]) -> Generator[None]:
    """Hold the lock file `path`; `waiting` is called once if another process has it. Blocks without a limit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
