"""Daemons of the local cloud: started in a session of their own, remembered by pid and start time, ended by process group."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud import paths
from localcloud.errors import LocalCloudError

_POLL_SECONDS = 0.05
_LOG_LINES = 8


@dataclass(frozen=True)
class Daemon:
    """A running process. `started` is its start time in clock ticks since boot, which tells it from a later one of the same pid."""

    name: str
    pid: int
    started: float
    info: dict[str, Any]


def log_file(name: str) -> Path:
    return paths.STATE / "logs" / f"{name}.log"


def running(name: str) -> Daemon | None:
    """The daemon, if it runs. The record of one that has gone is removed."""
    try:
        found = json.loads(_record(name).read_text())
        daemon = Daemon(found["name"], found["pid"], found["started"], found["info"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        daemon = None
    if daemon and _started(daemon.pid) == daemon.started:
        return daemon
    _record(name).unlink(missing_ok=True)
    return None


def alive(pid: int) -> bool:
    """Whether there is such a process; one that has ended and was not waited for yet is none."""
    return _stat(pid) is not None


def start(
    name: str,
    argv: Sequence[str],
    *,
    info: dict[str, Any],
    ready: Callable[[], bool],
    timeout: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> Daemon:
    """Start `argv` and wait up to `timeout` seconds until `ready()`. Raises LocalCloudError with the last lines of its log."""
    log = log_file(name)
    for folder in (log.parent, _record(name).parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd, start_new_session=True
            )
    except OSError as error:
        raise LocalCloudError(f"{name} cannot be started: {error}") from error
    daemon = Daemon(name, process.pid, _started(process.pid) or 0.0, info)
    _remember(daemon)
    try:
        _await(name, process, ready, timeout)
    except BaseException:
        stop(name, timeout=3)
        process.wait()
        raise
    return daemon


def stop(name: str, timeout: float = 20) -> bool:
    """SIGTERM to the daemon, SIGKILL to what is left of its process group after `timeout` seconds. False if it did not run."""
    daemon = running(name)
    if daemon is None:
        return False
    os.kill(daemon.pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while _started(daemon.pid) == daemon.started and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    # The group is the daemon's own (a new session), so whatever is left in it was started by the daemon. Its number is not given
    # away while one of them lives; if the daemon's pid is somebody else's by now, none does.
    if _started(daemon.pid) in (None, daemon.started):
        for pid in group(daemon.pid):
            _kill(pid)
    _record(name).unlink(missing_ok=True)
    return True


def _await(name: str, process: "subprocess.Popen[bytes]", ready: Callable[[], bool], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            raise LocalCloudError(f"{name} ended at once with exit code {process.returncode}{_tail(name)}")
        if time.monotonic() > deadline:
            raise LocalCloudError(f"{name} did not answer within {timeout:g} s{_tail(name)}")
        time.sleep(_POLL_SECONDS)


def _record(name: str) -> Path:
    return paths.STATE / "run" / f"{name}.json"


def _remember(daemon: Daemon) -> None:
    record = _record(daemon.name)
    partial = record.with_suffix(".partial")
    partial.write_text(
        json.dumps({"name": daemon.name, "pid": daemon.pid, "started": daemon.started, "info": daemon.info})
    )
    partial.replace(record)


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/<pid>/stat from the state on (proc(5)); None for a process that is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields


def _started(pid: int) -> float | None:
    fields = _stat(pid)
    return float(fields[19]) if fields else None


def group(leader: int) -> list[int]:
    """The processes of a leader's process group that have not ended."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (fields := _stat(pid)) and leader in (pid, int(fields[2]))]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _tail(name: str) -> str:
    log = log_file(name)
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-_LOG_LINES:]
    return f"; see {log}" + "".join(f"\n    {line}" for line in lines)
