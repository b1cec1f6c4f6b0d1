"""The booted local cloud: from nothing to the first job, starts on nodes that are off, what custom actions add to a boot, and jobs
by Slurm's REST API.

Run from the project folder as root, on a machine that has nothing else to do: `python -m benchmarks.booted`; `--help` tells more.
Makes two local clouds of its own in temporary folders, one after the other, and removes them. The machines' image is made before
and not counted.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import measuring, rest_jobs
from benchmarks.measuring import ROOT
from localcloud.machines import image, mode

_JOB_SECONDS = 300
_USER = "ubuntu"
_JOB = '#!/bin/bash\ndate +%s.%N >"$HOME/$SLURM_JOB_ID"\n'
_ACTION = re.compile(r"^OnNode\w+ script \d+ ended with 0 after ([0-9.]+) s$", re.MULTILINE)


class Booted:
    """A demo whose machines boot, in a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state")}
        self._script = folder / "job.sh"
        self._script.write_text(_JOB)

    def line(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "localcloud", *words]

    def say(self, *words: str, given: str | None = None) -> str:
        """What a command of the local cloud prints. Ends the program if it fails."""
        done = subprocess.run(
            self.line(*words), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False, input=given
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def off(self) -> list[tuple[str, str]]:
        """(node, partition) of the compute nodes that are off."""
        rows = [
            line.split() for line in self.say("ssh", "root@head", "--", "sinfo", "-hN", "-o", "%N %R %t").splitlines()
        ]
        return [(node, partition) for node, partition, state in rows if state == "idle~"]

    def start(self, node: str, partition: str) -> float:
        """Seconds from the call of sbatch to the job's first line, on `node`."""
        began = time.time()
        wanted = ("-o", "/dev/null", "-p", partition, "-w", node)
        number = self.say("job", f"{_USER}@", *wanted, str(self._script)).split()[-1]
        wait = f"until grep -qs . ~{_USER}/{number}; do sleep 0.2; done"
        told = f"timeout {_JOB_SECONDS} bash -c '{wait}'; cat ~{_USER}/{number}"
        return float(self.say("ssh", "root@head", "--", "bash", "-c", told)) - began

    def actions(self, node: str) -> float:
        """Seconds of all custom actions of a node's boot."""
        told = self.say("ssh", f"root@{node}", "--", "cat", "/var/log/cloud-init-output.log")
        return sum(map(float, _ACTION.findall(told)))


def measure(booted: Booted, began: float, starts: int) -> None:
    """Each start has a node of its own, which was off: Slurm takes two minutes (SuspendTimeout) until one can start again.

    `began`: when there was nothing yet, by the monotonic clock.
    """
    taken: list[float] = []
    added: list[float] = []
    for node, partition in booted.off()[: starts + 1]:
        taken.append(booted.start(node, partition))
        if len(taken) == 1:
            print(f"from nothing to the first job's end          {time.monotonic() - began:6.1f} s")
        again = booted.start(node, partition)
        added.append(booted.actions(node))
        print(f"{node:24} off {taken[-1]:6.1f} s   up {again:6.1f} s", flush=True)
    print(f"sbatch to the job's start, the first node  {taken[0]:6.1f} s")
    print(f"sbatch to the job's start, {len(taken) - 1} more in a row {measuring.spread(taken[1:])}")
    print(f"custom actions of a compute node's boot    {measuring.spread(added, 2)}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.booted", description=__doc__)
    parser.add_argument(
        "--starts", type=int, default=10, help="nodes started after the first, at most 11 (%(default)s)"
    )
    parser.add_argument("--jobs", type=int, default=200, help="jobs by REST; 0 leaves that part out (%(default)s)")
    arguments = parser.parse_args()
    if reason := mode.why_not():
        print(f"machines cannot boot here: they need {reason}", file=sys.stderr)
        return 1
    image.ensure()
    with _booted() as booted:
        began = time.monotonic()
        cost = measuring.run(booted.line("demo", "--booted"), ROOT, booted.environment)
        print(f"demo --booted, from nothing, image made before {cost.wall:.1f} s", flush=True)
        measure(booted, began, arguments.starts)
    if arguments.jobs:
        with _booted() as booted:
            booted.say("pulumi", "up", rest_jobs.STACK, *rest_jobs.flags())
            rest_jobs.measure(booted, arguments.jobs)
    return 0


@contextmanager
def _booted() -> Iterator[Booted]:
    """A local cloud in a folder of its own, of which nothing is left."""
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as name:
        booted = Booted(Path(name))
        try:
            yield booted
        finally:
            booted.say("demo-down")


if __name__ == "__main__":
    sys.exit(main())
