"""What a test process started ends with it, however that goes: a process beside it waits for its end and kills what is left.

Rigs end their daemons themselves. But a test process that is killed cannot, and daemons (in sessions of their own, started by
programs that have long ended) hang on nobody. Nothing in localcloud/ knows of this: what it starts for people stays.

What belongs to a test process is told by either of two signs: the mark in its environment, which children inherit; or a file or
folder in use below the process's temporary folder (its root, its working directory, an open file), because sshd and Samba write
over their environments. And what such a process leads, belongs with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MARK = "HPCSTACK_TEST_PROCESS"
_ROUNDS = 50
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
    groups = {int(entry.name): _group(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    living = {pid for pid, group in groups.items() if group} - {os.getpid()}
    found = {pid for pid in living if _marked(pid, mark) or _uses(pid, folder)}
    return found | {pid for pid in living if groups[pid] in found}


def _handles(pids: set[int]) -> dict[int, int]:
    handles: dict[int, int] = {}
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handles[pid] = os.pidfd_open(pid)
    return handles


def _group(pid: int) -> int:
    """Its process group; 0 for one that has ended."""
    try:
        state, _, group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return 0
    return 0 if state in "ZX" else int(group)


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
