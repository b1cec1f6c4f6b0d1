"""Kills `up` and `destroy` of stack local at every Nth call of AWS, each time on a fresh stack or again and again on one, or
lets each call fail once in each way. Prints a table of what came of it.

    python -m benchmarks.cut --every 10          # each on a fresh stack: about two hours; --every 1 takes a night
    python -m benchmarks.cut --every 10 --chain  # the run that follows a kill and its repair is killed again
    python -m benchmarks.cut --faults            # errors, throttling, cut connections
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.engine.cutting import Cutter, cut_again_and_again
from tests.engine.local_cloud import LocalCloud

KINDS = ("error", "throttle", "close")
_FLAGS = ("local", "--yes", "--skip-preview")


def main() -> int:
    """Exit code: 0 if every line ended well."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cut", description=__doc__)
    parser.add_argument("--every", type=int, default=10, metavar="N", help="kill at each Nth call (%(default)s)")
    parser.add_argument("--first", type=int, default=None, metavar="K", help="begin with call K")
    parser.add_argument("--last", type=int, default=10**6, metavar="K", help="end with call K")
    parser.add_argument("--command", choices=["up", "destroy"], default=None, help="only this one")
    parser.add_argument("--chain", action="store_true", help="kill again and again on one stack")
    parser.add_argument("--faults", action="store_true", help="faults instead of kills")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cloud = LocalCloud(Path(folder) / ".localcloud")
        cloud.pulumi("preview", "local", "--local")
        try:
            rows = list(_rows(Cutter(cloud), options))
        finally:
            cloud.run("demo-down")
    table = Table("command", "call", "at", "then", "left", "seconds")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    return int(any(row[3] != "converged" or row[4] != "nothing" for row in rows))


def _rows(cutter: Cutter, options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    if options.faults:
        return _faults(cutter)
    return _chain(cutter, options.every) if options.chain else _kills(cutter, options)


def _chain(cutter: Cutter, every: int) -> Iterator[tuple[str, ...]]:
    for command in ("up", "destroy"):
        began = time.monotonic()
        kills = cut_again_and_again(cutter, command, calls=every, further=every)
        left = "nothing" if command == "up" and not cutter.doubled() else str(cutter.cloud.left() or "nothing")
        yield command, f"each {every}th", f"{kills} kills", "converged", left, f"{time.monotonic() - began:.0f}"


def _kills(cutter: Cutter, options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    for command in ("up", "destroy"):
        call = options.first or options.every
        while options.command in (None, command) and call <= options.last:
            began = time.monotonic()
            if command == "destroy":
                cutter.cloud.pulumi("up", *_FLAGS)
            cut = cutter.run_until(call, "pulumi", command, *_FLAGS, done=call // options.every % 2 == 0)
            then = _converged(cutter) if cut.at else f"ended with {cut.code}"
            left = _left(cutter)
            row = (command, str(call), cut.at or "its end", then, left, f"{time.monotonic() - began:.0f}")
            print(*row, flush=True)
            if cut.at is None:
                break
            yield row
            call += options.every


def _faults(cutter: Cutter) -> Iterator[tuple[str, ...]]:
    for kind in KINDS:
        for command in ("up", "destroy"):
            began = time.monotonic()
            cutter.faults("DELETE")
            cutter.faults("POST", fault=kind, each=True)
            done = cutter.cloud.run("pulumi", command, *_FLAGS, check=False)
            fired = cutter.faults()["rules"][0]["fired"]
            cutter.faults("DELETE")
            then = "converged" if done.returncode == 0 else f"ended with {done.returncode}"
            left = "nothing" if command == "up" and not cutter.doubled() else str(cutter.cloud.left() or "nothing")
            row = (command, f"{fired} names", kind, then, left, f"{time.monotonic() - began:.0f}")
            print(*row, flush=True)
            yield row


def _converged(cutter: Cutter) -> str:
    """After a kill: repair, `up`, a second `up` without changes, nothing made twice."""
    for words in (
        ("repair", "local", "--yes"),
        ("pulumi", "up", *_FLAGS),
        ("pulumi", "up", *_FLAGS, "--expect-no-changes"),
    ):
        done = cutter.cloud.run(*words, check=False)
        if done.returncode:
            return f"{' '.join(words[:2])} ended with {done.returncode}: {done.stdout[-400:]}"
    return f"made twice: {twice}" if (twice := cutter.doubled()) else "converged"


def _left(cutter: Cutter) -> str:
    done = cutter.cloud.run("pulumi", "destroy", *_FLAGS, check=False)
    return str(cutter.cloud.left() or "nothing") if done.returncode == 0 else f"destroy ended with {done.returncode}"


if __name__ == "__main__":
    sys.exit(main())
