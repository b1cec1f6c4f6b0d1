"""`just ssh`, `just job`, `just logs`: into a machine, a job on its cluster, and what it wrote."""

import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.machines import place, running

_LOGS = (
    *("cloud-init-output.log", "cfn-init.log", "chef-client.log", "parallelcluster/bootstrap_error_msg"),
    *("parallelcluster/clustermgtd", "parallelcluster/clusterstatusmgtd", "parallelcluster/slurm_resume.log"),
    *(
        "parallelcluster/slurm_suspend.log",
        "parallelcluster/computemgtd",
        "mysql/error.log",
        "slurmctld.log",
        "slurmdbd.log",
        "slurmd.log",
    ),
)
"""Below /var/log, in the order in which a node writes them."""
_LINES = 40


def ssh(arguments: Sequence[str]) -> int:
    """`[USER@]MACHINE [-- COMMAND …]`: a shell, or one command, as root or USER. The exit code is the command's.

    It enters by the machine's namespaces, as a console does; no server and no password is asked.
    """
    words = list(arguments)
    if not words or words[0].startswith("-"):
        raise LocalCloudError("name a machine: just ssh [USER@](head|login|NODE) [-- COMMAND]; `just logs` lists them")
    user, _, where = words[0].rpartition("@")
    command = words[2:] if words[1:2] == ["--"] else words[1:]
    machine = running.named(where)
    shell = ["su", "--login", user or "root"]
    if command:
        shell += ["--command", shlex.join(command)]
    elif sys.stdin.isatty():
        shell.append("--pty")
    return subprocess.run(running.inside(machine.leader, shell), check=False).returncode


def job(arguments: Sequence[str]) -> int:
    """`[USER@] [sbatch's words] SCRIPT`: submits a script file of this machine on the cluster, as USER, from a login node."""
    words = list(arguments)
    user = words.pop(0).rstrip("@") if words and words[0].endswith("@") else "ubuntu"
    if not words or not Path(words[-1]).is_file():
        raise LocalCloudError("name a script file: just job [USER@] [sbatch's options] FILE")
    script = Path(words.pop()).read_text()
    kinds = {one.kind: one for one in running.machines()}
    machine = kinds.get("LoginNode") or running.named("head")
    command = ["su", "--login", user, "--command", f"sbatch {shlex.join(words)}"]
    return subprocess.run(running.inside(machine.leader, command), input=script, text=True, check=False).returncode


def logs(arguments: Sequence[str]) -> int:
    """`[MACHINE]`: the last lines of a machine's logs, also of one that is off; without a name, the machines."""
    folders = [one.parent for one in sorted(place.FOLDER.glob("*/record.json"), key=lambda one: one.stat().st_mtime)]
    if not arguments:
        alive = {one.instance: running.node_name(one) for one in running.machines()}
        for folder in folders:
            described = json.loads((folder / "record.json").read_text())
            state = alive.get(folder.name) or "off"
            print(f"{folder.name}  {described['kind']:9}  {described['address']:15}  {state}")
        return 0
    wanted = arguments[0]
    folder = place.of(wanted) if place.of(wanted).exists() else place.of(running.named(wanted).instance)
    print(f"== console\n{_tail(folder / 'console')}")
    for name in _LOGS:
        for written in (folder / "root/var/log" / name, folder / "logs" / name):
            if written.is_file():
                print(f"== /var/log/{name} (all: {written})\n{_tail(written)}")
                break
    return 0


def _tail(file: Path) -> str:
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    return "\n".join(lines[-_LINES:])
