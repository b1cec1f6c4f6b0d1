"""Arguments and environments of the machine's processes, read while a command runs."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PAUSE_SECONDS = 0.004
_YOUNG_SECONDS = 2.0
"""A process becomes another one by exec(2): a young one is read again and again, an older one now and then."""
_SELDOM_SECONDS = 0.5


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
    """First and last reading of a process."""

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
            now, alive = time.monotonic(), [int(name) for name in os.listdir("/proc") if name.isdecimal()]
            self._seen = {pid: self._seen.get(pid, (now, 0.0)) for pid in alive}
            for pid, (first, last) in self._seen.items():
                if now - first < _YOUNG_SECONDS or now - last > _SELDOM_SECONDS:
                    self._seen[pid] = (first, now)
                    self._read(pid)

    def _read(self, pid: int) -> None:
        arguments = environment = b""
        # A process that ends meanwhile has neither.
        with contextlib.suppress(OSError):
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        if arguments:
            self.samples.add(Sample(pid, arguments, environment))
