"""What `cluster.jobEnvironment` costs: jobs/s and CPU time of a job with and without it, and of each of its scripts.

Run from the project folder as root: `python -m benchmarks.job_environment [--jobs N]`. One machine is controller and compute
node, as in tests/nodes. CPU time is of all that runs in that machine, so it tells also where other work shares the computer;
jobs/s do not.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from localcloud.machines import mode
from planning.node_settings import node_settings
from planning.slurm_fragments import fragments
from tests.nodes import slurm_machine
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine
from tests.unit.test_settings import load_with

_URI = "s3://bucket/scripts/settings/job_environment.json"
_LINES = "/opt/slurm/etc/pcluster/custom_slurm_settings_include_file_slurm.conf"
_SCRIPTS = "/opt/slurm/etc/scripts"
_ROUNDS, _RUNS = 3, 15
_COST = f"""
import json, os, pwd, resource, subprocess, sys, time
job, runs = sys.argv[1], int(sys.argv[2])
alice = pwd.getpwnam("alice")
environment = {{
    "SLURM_JOB_ID": job, "SLURM_JOB_UID": str(alice.pw_uid), "SLURM_JOB_GID": str(alice.pw_gid), "SLURMD_NODENAME": "{NODE}",
    "SLURM_JOB_NODELIST": "{NODE}", "SLURM_JOB_START_TIME": str(int(time.time())), "SLURM_JOB_STDOUT": "/home/alice/out",
}}
found = {{}}
for _ in range(runs):
    for name, user in (("prolog.d/80_job_environment", 0), ("task_prolog", alice.pw_uid), ("task_epilog", alice.pw_uid),
                       ("epilog.d/80_job_environment", 0)):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["{_SCRIPTS}/" + name], env=environment, user=user, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.setdefault(name.partition(".")[0], []).append(1000 * spent)
print(json.dumps(found))
"""


def install(machine: SlurmMachine, wanted: dict[str, Any] | None) -> None:
    """Have the job environment with these settings, or none."""
    cluster = {} if wanted is None else {"jobEnvironment": {"folder": "shared", **wanted}}
    settings = load_with(storage={"folders": [{"name": "shared", "mountDir": "/shared"}]}, cluster=cluster)
    if wanted is None:
        machine.sh(f"rm -f {_SCRIPTS}/prolog.d/80* {_SCRIPTS}/epilog.d/80*")
    else:
        machine.object(_URI, node_settings(settings, "team")["job_environment"].encode())
        done = machine.program("job_environment", "--settings", _URI)
        if done.returncode:
            raise SystemExit(done.stderr)
    lines = "".join(f"{line.key}={line.value}\n" for line in fragments(settings)) or "# none\n"
    machine.write(_LINES, lines)
    machine.sh("systemctl restart slurmctld slurmd")
    machine.wait(f"sinfo -h -n {NODE} -o %t | grep -qx idle")


def spent(machine: SlurmMachine) -> float:
    """CPU milliseconds of all that has run in the machine."""
    return int((machine.group / "cpu.stat").read_text().split()[1]) / 1000


def rate(machine: SlurmMachine, jobs: int) -> tuple[float, float]:
    """(jobs/s, CPU milliseconds of a job) of short jobs of one core."""
    before, began = spent(machine), time.monotonic()
    machine.sh(f"cd /tmp && sbatch -Q --mem=1 -a 1-{jobs} -o /home/alice/out --wrap true", user="alice")
    machine.sh('while [ -n "$(squeue -h)" ]; do sleep 1; done')
    return jobs / (time.monotonic() - began), (spent(machine) - before) / jobs


def report(machine: SlurmMachine, jobs: int) -> None:
    """Rounds of all kinds in turn, so that other work on the computer meets each of them."""
    kinds: dict[str, dict[str, Any] | None] = {
        "without": None,
        "with": {"logs": {"cloudWatch": False}},
        "with, nothing kept": {"logs": {"cloudWatch": False, "keep": []}},
        "with, private /tmp": {"logs": {"cloudWatch": False}, "privateTmp": True},
    }
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(_ROUNDS):
        for kind, wanted in kinds.items():
            install(machine, wanted)
            found.setdefault(kind, []).append(rate(machine, jobs))
    base = statistics.median(one[1] for one in found["without"])
    for kind, rounds in found.items():
        cpu = statistics.median(one[1] for one in rounds)
        fastest = max(one[0] for one in rounds)
        print(f"{kind:20} {cpu:6.0f} ms of CPU a job   rate by CPU {base / cpu:4.0%}   at best {fastest:5.2f} jobs/s")


def scripts(machine: SlurmMachine) -> None:
    """CPU time of each script, with all that it starts."""
    install(machine, {"logs": {"cloudWatch": False}})
    number = machine.run("sbatch", "--parsable", "--mem=1", "-o", "/home/alice/out", "--wrap", "true", user="alice")
    machine.wait('[ -z "$(squeue -h)" ]')
    for name, values in json.loads(machine.run("python3", "-c", _COST, number, str(_RUNS))).items():
        print(f"{name:20} {statistics.median(values):6.1f} ms of CPU, at best {min(values):.1f}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.job_environment", description=__doc__)
    parser.add_argument("--jobs", type=int, default=60, help="of each round (%(default)s)")
    arguments = parser.parse_args()
    if reason := mode.why_not():
        print(f"machines cannot boot here: they need {reason}", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as name,
        slurm_machine.start(Path(name, "machine")) as machine,
    ):
        machine.sh("mkdir -p /shared /scratch && touch /home/alice/out && chown alice /home/alice/out")
        scripts(machine)
        report(machine, arguments.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
