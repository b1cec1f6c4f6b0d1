"""How long `pulumi` takes to end after Ctrl-C amid a creation, an update that drains, and a deletion of a cluster; on the emulator.

    python -m benchmarks.cancel

Each cut is followed by the command that goes on with what was begun. To reach: 2 s from Ctrl-C to the prompt.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from localcloud.engine import engine as engines
from tests.engine import provider_rig as rig

_LIMIT = 2.0
_STEP_SECONDS = 4
_UP = ("up", "--yes", "--skip-preview")
_DESTROY = ("destroy", "--yes", "--skip-preview")
_NAME = "cut"


@dataclass(frozen=True)
class Cut:
    """One command that was cut: how long its end took, what the state says of the cluster then, and how it came to its end."""

    step: str
    seconds: float
    state: str
    then: str


def main() -> int:
    """Exit code: 0 if every cut was quick and was gone on with."""
    with tempfile.TemporaryDirectory() as folder, rig.cloud(Path(folder), _STEP_SECONDS) as cloud:
        program = rig.Program(Path(folder) / "program", cloud, engines.ensure()).start()
        cuts = list(_cuts(cloud, program))
    table = Table("cut amid", "ended after", "status in the state", "then")
    for cut in cuts:
        table.add_row(cut.step, f"{cut.seconds:.1f} s", cut.state, cut.then)
    Console().print(table)
    load = os.getloadavg()[0]
    print(f"load of the machine at the end: {load:.1f} on {os.cpu_count()} processors; to reach: {_LIMIT:.0f} s")
    return int(any(cut.seconds > _LIMIT or cut.then.startswith("ended with") for cut in cuts))


def _cuts(cloud: rig.Cloud, program: rig.Program) -> Iterator[Cut]:
    document = rig.document(cloud.subnet)
    document["HeadNode"]["Iam"] = {
        "AdditionalIamPolicies": [{"Policy": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}]
    }
    del document["LoginNodes"]
    _declare(program, document)
    yield _cut(program, "creation: the upload", _UP, "validates and uploads", None)
    yield _cut(program, "creation: the wait", _UP, "CREATE_IN_PROGRESS", _UP)
    _set_jobs(cloud, 2)
    document["Scheduling"]["SlurmQueues"][0]["CapacityType"] = "SPOT"
    _declare(program, document)
    yield _cut(program, "update: the drain", _UP, "waiting for running jobs", None)
    _set_jobs(cloud, 0)
    yield _cut(program, "update: the wait", _UP, "UPDATE_IN_PROGRESS", _UP)
    yield _cut(program, "deletion", _DESTROY, "DELETE_IN_PROGRESS", _DESTROY)
    if (left := cloud.stack_status(_NAME)) is not None:
        raise SystemExit(f"the cluster was not deleted: {left}")


def _declare(program: rig.Program, document: dict[str, Any]) -> None:
    given = {"region": rig.REGION, "version": rig.VERSION, "configuration": document, "cluster_name": _NAME}
    program.of(("cluster", "cluster", {**given, "updates": {"computeFleet": "drain"}}))


def _cut(program: rig.Program, step: str, command: tuple[str, ...], at: str, then: tuple[str, ...] | None) -> Cut:
    """Run a command until it shows `at`, press Ctrl-C there, and see it end; then run what goes on with it, if that is due."""
    print(f"{step} …", file=sys.stderr, flush=True)
    call = program.call(*command)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(**call, **pipes, start_new_session=True)
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if at in line:
            break
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=120)
    seconds = time.monotonic() - began
    if process.returncode == 0 or at not in shown:
        raise SystemExit(f"{step} was not cut:\n{shown}{rest}")
    kept = [str(one["outputs"].get("clusterStatus", "not known")) for one in program.state()]
    state = kept[0] if kept else "no cluster"
    print(f"    ended after {seconds:.1f} s, {state}", file=sys.stderr, flush=True)
    if then is None:
        return Cut(step, seconds, state, "gone on with below")
    done = subprocess.run(**program.call(*then), capture_output=True, check=False)
    told = (
        "gone on with"
        if done.returncode == 0
        else f"ended with {done.returncode}: {(done.stdout + done.stderr)[-300:]}"
    )
    return Cut(step, seconds, state, told)


def _set_jobs(cloud: rig.Cloud, count: int) -> None:
    item = {"Id": {"S": "LOCALCLOUD_JOBS"}, "Data": {"M": {"cpu": {"N": str(count)}}}}
    cloud.client("dynamodb").put_item(TableName=f"parallelcluster-{_NAME}", Item=item)


if __name__ == "__main__":
    sys.exit(main())
