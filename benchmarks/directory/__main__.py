"""What the directory tool costs on this machine: `python -m benchmarks.directory` (root; some seven minutes), `--quick` for a look.

The tool on one controller and on two, beside the controller's own limit (ldapadd) and the way that the tool replaced (adcli, expect
and pamtester, 40 jobs at once); then a run in which 5,000 users want nothing, and a check of every password. Runs of one kind
alternate with those of the others; each begins with a fresh copy of the same controllers. Medians count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.directory import reference, runs
from benchmarks.directory.ground import Ground


@dataclass(frozen=True)
class Row:
    """Runs of one kind: what they did, how many users, seconds of each."""

    what: str
    users: int
    seconds: Sequence[float]

    @property
    def rate(self) -> float:
        """Users a second, of the median."""
        return self.users / statistics.median(self.seconds)

    def __str__(self) -> str:
        middle = statistics.median(self.seconds)
        spread = f"{min(self.seconds):.2f}-{max(self.seconds):.2f}" if len(self.seconds) > 1 else ""
        return f"{self.what:<44} {self.users:>6} {middle:>9.2f} {spread:>14} {self.rate:>9.1f}"


@dataclass(frozen=True)
class Target:
    what: str
    value: float
    wanted: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        return self.value <= self.wanted if self.at_most else self.value >= self.wanted

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{self.what:<60} {self.value:>7.2f}  {sign} {self.wanted:<5} {'reached' if self.reached else 'MISSED'}"


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.directory", description=__doc__)
    parser.add_argument("--users", type=int, default=500, metavar="N", help="users of a run (default %(default)s)")
    parser.add_argument("--many", type=int, default=5000, metavar="N", help="users of the no-op (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each kind (default %(default)s)")
    parser.add_argument("--quick", action="store_true", help="60 users, a no-op of 500, one round: a look, no figure")
    parser.add_argument(
        "--no-reference", action="store_true", help="leave the reference out (it sleeps most of its time)"
    )
    found = parser.parse_args(arguments)
    if found.quick:
        found.users, found.many, found.rounds = 60, 500, 1
    return found


def measure(ground: Ground, wanted: argparse.Namespace) -> tuple[list[Row], list[Target]]:
    """All runs, in turn."""
    users = wanted.users
    kinds = {
        "controller's limit: ldapadd, one controller": lambda: runs.limit(ground, users),
        "tool, one controller": lambda: runs.tool(ground, users, 1),
        "tool, two controllers": lambda: runs.tool(ground, users, 2),
    }
    seconds: dict[str, list[float]] = {what: [] for what in kinds}
    for _ in range(wanted.rounds):
        for what, run in kinds.items():
            say(what)
            seconds[what].append(run())
    rows = [Row(what, users, times) for what, times in seconds.items()]
    limit, one, two = rows
    targets = [
        Target("tool on one controller / the controller's limit", one.rate / limit.rate, 0.95),
        Target("two controllers / one", two.rate / one.rate, 1.8),
    ]
    if not wanted.no_reference:
        say("reference")
        rows.append(Row("reference: adcli, expect, pamtester, 40 jobs", users, [reference.reference(ground, users)]))
        targets.insert(0, Target("tool on one controller / reference", one.rate / rows[-1].rate, 7))
    say("no-op")
    first, again = runs.no_op(ground, wanted.many, wanted.rounds)
    rows += [
        Row("tool, two controllers, many", wanted.many, [first]),
        Row("the same again: nothing to do", wanted.many, again),
    ]
    targets.append(
        Target(f"seconds of a run in which {wanted.many} users want nothing", statistics.median(again), 2, True)
    )
    say("verify")
    rows.append(Row("verify: every password, by LDAPS binds", users, [runs.verify_all(ground, users)]))
    return rows, targets


def say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Print the table and the targets; 1 if one is missed, unless it was but a look."""
    wanted = options(arguments)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        rows, targets = measure(Ground(Path(folder)), wanted)
    print(f"{os.cpu_count()} cores, load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    print(f"{'':<44} {'users':>6} {'seconds':>9} {'':>14} {'users/s':>9}")
    print("\n".join(map(str, rows)))
    print()
    print("\n".join(map(str, targets)))
    return 0 if wanted.quick or all(target.reached for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
