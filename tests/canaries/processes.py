"""Arguments and environments of the machine's processes, read while a command runs."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PAUSE_SECONDS = 0.008
_LIST_SECONDS = 0.05
"""Between two lists of all processes while the kernel gives no new number to any."""
_SELDOM_SECONDS, _OF_ITS_AGE = 0.5, 20
"""A process becomes another one by exec(2), mostly at once: it is read again after that part of its age, and at least so often."""


@dataclass(frozen=True)
class Sample:
    """A process as it was once; an environment that we may not read is empty."""

    pid: int
    arguments: bytes
    environment: bytes

    @property
    def command(self) -> str:
        """Its arguments as one line."""
        return self.arguments.replace(b"\0", b" ").decode(errors="replace").strip()


@dataclass
class Sampler:
    """Reads /proc every few milliseconds: a process that lives shorter than that may be missed."""

    samples: set[Sample] = field(default_factory=set)
    _seen: dict[int, tuple[float, float]] = field(default_factory=dict)
    """When a process was first seen, and when it is read next."""
    _listed: tuple[str, float] = ("", 0.0)
    """The newest number of a process when all were listed, and when that was."""

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Sample while the block runs."""
        ended = threading.Event()
        thread = threading.Thread(target=self._run, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _run(self, ended: threading.Event) -> None:
        while not ended.wait(_PAUSE_SECONDS):
            now = time.monotonic()
            self._list(now)
            for pid, (first, due) in self._seen.items():
                if now >= due:
                    self._seen[pid] = (first, now + min((now - first) / _OF_ITS_AGE, _SELDOM_SECONDS))
                    self._read(pid)

    def _list(self, now: float) -> None:
        newest = Path("/proc/loadavg").read_text().split()[-1]
        if newest != self._listed[0] or now - self._listed[1] > _LIST_SECONDS:
            self._listed = (newest, now)
            alive = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
            self._seen = {pid: self._seen.get(pid, (now, 0.0)) for pid in alive}

    def _read(self, pid: int) -> None:
        arguments = environment = b""
        # A process that ends meanwhile has neither.
        with contextlib.suppress(OSError):
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        if arguments:
            self.samples.add(Sample(pid, arguments, environment))
