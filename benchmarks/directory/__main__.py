"""What the directory tool costs on this machine: `python -m benchmarks.directory` (root; some seven minutes), `--quick` for a look.

The tool on one controller and on two, beside the controller's own limit (ldapadd) and the way that the tool replaced (adcli, expect
and pamtester, 40 jobs at once); then a run in which 5,000 users want nothing, and a check of every password. Runs of one kind
alternate with those of the others, in another order each round; each begins with a fresh copy of the same controllers. Medians
count, of ratios those of the rounds. `busy` is processor time of the controllers.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.directory import reference, runs
from benchmarks.directory.ground import Cost, Ground


@dataclass(frozen=True)
class Row:
    """Runs of one kind: what they did, how many users, the cost of each."""

    what: str
    users: int
    costs: Sequence[Cost]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(cost.seconds for cost in self.costs)

    @property
    def rate(self) -> float:
        """Users a second."""
        return self.users / self.seconds

    def faster_than(self, other: Row) -> float:
        """How many times, each round by itself: what slows the machine down for a while slows both down."""
        pairs = zip(self.costs, other.costs, strict=True)
        return statistics.median(theirs.seconds / ours.seconds for ours, theirs in pairs)

    @property
    def busy(self) -> float:
        """Milliseconds of the controllers' processors for a user."""
        return statistics.median(cost.busy for cost in self.costs) * 1000 / self.users

    def __str__(self) -> str:
        times = [cost.seconds for cost in self.costs]
        spread = f"{min(times):.2f}-{max(times):.2f}" if len(times) > 1 else ""
        return f"{self.what:<44} {self.users:>6} {self.seconds:>9.2f} {spread:>14} {self.rate:>9.1f} {self.busy:>11.1f}"


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
    limit, one, two, verify = in_turn(ground, wanted.users, wanted.rounds)
    targets = [
        Target("tool on one controller / the controller's limit", one.faster_than(limit), 0.95),
        Target("two controllers / one", two.faster_than(one), 1.8),
    ]
    more: list[Row] = []
    if not wanted.no_reference:
        say("reference")
        found = Row(
            "reference: adcli, expect, pamtester, 40 jobs", wanted.users, [reference.reference(ground, wanted.users)]
        )
        more.append(found)
        targets.insert(0, Target("tool on one controller / reference", one.rate / found.rate, 7))
    say("no-op")
    first, again = runs.no_op(ground, wanted.many, wanted.rounds)
    nothing = Row("the same again: nothing to do", wanted.many, again)
    more += [Row("tool, two controllers, many", wanted.many, [first]), nothing]
    targets.append(Target(f"seconds of a run in which {wanted.many} users want nothing", nothing.seconds, 2, True))
    return [limit, one, two, *more, verify], targets


def in_turn(ground: Ground, users: int, rounds: int) -> tuple[Row, Row, Row, Row]:
    """The controller's limit, the tool on one and on two, and every password of one: each round begins with another of them, so
    that none has the better moments."""
    limit: list[Cost] = []
    one: list[Cost] = []
    two: list[Cost] = []
    verify: list[Cost] = []

    def both() -> None:
        made, tried = runs.one_controller(ground, users)
        one.append(made)
        verify.append(tried)

    kinds: list[tuple[str, Callable[[], None]]] = [
        ("controller's limit: ldapadd, one controller", lambda: limit.append(runs.limit(ground, users))),
        ("tool, one controller", both),
        ("tool, two controllers", lambda: two.append(runs.two_controllers(ground, users))),
    ]
    for turn in range(rounds):
        start = turn % len(kinds)
        for what, run in kinds[start:] + kinds[:start]:
            say(what)
            run()
    found = [Row(what, users, costs) for (what, _), costs in zip(kinds, (limit, one, two), strict=True)]
    return found[0], found[1], found[2], Row("verify: every password, by LDAPS binds", users, verify)


def say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Print the table and the targets; 1 if one is missed, unless it was but a look."""
    wanted = options(arguments)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        rows, targets = measure(Ground(Path(folder)), wanted)
    print(f"{os.cpu_count()} cores, load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    print(f"{'':<44} {'users':>6} {'seconds':>9} {'':>14} {'users/s':>9} {'busy ms/user':>11}")
    print("\n".join(map(str, rows)))
    print()
    print("\n".join(map(str, targets)))
    return 0 if wanted.quick or all(target.reached for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
