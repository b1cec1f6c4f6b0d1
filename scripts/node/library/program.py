"""The frame of each program: arguments, log, one run at a time, exit code."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from . import node, waiting
from .changes import Changes
from .faults import BAD_ARGUMENTS, DONE, FAILED, Fault
from .node import Node

LOGS = Path("/var/log/hpcstack")
_LOCKS = Path("/run/hpcstack")
_ALONE_SECONDS = 600
"""How long a run waits for another one of the same program, most of which end within minutes.

One that takes longer, such as the fetching of a large image, is not waited for: the second run fails and says so. A timer's run
does not wait at all (`--unless-running`).
"""
_ENDS = f"exit codes: {DONE} done, {FAILED} failed, {BAD_ARGUMENTS} bad arguments; log: {LOGS}/"

Work = Callable[[argparse.Namespace, Node, Changes], None]


def run(
    name: str,
    what: str,
    arguments: Callable[[argparse.ArgumentParser], None],
    work: Work,
    given: Sequence[str] | None = None,
) -> int:
    """Run a program; its exit code.

    `arguments` declares what it takes, `work` does it, by means of `Changes` only, and raises Fault. `what` is a line for --help.
    """
    parser = argparse.ArgumentParser(prog=name, description=what, epilog=f"{_ENDS}{name}.log", allow_abbrev=False)
    parser.add_argument("--dry-run", action="store_true", help="tell what would be changed, and change nothing")
    parser.add_argument(
        "--unless-running", action="store_true", help="end at once, with nothing done, where another run is under way"
    )
    arguments(parser)
    options = parser.parse_args(given)
    if os.geteuid() != 0:
        print(f"{name}: must be run as root", file=sys.stderr)
        return FAILED
    log = _log(name)
    try:
        with _alone(name, wait=not options.unless_running):
            changes = Changes(log.info, dry_run=options.dry_run)
            work(options, node.read(), changes)
    except _OtherRun:
        log.info("another run is under way: nothing done")
        return DONE
    except Fault as fault:
        log.error("failed: %s", fault)
        # ParallelCluster keeps standard error of a failed script for its event and error message.
        print(f"{name}: {fault}", file=sys.stderr)
        return FAILED
    except Exception:
        log.exception("failed")
        print(f"{name}: an error of the program itself; see {LOGS}/{name}.log", file=sys.stderr)
        return FAILED
    log.info("%d changes%s", len(changes.made), " to make" if options.dry_run else "")
    return DONE


def itself() -> bytes:
    """The running zip application, for those that stay on the node. Raises Fault where it runs from its sources."""
    path = Path(sys.argv[0])
    if not zipfile.is_zipfile(path):
        raise Fault(f"{path} is no packed program; pack it with scripts.node.bundle")
    return path.read_bytes()


def _log(name: str) -> logging.Logger:
    """Lines to the log file, and to standard output, which ParallelCluster keeps in the log of its node's start."""
    LOGS.mkdir(mode=0o755, parents=True, exist_ok=True)
    log = logging.getLogger(name)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers.clear()
    form = logging.Formatter(f"%(asctime)s {name} %(message)s")
    path = LOGS / f"{name}.log"
    path.touch(mode=0o640)
    for handler in (logging.FileHandler(path), logging.StreamHandler(sys.stdout)):
        handler.setFormatter(form)
        log.addHandler(handler)
    return log


class _OtherRun(Exception):
    """Another run of the program is under way."""


class _alone:
    """Several may start the same program at once; the second one waits, but not for ever, or not at all (_OtherRun)."""

    def __init__(self, name: str, *, wait: bool) -> None:
        self._wait = wait
        _LOCKS.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._path = _LOCKS / f"{name}.lock"

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        if not self._wait and not self._taken():
            self._file.close()
            raise _OtherRun
        try:
            waiting.until(self._taken, f"another run of {self._path.stem} to end ({self._path})", _ALONE_SECONDS)
        except Fault as fault:
            self._file.close()
            raise Fault(f"{fault}; see which process holds it (lsof {self._path}), and start this again") from None

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
