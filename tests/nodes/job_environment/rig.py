"""A machine with the job environment, jobs of its users, and what is kept of them."""

from typing import Any

from planning.node_settings import node_settings
from planning.slurm_fragments import fragments
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine
from tests.unit.test_settings import load_with

URI = "s3://bucket/scripts/settings/job_environment.json"
_LINES = "/opt/slurm/etc/pcluster/custom_slurm_settings_include_file_slurm.conf"
SCRIPTS = "/opt/slurm/etc/scripts"
LOGS = "/shared/slurm/logs"
_WANTED: dict[str, Any] = {
    "folder": "shared",
    "stepLogs": {"pydamus": "pydamus_*"},
    "stepVariables": [{"name": "REPORT", "report": "perf", "where": ["SIM_A", "SIM_B"]}],
    "containerBinds": ["/shared", "/not/here"],
    "logs": {"cloudWatch": False, "dashboardLink": True},
}


def install(machine: SlurmMachine, **changed: Any) -> str:
    """Run the program as the head node does, with settings as a stack file's are made; what it says."""
    settings = load_with(
        storage={"folders": [{"name": "shared", "mountDir": "/shared"}]}, cluster={"jobEnvironment": _WANTED | changed}
    )
    machine.object(URI, node_settings(settings, "team")["job_environment"].encode())
    done = machine.program("job_environment", "--settings", URI)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = "".join(f"{line.key}={line.value}\n" for line in fragments(settings))
    if machine.path(_LINES).read_text() != lines:
        machine.write(_LINES, lines)
        machine.sh("systemctl restart slurmctld slurmd")
    machine.wait(f"sinfo -h -n {NODE} -o %t | grep -qx idle")
    return done.stdout


def job(machine: SlurmMachine, script: str, *options: str, user: str = "alice", out: str = "out") -> str:
    """Run a batch script; its number. Afterwards the epilog is over.

    Nothing of the user's waits for it: this machine is the compute node too, where the epilog ends what the user runs.
    """
    machine.write("/tmp/job.sh", f"#!/bin/bash\n{script}\n", 0o755)
    command = ("sbatch", "--parsable", "-D", f"/home/{user}", "-o", f"/home/{user}/{out}", *options, "/tmp/job.sh")
    number = machine.run(*command, user=user)
    settled(machine)
    return number


def settled(machine: SlurmMachine) -> None:
    machine.wait('[ -z "$(squeue -h)" ]')


def logs(machine: SlurmMachine, number: str) -> dict[str, str]:
    """Kept files of a job by kind, as far as they are small."""
    found = sorted(machine.path(LOGS).glob(f"*/*/{number}-*"))
    return {path.name.partition("Z-")[2]: path.read_text(errors="replace")[:100_000] for path in found}


def told(machine: SlurmMachine, script: str) -> str:
    # What was sent to the journal a moment ago is written down first.
    return machine.sh(f"journalctl --sync; journalctl -q --no-pager -o cat -t hpcstack-{script}")
