"""What the directory tool costs on this machine: `python -m benchmarks.directory` (root; some ten minutes), `--quick` for a look.

The tool on one controller and on two, beside the controller's own limit (ldapadd) and the way that the tool replaced (adcli, expect
and pamtester, 40 jobs at once); then a run in which 5,000 users want nothing, and a check of every password. Each run begins with
a fresh copy of the same controllers. A round is the limit, the tool on one, on two, on one, and the limit again, which begins the
next round: what a run is compared with was measured right before and right after it, so a machine that becomes slower or faster
meanwhile shifts no ratio. The median of the rounds' ratios counts. `busy` is processor time of the controllers; `idle` and `stolen`
are the parts of all processors' time in which they had nothing to do, and in which the host of a virtual machine took them away.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
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

    @property
    def busy(self) -> float:
        """Milliseconds of the controllers' processors for a user."""
        return statistics.median(cost.busy for cost in self.costs) * 1000 / self.users

    def __str__(self) -> str:
        times = [cost.seconds for cost in self.costs]
        spread = f"{min(times):.2f}-{max(times):.2f}" if len(times) > 1 else ""
        told = f"{self.what:<44} {self.users:>6} {self.seconds:>9.2f} {spread:>14} {self.rate:>9.1f} {self.busy:>11.1f}"
        idle, stolen = (statistics.median(part) for part in zip(*((c.idle, c.stolen) for c in self.costs), strict=True))
        return f"{told} {idle:>6.0%} {stolen:>7.0%}"


@dataclass(frozen=True)
class Target:
    """What is wanted. `each`: the value of every round, where there are some."""

    what: str
    value: float
    wanted: float
    at_most: bool = False
    each: Sequence[float] = ()

    @classmethod
    def of_rounds(cls, what: str, each: Sequence[float], wanted: float) -> Target:
        """The median counts."""
        return cls(what, statistics.median(each), wanted, each=each)

    @property
    def reached(self) -> bool:
        return self.value <= self.wanted if self.at_most else self.value >= self.wanted

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        rounds = f"   rounds: {' '.join(f'{value:.2f}' for value in self.each)}" if self.each else ""
        told = "reached" if self.reached else "MISSED"
        return f"{self.what:<60} {self.value:>7.2f}  {sign} {self.wanted:<5} {told}{rounds}"


@dataclass
class Rounds:
    """The costs of the runs that alternate, each in the order of time: of the limit one more than there are rounds, of the tool on
    one controller two a round."""

    limit: list[Cost] = field(default_factory=list[Cost])
    one: list[Cost] = field(default_factory=list[Cost])
    two: list[Cost] = field(default_factory=list[Cost])
    verify: list[Cost] = field(default_factory=list[Cost])

    def of_the_limit(self) -> list[float]:
        """How fast the tool is on one controller, of each round: the limit before and after it has the value 1."""
        limits = [statistics.mean(some) for some in pairwise(cost.seconds for cost in self.limit)]
        return [limit / one for limit, one in zip(limits, self._one(), strict=True)]

    def of_one(self) -> list[float]:
        """How many times as fast as on one controller, before and after, the tool is on two."""
        return [one / two.seconds for one, two in zip(self._one(), self.two, strict=True)]

    def _one(self) -> list[float]:
        seconds = [cost.seconds for cost in self.one]
        return [statistics.mean(some) for some in zip(seconds[::2], seconds[1::2], strict=True)]


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
    users: int = wanted.users
    found = in_turn(ground, users, wanted.rounds)
    one = Row("tool, one controller", users, found.one)
    rows = [
        Row("controller's limit: ldapadd, one controller", users, found.limit),
        one,
        Row("tool, two controllers", users, found.two),
    ]
    targets = [
        Target.of_rounds("tool on one controller / the controller's limit", found.of_the_limit(), 0.95),
        Target.of_rounds("two controllers / one", found.of_one(), 1.8),
    ]
    if not wanted.no_reference:
        say("reference")
        replaced = Row("reference: adcli, expect, pamtester, 40 jobs", users, [reference.reference(ground, users)])
        rows.append(replaced)
        targets.insert(0, Target("tool on one controller / reference", one.rate / replaced.rate, 7))
    say("no-op")
    first, again = runs.no_op(ground, wanted.many, wanted.rounds)
    nothing = Row("the same again: nothing to do", wanted.many, again)
    rows += [Row("tool, two controllers, many", wanted.many, [first]), nothing]
    rows.append(Row("verify: every password, by LDAPS binds", users, found.verify))
    targets.append(Target(f"seconds of a run in which {wanted.many} users want nothing", nothing.seconds, 2, True))
    return rows, targets


def in_turn(ground: Ground, users: int, rounds: int) -> Rounds:
    """The controller's limit, the tool on one, on two and on one again, as many times as there are rounds; at last the limit. Every
    password of the first run of a round on one is tried.
    """
    found = Rounds()

    def limit() -> None:
        say("controller's limit: ldapadd, one controller")
        found.limit.append(runs.limit(ground, users))

    def one(*, verify: bool) -> None:
        say("tool, one controller")
        made, tried = runs.one_controller(ground, users, verify=verify)
        found.one.append(made)
        found.verify += tried

    for _ in range(rounds):
        limit()
        one(verify=True)
        say("tool, two controllers")
        found.two.append(runs.two_controllers(ground, users))
        one(verify=False)
    limit()
    return found


def say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Print the table and the targets; 1 if one is missed, unless it was but a look."""
    wanted = options(arguments)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        rows, targets = measure(Ground(Path(folder)), wanted)
    print(f"{os.cpu_count()} cores, load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    print(
        f"{'':<44} {'users':>6} {'seconds':>9} {'':>14} {'users/s':>9} {'busy ms/user':>11} {'idle':>5} {'stolen':>7}"
    )
    print("\n".join(map(str, rows)))
    print()
    print("\n".join(map(str, targets)))
    return 0 if wanted.quick or all(target.reached for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
