"""Starts the worker of a ParallelCluster version, gives it one request at a time, and starts it anew when it fails."""

import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from provider import environment
from provider.environment import Say
from provider.errors import Cut, ProviderError

_SCRIPT = Path(__file__).with_name("worker")
CALL_SECONDS = 900.0
"""The longest call: a template of 50 queues takes about 15 s to make; the rest is a slow network."""

_LOOK_SECONDS = 0.2
"""How often a call that waits looks whether it is called off."""

_LOG_BYTES = 5_000_000
_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "SSOTokenLoadError")


class ParallelClusterError(Exception):
    """An error of ParallelCluster's own: its HTTP status, class name and content."""

    def __init__(self, code: int, kind: str, content: Mapping[str, Any]) -> None:
        super().__init__(str(content.get("message") or kind))
        self.code, self.kind, self.content = code, kind, content

    @property
    def absent(self) -> bool:
        """Whether what was asked for does not exist."""
        return self.code == 404

    @property
    def passing(self) -> bool:
        """Whether the same call may well succeed later: throttling, and faults of the services."""
        return self.code in (429, 500, 502, 503, 504) and not self.no_credentials

    @property
    def no_credentials(self) -> bool:
        """Whether nobody signed in."""
        return self.kind in _CREDENTIALS or "Unable to locate credentials" in str(self)


class Caller(Protocol):
    """What resources need of a worker."""

    def call(self, operation: str, region: str, **arguments: Any) -> Any:
        """Run an operation of provider/worker.py. Raises ParallelClusterError, ProviderError."""
        ...


@dataclass
class _Running:
    process: "subprocess.Popen[bytes]"
    unread: bytes = b""


class Worker:
    """One version's worker process, started at the first call."""

    def __init__(
        self,
        version: str,
        say: Say,
        *,
        stopping: threading.Event | None = None,
        seconds: float = CALL_SECONDS,
        script: Path = _SCRIPT,
    ) -> None:
        """`stopping` ends calls that are under way, and lets no other start."""
        self.version, self._say, self._seconds, self._script = version, say, seconds, script
        self._stopping = stopping or threading.Event()
        self._lock = threading.Lock()
        self._running: _Running | None = None

    @property
    def log(self) -> Path:
        """Where the library's own words go."""
        return environment.cache() / "logs" / f"worker-{self.version}.log"

    def call(self, operation: str, region: str, **arguments: Any) -> Any:
        """Run one operation and return its result; calls of several threads queue.

        Raises ParallelClusterError for an error of ParallelCluster's, ProviderError if the worker cannot be started,
        dies, or is silent for too long: the next call starts it anew. Raises Cut when everything is called off, also amid
        an upload: what it had started at AWS by then goes on there.
        """
        line = json.dumps({"operation": operation, "region": region, "arguments": arguments}) + "\n"
        while not self._lock.acquire(timeout=_LOOK_SECONDS):
            self._go_on(operation)
        try:
            self._go_on(operation)
            answer = self._exchange(operation, line.encode())
        finally:
            self._lock.release()
        if "error" in answer:
            error = answer["error"]
            raise ParallelClusterError(error["code"], error["type"], error["content"])
        return answer["result"]

    def close(self) -> None:
        """End the worker, at once."""
        running, self._running = self._running, None
        if running is None:
            return
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
        for pipe in (running.process.stdin, running.process.stdout):
            if pipe is not None:
                pipe.close()

    def _go_on(self, operation: str) -> None:
        if self._stopping.is_set():
            raise Cut(f"called off amid {operation}; what was started at AWS goes on there")

    def _exchange(self, operation: str, line: bytes) -> dict[str, Any]:
        running = self._running
        if running is None or running.process.poll() is not None:
            self.close()
            running = self._running = self._start()
        try:
            _write(running, line)
            answer = _read_line(running, self._seconds, lambda: self._go_on(operation))
        except OSError:
            answer = b""
        except BaseException:
            # Its answer, when it comes, must not be taken for that of the next call.
            self.close()
            raise
        if answer is None:
            self.close()
            limit = f"{self._seconds:.0f} s"
            raise ProviderError(
                f"ParallelCluster {self.version} gave no answer to {operation} within {limit}; see {self.log}"
            )
        if not answer:
            status = running.process.wait()
            self.close()
            raise ProviderError(
                f"the worker of ParallelCluster {self.version} ended with status {status} during {operation}; see {self.log}"
            )
        return json.loads(answer)

    def _start(self) -> _Running:
        folder = environment.ensure(self.version, self._say)
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.unlink()
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            return _Running(
                subprocess.Popen(
                    [str(folder / "python"), str(self._script)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=environment.variables(folder),
                    # Apart from the terminal: Ctrl-C must not cut an upload; the end of its input ends the worker.
                    start_new_session=True,
                )
            )


class Workers:
    """The workers of all versions of one plugin."""

    def __init__(self, make: Callable[[str], Caller]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._workers: dict[str, Caller] = {}

    def of(self, version: str) -> Caller:
        """The worker of a version; it is not started by this."""
        with self._lock:
            return self._workers.setdefault(version, self._make(version))

    def newest_or(self, version: str | None) -> Caller:
        """The worker of a version, or of the newest one: describing and deleting work across versions."""
        known = environment.versions()
        return self.of(version if version in known else known[-1])

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers.values():
            if isinstance(worker, Worker):
                worker.close()


def _write(running: _Running, line: bytes) -> None:
    pipe = running.process.stdin
    assert pipe is not None
    pipe.write(line)
    pipe.flush()


def _read_line(running: _Running, seconds: float, go_on: Callable[[], None]) -> bytes | None:
    """One line; empty at the end of the output, None if none came in time. `go_on` is called all the while and may raise."""
    pipe = running.process.stdout
    assert pipe is not None
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while b"\n" not in running.unread:
            left = max(0.0, deadline - time.monotonic())
            if not selector.select(min(left, _LOOK_SECONDS)):
                go_on()
                if left == 0.0:
                    return None
                continue
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk:
                return b""
            running.unread += chunk
    line, _, running.unread = running.unread.partition(b"\n")
    return line
