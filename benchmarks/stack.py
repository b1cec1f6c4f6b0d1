"""The stack `local` through its life, beside an empty Pulumi program: the same engine, backend and folder of plugins, by turns.

Run from the project folder, on a machine that has nothing else to do: `python -m benchmarks.stack [--turns N] [--lives N]`.
Makes a local cloud of its own in a temporary folder, and removes it. Prints the median of wall time and of user and system
time of all processes, with the least and the greatest; the emulator's and the directory's own time is not counted.
"""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import ROOT, Cost
from localcloud import bytecode

_OURS, _EMPTY = "hpcstack", "empty program"
_EMPTY_PROJECT = f"name: empty\nruntime: {{name: python, options: {{virtualenv: '{ROOT}/.venv'}}}}\n"
_SURE = ("--yes", "--skip-preview")


class Benchmark:
    """Both stacks and what their steps cost."""

    def __init__(self, folder: Path, state: Path) -> None:
        # Read when localcloud is imported, hence here.
        os.environ["HPCSTACK_LOCALCLOUD_DIR"] = str(state)
        from localcloud import demo, stack

        self._engine, self._env, _ = demo.prepare()
        self._empty, self._file = folder, str(stack.stack_file(stack.LOCAL))
        (folder / "Pulumi.yaml").write_text(_EMPTY_PROJECT)
        (folder / "__main__.py").write_text("")
        measuring.run([self._engine.pulumi, "stack", "init", "empty"], folder, self._env)
        self.costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)

    def both(self, step: str, *command: str) -> None:
        """One turn: the empty program, then ours."""
        pulumi = self._engine.pulumi
        empty = measuring.run([pulumi, *command, "--stack", "empty"], self._empty, self._env)
        ours = [pulumi, *command, "--stack", "local", "--config-file", self._file]
        self.costs[step, _EMPTY].append(empty)
        self.costs[step, _OURS].append(measuring.run(ours, ROOT, self._env))
        print(".", end="", flush=True)

    def recipe(self, step: str, *command: str) -> None:
        """One of the commands behind the recipes, with all that surrounds pulumi in it."""
        line = [sys.executable, "-m", "localcloud", *command]
        self.costs[step, _OURS].append(measuring.run(line, ROOT, dict(os.environ)))
        print(".", end="", flush=True)

    def print(self) -> None:
        for step, who in self.costs:
            costs = self.costs[step, who]
            wall, cpu = (measuring.spread([getattr(cost, kind) for cost in costs]) for kind in ("wall", "cpu"))
            print(f"{step:28} {who:14} {wall:22} cpu {cpu}")


def measure(benchmark: Benchmark, turns: int, lives: int) -> None:
    """`lives` times from nothing to nothing, and `turns` turns of what changes nothing in the first one."""
    for life in range(lives):
        benchmark.both("up, from nothing", "up", *_SURE)
        if life == 0:
            for _ in range(turns):
                benchmark.both("preview, nothing to do", "preview", "--expect-no-changes")
            for _ in range(turns):
                benchmark.both("up, nothing to do", "up", *_SURE, "--expect-no-changes")
            benchmark.both("refresh, nothing changed", "refresh", *_SURE, "--expect-no-changes")
            benchmark.recipe("preview by its recipe", "pulumi", "preview", "local", "--expect-no-changes")
            benchmark.recipe(
                "a tag changed everywhere", "pulumi", "up", "local", *_SURE, "-c", 'hpcstack:tags={"a":"b"}'
            )
        benchmark.both("destroy", "destroy", *_SURE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stack", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="turns of each step that changes nothing (%(default)s)")
    parser.add_argument("--lives", type=int, default=2, help="times from nothing to nothing (%(default)s)")
    arguments = parser.parse_args()
    bytecode.keep()
    measuring.adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        state, empty = Path(folder, "state"), Path(folder, "empty")
        empty.mkdir()
        os.environ["HPCSTACK_LOCALCLOUD_DIR"] = str(state)
        environment = dict(os.environ)
        try:
            first = measuring.run([sys.executable, "-m", "localcloud", "demo"], ROOT, environment)
            again = measuring.run([sys.executable, "-m", "localcloud", "demo"], ROOT, environment)
            benchmark = Benchmark(empty, state)
            benchmark.costs["demo, from nothing", _OURS].append(first)
            benchmark.costs["demo, again", _OURS].append(again)
            benchmark.recipe("destroy by its recipe", "pulumi", "destroy", "local", *_SURE)
            measure(benchmark, arguments.turns, arguments.lives)
            print()
            benchmark.print()
        finally:
            measuring.run([sys.executable, "-m", "localcloud", "demo-down"], ROOT, environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
