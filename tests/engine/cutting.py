"""Ends runs of the engine amid a call: the emulator holds the call, so that the kill is exact and no race."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.local_cloud import ROOT, LocalCloud

_SECONDS = 600


@dataclass(frozen=True)
class Cut:
    """How a run ended: amid the call `at`, or by itself with `code`."""

    at: str | None
    code: int | None
    shown: str


@dataclass(frozen=True)
class Cutter:
    cloud: LocalCloud

    def faults(self, method: str = "GET", **rule: Any) -> dict[str, Any]:
        """The emulator's switch (docs/emulator.md)."""
        data = json.dumps(rule).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.cloud.endpoint()}/localcloud/faults", method=method, data=data)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def run_until(self, call: int, *arguments: str, done: bool) -> Cut:
        """`python -m localcloud …`, killed with all that it started at its `call`-th call of AWS (from 1): before the
        call is done, or after it was `done` and before its answer comes."""
        self.faults("DELETE")
        self.faults("POST", fault="hold-done" if done else "hold", after=call - 1)
        log = self.cloud.state / "cut.log"
        with log.open("wb") as output, _started(self.cloud, arguments, output) as process:
            held = self._held_or_ended(process)
            if held:
                kill_tree(process.pid)
            process.wait(60)
        self.faults("DELETE")
        self._idle()
        shown = log.read_text(errors="replace")
        return Cut(held, None, shown) if held else Cut(None, process.returncode, shown)

    def _held_or_ended(self, process: "subprocess.Popen[bytes]") -> str | None:
        deadline = time.monotonic() + _SECONDS
        while process.poll() is None:
            if held := self.faults()["held"]:
                return str(held[0])
            assert time.monotonic() < deadline, "the run neither reaches the call nor ends"
            time.sleep(0.05)
        return None

    def _idle(self) -> None:
        """Calls that were under way when their caller was killed come to their end, as they do at AWS."""
        deadline = time.monotonic() + 60
        while self.faults()["active"]:
            assert time.monotonic() < deadline, "calls of a killed run do not end"
            time.sleep(0.05)


@contextmanager
def _started(cloud: LocalCloud, arguments: tuple[str, ...], output: Any) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=ROOT,
        env={**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(cloud.state)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill_tree(process.pid)
            process.wait(60)


def kill_tree(root: int) -> None:
    """SIGKILL to a process and all its descendants: pulumi, language host, plugins, workers. Plugins have process groups of
    their own, so a group's number would not reach them."""
    # Stopped first, from the top, so that none starts another meanwhile.
    found: list[int] = []
    todo = [root]
    while todo:
        pid = todo.pop()
        if _signal(pid, signal.SIGSTOP):
            found.append(pid)
            todo += _children(pid)
    for pid in reversed(found):
        _signal(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    try:
        return [int(pid) for path in lists for pid in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
