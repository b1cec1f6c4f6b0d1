"""Commands that job scripts ask, side by side and bounded. Without `subprocess`, whose import alone costs as much as a command."""

from __future__ import annotations

import os
import select
import time

_ENVIRONMENT = {
    "PATH": "/opt/slurm/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "LC_ALL": "C.UTF-8",
    "SLURM_TIME_FORMAT": "standard",
}
SECONDS = 20.0
_MOST = 64 << 20
_SIGKILL = 9
"""Of signal(7); the module `signal` alone costs a seventh of a script."""


def answers(*commands: tuple[str, ...], seconds: float = SECONDS) -> list[bytes | None]:
    """What each command prints; None where it failed, did not end in time or is not there."""
    begun = [_begin(command) for command in commands]
    deadline = time.monotonic() + seconds
    texts: dict[int, list[bytes]] = {pipe: [] for _, pipe in begun if pipe >= 0}
    waiting = set(texts)
    while waiting:
        ready, _, _ = select.select(list(waiting), [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            break
        for pipe in ready:
            part = os.read(pipe, 1 << 20)
            if part and sum(map(len, texts[pipe])) < _MOST:
                texts[pipe].append(part)
            elif not part:
                waiting.discard(pipe)
    return [_end(pid, pipe, pipe in waiting, texts.get(pipe, [])) for pid, pipe in begun]


def _begin(command: tuple[str, ...]) -> tuple[int, int]:
    """(process, pipe of its output); -1 where the program is missing."""
    reading, writing = os.pipe()
    environment = dict(_ENVIRONMENT)
    if "SLURM_CONF" in os.environ:
        environment["SLURM_CONF"] = os.environ["SLURM_CONF"]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
    ]
    try:
        program = next(
            path
            for path in (f"{folder}/{command[0]}" for folder in environment["PATH"].split(":"))
            if os.access(path, os.X_OK)
        )
        return os.posix_spawn(program, list(command), environment, file_actions=actions), reading
    except (StopIteration, OSError):
        os.close(reading)
        return -1, -1
    finally:
        os.close(writing)


def _end(pid: int, pipe: int, late: bool, parts: list[bytes]) -> bytes | None:
    if pid < 0:
        return None
    os.close(pipe)
    if late:
        os.kill(pid, _SIGKILL)
    _, status = os.waitpid(pid, 0)
    return b"".join(parts) if not late and status == 0 else None
