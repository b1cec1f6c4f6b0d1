"""Arguments, and the run: manifest, programs, each after the other.

What stands in a cluster's document for good is this program's place and how it is called there: no update of ParallelCluster may
change that on head node and login nodes. So every release takes the arguments and the manifests of those before it.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import manifest, objects
from .faults import DONE, FAILED, Fault
from .manifest import Step

LOGS = Path("/var/log/hpcstack")
_NAME = "boot"
_EVENTS = ("OnNodeStart", "OnNodeConfigured", "OnNodeUpdated")


def main(argv: Sequence[str] | None = None) -> int:
    """The program; its exit code, or that of the first program that fails."""
    options = _options(argv)
    if os.geteuid() != 0:
        print(f"{_NAME}: must be run as root", file=sys.stderr)
        return FAILED
    log = _log()
    try:
        with tempfile.TemporaryDirectory(prefix="hpcstack-") as folder:
            return _run(options, Path(folder), log)
    except Fault as fault:
        log.error("failed: %s", fault)
        # ParallelCluster keeps standard error of a failed script for its event and error message.
        print(f"{_NAME}: {fault}", file=sys.stderr)
        return FAILED
    except OSError as error:
        log.error("failed: %s", error)
        print(f"{_NAME}: {error}; see that this node's disk has room", file=sys.stderr)
        return FAILED


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=_NAME,
        description="Run the programs that the stack's manifest lists for an event of this node, in their order.",
        epilog=f"exit codes: {DONE} done, {FAILED} failed, 2 bad arguments, others a program's own; log: {LOGS}/{_NAME}.log",
        allow_abbrev=False,
    )
    parser.add_argument("manifest", metavar="s3://BUCKET/KEY", type=_uri, help="the manifest of this kind of node")
    parser.add_argument("event", choices=_EVENTS, help="the custom action of ParallelCluster that this is")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what the manifest must list for it, in this order")
    parser.add_argument("--sha256", metavar="HASH", type=_hash, help="that the manifest must have; default: any")
    parser.add_argument("--dry-run", action="store_true", help="fetch and check all, tell what would run, run nothing")
    return parser.parse_args(argv)


def _run(options: argparse.Namespace, folder: Path, log: logging.Logger) -> int:
    listed = objects.fetch(options.manifest, folder / "manifest.json", options.sha256)
    steps = manifest.steps(listed.read_bytes(), options.manifest, options.event, options.names)
    programs = objects.fetch_all([step.program for step in steps], folder)
    for number, step in enumerate(steps, 1):
        would = "would run" if options.dry_run else "runs"
        what = f"{number} of {len(steps)}: {step.program.name} (sha256 {step.program.sha256[:16]})"
        log.info("%s %s %s", options.event, would, what)
        if not options.dry_run and (code := _code(programs[step.program.name], step)):
            log.error("%s ended with %d; what comes after it does not run", step.program.name, code)
            return code
    return DONE


def _code(file: Path, step: Step) -> int:
    """The exit code of one program. What it says goes where ParallelCluster keeps it, with its own one line of a fault."""
    try:
        code = subprocess.run([str(file), *step.arguments], check=False).returncode
    except OSError as error:
        raise Fault(
            f"{step.program.name} does not start: {error.strerror}; see that its interpreter is on this node, and that files in"
            f" {file.parent.parent} may be run"
        ) from None
    return code if code >= 0 else 128 - code


def _log() -> logging.Logger:
    """Lines to the log file, and to standard output, which ParallelCluster keeps in the log of its node's start."""
    LOGS.mkdir(mode=0o755, parents=True, exist_ok=True)
    log = logging.getLogger(_NAME)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers.clear()
    path = LOGS / f"{_NAME}.log"
    path.touch(mode=0o640)
    for handler in (logging.FileHandler(path), logging.StreamHandler(sys.stdout)):
        handler.setFormatter(logging.Formatter(f"%(asctime)s {_NAME} %(message)s"))
        log.addHandler(handler)
    return log


def _uri(text: str) -> str:
    if not manifest.OBJECT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not s3://BUCKET/KEY")
    return text


def _hash(text: str) -> str:
    if not manifest.HASH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a SHA-256 in 64 hexadecimal digits")
    return text
