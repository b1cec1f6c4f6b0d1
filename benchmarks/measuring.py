"""What a command costs: wall time, and user and system time of all processes that it started."""

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PR_SET_CHILD_SUBREAPER = 36
_SETTLE_SECONDS = 0.3
"""Plugins end a moment after the engine that started them."""


@dataclass(frozen=True)
class Cost:
    """Seconds of one run."""

    wall: float
    cpu: float


def adopt_orphans() -> None:
    """Become the parent of whatever outlives its own parent, so that its time is counted too. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl: the time of plugins cannot be counted")


def run(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> Cost:
    """Run a command to its end. Daemons that it leaves running are not counted. Ends the program if the command fails."""
    before, began = used(), time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.monotonic() - began
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise SystemExit(done.returncode)
    _reap()
    return Cost(wall, used() - before)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median and, of several values, the least and the greatest."""
    middle = f"{statistics.median(values):6.{digits}f} s"
    return f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})" if len(values) > 1 else middle


def used() -> float:
    """User and system seconds of all processes that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap() -> None:
    deadline = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            time.sleep(0.02)
