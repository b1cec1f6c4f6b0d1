"""Acting on the machine: files written and commands run once, counted, and only told on a dry run."""

from __future__ import annotations

import logging
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .faults import Fault

LOG = Path("/var/log/hpcstack-controller.log")
log = logging.getLogger("controller")
_LAST_LINES = 5


class Machine:
    """`changes` holds what this run has changed, in words. With `dry_run` nothing is changed and all of it is told."""

    def __init__(self, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.changes: list[str] = []

    def change(self, what: str, act: Callable[[], object]) -> None:
        """Do one thing, and count it."""
        log.info("%s%s", "would: " if self.dry_run else "", what)
        if not self.dry_run:
            act()
        self.changes.append(what)

    def write(self, path: Path, text: str, mode: int = 0o644) -> bool:
        """Make a file hold this text with this mode, in one step; whether anything had to change."""
        try:
            same = path.read_text() == text and not path.is_symlink() and path.stat().st_mode & 0o777 == mode
        except (OSError, UnicodeDecodeError):
            same = False
        if not same:
            self.change(f"write {path}", lambda: _replace(path, text, mode))
        return not same

    def run(self, what: str, *command: str, seconds: int, environment: dict[str, str] | None = None) -> None:
        """A command that changes the machine."""
        self.change(what, lambda: output(*command, seconds=seconds, environment=environment))


def _replace(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # The mode comes first: a private key is never readable by others, not for a moment.
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def output(*command: str, seconds: int, environment: dict[str, str] | None = None) -> str:
    """A command's standard output. Fault with its last lines when it fails or takes too long. Never give it a secret."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise Fault(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Fault(f"{' '.join(command[:3])} took longer than {seconds} s") from error
    if done.returncode:
        said = [line for line in (done.stderr.strip() or done.stdout.strip()).splitlines() if line.strip()]
        raise Fault(f"{' '.join(command[:3])} ended with {done.returncode}: {' / '.join(said[-_LAST_LINES:])}")
    return done.stdout


def answer(*command: str, seconds: int) -> str | None:
    """A question's answer; None when the command says no."""
    try:
        return output(*command, seconds=seconds)
    except Fault:
        return None


def wait_until(what: str, holds: Callable[[], bool], seconds: int, pause: float = 5) -> bool:
    """Poll until it holds, for so long at most; whether it does."""
    end = time.monotonic() + seconds
    told = False
    while not holds():
        if time.monotonic() >= end:
            return False
        if not told:
            log.info("waiting for %s (%d s at most)", what, seconds)
            told = True
        time.sleep(pause)
    return True
