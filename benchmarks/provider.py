"""What the provider's checks and comparisons cost, beside ParallelCluster's own dry runs, on the emulator in the same run.

    python -m benchmarks.provider                # clusters of 1, 10 and 50 queues
    python -m benchmarks.provider --queues 1 10

Each line of the provider is one call of the plugin's protocol, as Pulumi's engine makes it: wall time the median, and the time
of processor of the plugin, its worker and all that these start (not the emulator's). `first` includes the start of the worker.
"""

import argparse
import copy
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Cost
from benchmarks.plugin_process import Plugin, command_cost
from localcloud import bytecode
from provider import environment
from tests.engine import provider_rig as rig

_CREATE_SECONDS = 300
_TURNS = range(3)
_MANY = range(10)


@dataclass(frozen=True)
class Line:
    """One measured step: its turns."""

    queues: int
    step: str
    costs: list[Cost]

    @property
    def wall(self) -> float:
        """Median, in milliseconds."""
        return 1000 * statistics.median(cost.wall for cost in self.costs)

    @property
    def cpu(self) -> float:
        """Mean, in milliseconds: the system counts in steps of 10."""
        return 1000 * statistics.fmean(cost.cpu for cost in self.costs)


def document(subnet: str, queues: int) -> dict[str, Any]:
    """The test rig's small cluster with so many queues."""
    made = rig.document(subnet, head="m5.2xlarge")
    (queue,) = made["Scheduling"]["SlurmQueues"]
    resource = {**queue["ComputeResources"][0], "MaxCount": 8}
    made["Scheduling"]["SlurmQueues"] = [
        {**copy.deepcopy(queue), "Name": f"q{number}", "ComputeResources": [{**resource, "Name": f"r{number}"}]}
        for number in range(queues)
    ]
    return made


def changed(base: dict[str, Any]) -> dict[str, Any]:
    """More nodes in the last queue, and another capacity type in the first."""
    made = copy.deepcopy(base)
    queues = made["Scheduling"]["SlurmQueues"]
    queues[-1]["ComputeResources"][0]["MaxCount"] = 9
    queues[0]["ComputeResources"][0]["MaxCount"] = 10
    return made


def main() -> int:
    """Exit code: 0 if the figures that are to be reached are reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.provider", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--queues", type=int, nargs="+", default=[1, 10, 50], metavar="N", help="default: 1 10 50")
    options = parser.parse_args()
    bytecode.keep()
    environment.ensure(rig.VERSION, lambda line: print(line, file=sys.stderr))
    table = Table("queues", "step", "wall", "processor", title=f"ParallelCluster {rig.VERSION}")
    missed: list[str] = []
    for queues in options.queues:
        with tempfile.TemporaryDirectory() as folder:
            lines = list(_shown(measured(Path(folder), queues)))
        for line in lines:
            table.add_row(str(line.queues), line.step, f"{line.wall:,.0f} ms", f"{line.cpu:,.0f} ms")
        table.add_section()
        missed += judged(queues, {line.step: line.wall for line in lines})
    Console().print(table)
    for text in missed:
        print(f"missed: {text}")
    return int(bool(missed))


def _shown(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        print(
            f"{line.queues} queues: {line.step}: {line.wall:,.0f} ms wall, {line.cpu:,.0f} ms processor",
            file=sys.stderr,
            flush=True,
        )
        yield line


def measured(folder: Path, queues: int) -> Iterator[Line]:
    """All steps with a cluster of so many queues, which is made in between, on an emulator of its own."""
    with rig.cloud(folder) as cloud:
        env = {**os.environ, **cloud.variables, "XDG_CACHE_HOME": str(_own_cache(folder))}
        base = document(cloud.subnet, queues)
        inputs = {"clusterName": "bench", "region": rig.REGION, "version": rig.VERSION, "configuration": base}
        # The emulator loads its services at their first use: that is nobody's time.
        _bare(folder, "create", base, env)
        yield Line(
            queues, "pcluster create-cluster --dryrun true", [_bare(folder, "create", base, env) for _ in _TURNS]
        )
        yield from _checks(queues, inputs, env)
        _make(folder, base, env)
        target = changed(base)
        yield Line(
            queues, "pcluster update-cluster --dryrun true", [_bare(folder, "update", target, env) for _ in _TURNS]
        )
        yield from _diffs(queues, inputs, {**inputs, "configuration": target}, env)


def _checks(queues: int, inputs: dict[str, Any], env: dict[str, str]) -> Iterator[Line]:
    starts, firsts, unchanged, others, later = (list[Cost]() for _ in range(5))
    for _ in _TURNS:
        shutil.rmtree(Path(env["XDG_CACHE_HOME"]) / environment.cache().name / "validated", ignore_errors=True)
        with _plugin(env) as plugin:
            starts.append(plugin.started)
            firsts.append(plugin.check({}, inputs)[1])
            unchanged += [plugin.check(inputs, inputs)[1] for _ in _MANY]
            others.append(plugin.check({}, inputs)[1])
        with _plugin(env) as plugin:
            later.append(plugin.check(inputs, inputs)[1])
    yield Line(queues, "start of the plugin", starts)
    yield Line(queues, "check, first", firsts)
    yield Line(queues, "check, unchanged", unchanged)
    yield Line(queues, "check, unchanged, in the next run", later)
    yield Line(queues, "check, same content, other stack", others)


def _diffs(queues: int, inputs: dict[str, Any], target: dict[str, Any], env: dict[str, str]) -> Iterator[Line]:
    state = {**inputs, "clusterStatus": "CREATE_COMPLETE"}
    firsts, again, unchanged = (list[Cost]() for _ in range(3))
    for _ in _TURNS:
        with _plugin(env) as plugin:
            unchanged += [plugin.diff(state, inputs)[1] for _ in _MANY]
            paths, cost = plugin.diff(state, target)
            if not paths:
                raise SystemExit("the diff found no change")
            firsts.append(cost)
            again += [plugin.diff(state, target)[1] for _ in _MANY]
    yield Line(queues, "diff, first", firsts)
    yield Line(queues, "diff, again", again)
    yield Line(queues, "diff, unchanged", unchanged)


def judged(queues: int, wall: dict[str, float]) -> list[str]:
    """What is to be reached and is not."""
    limits = [
        ("check, unchanged", 50.0),
        ("check, unchanged, in the next run", 50.0),
        ("check, first", wall["pcluster create-cluster --dryrun true"]),
        ("diff, again", 200.0),
    ]
    return [
        f"{queues} queues: {step}: {wall[step]:.0f} ms, to reach: {limit:.0f} ms"
        for step, limit in limits
        if wall[step] > limit
    ]


@contextmanager
def _plugin(env: dict[str, str]) -> Iterator[Plugin]:
    made = Plugin(env)
    try:
        yield made
    finally:
        made.stop()


def _own_cache(folder: Path) -> Path:
    """A cache of the provider with the environments of the user's and no result of an earlier run."""
    place = folder / "cache" / environment.cache().name
    place.mkdir(parents=True)
    there = environment.folder(rig.VERSION)
    (place / there.name).symlink_to(there)
    return place.parent


def _bare(folder: Path, verb: str, made: dict[str, Any], env: dict[str, str]) -> Cost:
    said, cost = command_cost([*_pcluster(folder, verb, made), "--dryrun", "true"], _with_tools(env))
    if "DryRun flag is set" not in said:
        raise SystemExit(f"pcluster {verb}-cluster --dryrun true: {said}")
    return cost


def _make(folder: Path, made: dict[str, Any], env: dict[str, str]) -> None:
    said, _ = command_cost(_pcluster(folder, "create", made), _with_tools(env))
    deadline = time.monotonic() + _CREATE_SECONDS
    describe = [_tool(), "describe-cluster", "--cluster-name", "bench", "--region", rig.REGION]
    while "CREATE_COMPLETE" not in said:
        if time.monotonic() > deadline or "CREATE_IN_PROGRESS" not in said:
            raise SystemExit(f"the cluster was not made: {said}")
        time.sleep(1)
        said, _ = command_cost(describe, _with_tools(env))


def _pcluster(folder: Path, verb: str, made: dict[str, Any]) -> list[str | Path]:
    file = folder / f"{verb}.yaml"
    file.write_text(yaml.safe_dump({**made, "Region": rig.REGION}))
    return [
        _tool(),
        f"{verb}-cluster",
        "--cluster-name",
        "bench",
        "--region",
        rig.REGION,
        "--cluster-configuration",
        file,
    ]


def _tool() -> Path:
    return environment.folder(rig.VERSION) / "bin" / "pcluster"


def _with_tools(env: dict[str, str]) -> dict[str, str]:
    # Its own folder keeps its compiled Python.
    kept = {key: value for key, value in env.items() if key != "PYTHONPYCACHEPREFIX"}
    return {**kept, "PATH": f"{_tool().parent}{os.pathsep}{env['PATH']}"}


if __name__ == "__main__":
    sys.exit(main())
