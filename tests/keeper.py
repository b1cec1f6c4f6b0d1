"""What a test process (or a benchmark) started ends with it, however that goes: a process beside it waits for its end and kills
what is left.

Rigs end their daemons themselves. But a test process that is killed cannot, and daemons (in sessions of their own, started by
programs that have long ended) hang on nobody. Nothing in localcloud/ knows of this: what it starts for people stays.

What belongs to a test process is told by either of two signs: the mark in its environment, which children inherit; or a file or
folder in use below the process's temporary folder (its root, its working directory, an open file) by one without a terminal,
because sshd and Samba write over their environments. And what such a process leads, belongs with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

MARK = "HPCSTACK_TEST_PROCESS"
_ROUNDS = 600
_PAUSE_SECONDS = 0.1


def keep(folder: Path) -> None:
    """Begin, in the process that runs tests; `folder` is where all its temporary files are."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    # Its standard input ends with this process, which alone holds the other end; a terminal's Ctrl-C is not for it.
    command = [sys.executable, "-I", "-S", __file__, mark, str(folder.resolve())]
    _keepers.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True))
    os.environ[MARK] = mark


_keepers: list[subprocess.Popen[bytes]] = []
"""Held, because a pipe that nobody holds is closed."""


def main(mark: str, folder: str) -> None:
    sys.stdin.buffer.read()
    for _ in range(_ROUNDS):
        handles = _handles(belonging(mark, folder))
        # Asked again with handles open: a number that was given to another process meanwhile is not taken for it.
        left = belonging(mark, folder) & set(handles)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handles[pid], signal.SIGKILL)
        for handle in handles.values():
            os.close(handle)
        if not handles:
            return
        time.sleep(_PAUSE_SECONDS)
    raise SystemExit(f"processes of tests that do not end: {sorted(belonging(mark, folder))}")


def belonging(mark: str, folder: str) -> set[int]:
    """The processes of one test process, without this one."""
    seen = {pid: one for entry in Path("/proc").glob("[0-9]*") if (one := _Process.read(pid := int(entry.name)))}
    own = seen.pop(os.getpid())
    # Somebody's shell in that folder is no process of the tests: it is older, or has a terminal.
    daemons = {pid for pid, one in seen.items() if not one.terminal and one.started >= own.started}
    found = {pid for pid in seen if _marked(pid, mark)} | {pid for pid in daemons if _uses(pid, folder)}
    return found | {pid for pid, one in seen.items() if one.group in found}


def _handles(pids: set[int]) -> dict[int, int]:
    handles: dict[int, int] = {}
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handles[pid] = os.pidfd_open(pid)
    return handles


class _Process(NamedTuple):
    """Of /proc/<pid>/stat (proc(5))."""

    group: int
    terminal: int
    """0: none."""
    started: int
    """Ticks since boot."""

    @classmethod
    def read(cls, pid: int) -> _Process | None:
        """None for one that has ended."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else cls(int(fields[2]), int(fields[4]), int(fields[19]))


def _marked(pid: int, mark: str) -> bool:
    try:
        return f"{MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _uses(pid: int, folder: str) -> bool:
    links = [f"/proc/{pid}/root", f"/proc/{pid}/cwd"]
    with contextlib.suppress(OSError):
        links += [f"/proc/{pid}/fd/{name}" for name in os.listdir(f"/proc/{pid}/fd")]
    for link in links:
        with contextlib.suppress(OSError):
            if f"{os.readlink(link)}/".startswith(f"{folder}/"):
                return True
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
