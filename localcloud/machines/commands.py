"""`just ssh`, `just job`, `just logs`: into a machine, a job on its cluster, and what it wrote."""

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from localcloud.engine.progress import say
from localcloud.errors import LocalCloudError
from localcloud.machines import place, running

_LOGS = (
    *("cloud-init-output.log", "cfn-init.log", "chef-client.log", "parallelcluster/bootstrap_error_msg"),
    *("parallelcluster/clustermgtd", "parallelcluster/clusterstatusmgtd", "parallelcluster/slurm_resume.log"),
    *(
        "parallelcluster/slurm_suspend.log",
        "parallelcluster/computemgtd",
        "mysql/error.log",
        "postgresql/postgresql-17-main.log",
        "slurmctld.log",
        "slurmdbd.log",
        "slurmd.log",
    ),
)
"""Below /var/log, in the order in which a node writes them."""
_LINES = 40
_ANSWER_SECONDS, _CONTROLLER_SECONDS = 60, 120


def ssh(arguments: Sequence[str]) -> int:
    """`[USER@]MACHINE [-- COMMAND …]`: a shell, or one command, as root or USER. The exit code is the command's.

    One word after `--` is a line for the shell, more are a command and its arguments.

    It enters by the machine's namespaces, as a console does; no server and no password is asked.
    """
    words = list(arguments)
    if not words or words[0].startswith("-"):
        raise LocalCloudError("name a machine: just ssh [USER@](head|login|NODE) [-- COMMAND]; `just logs` lists them")
    user, _, where = words[0].rpartition("@")
    command = words[2:] if words[1:2] == ["--"] else words[1:]
    machine = running.named(where)
    _check_user(machine, user or "root")
    shell = ["su", "--login", user or "root"]
    if command:
        shell += ["--command", command[0] if len(command) == 1 else shlex.join(command)]
    elif sys.stdin.isatty():
        shell.append("--pty")
    return subprocess.run(running.inside(machine.leader, shell), check=False).returncode


def job(arguments: Sequence[str]) -> int:
    """`[USER@[MACHINE]] [sbatch's words] SCRIPT`: submits a script file of this machine, as USER or the cluster's own user.

    From a login node if there is one, else from the head node, unless a machine is named.
    """
    words = list(arguments)
    user, _, where = words.pop(0).rpartition("@") if words and "@" in words[0] and words[0][0] != "-" else ("", "", "")
    if not words or not Path(words[-1]).is_file():
        raise LocalCloudError("name a script file: just job [USER@[MACHINE]] [sbatch's options] FILE")
    script = Path(words.pop()).read_text()
    login = any(one.kind == "LoginNode" for one in running.machines())
    machine = running.named(where or ("login" if login else "head"))
    _await_controller(machine)
    user = user or _cluster_user(machine)
    _check_user(machine, user)
    command = ["su", "--login", user, "--command", f"sbatch {shlex.join(words)}"]
    return subprocess.run(running.inside(machine.leader, command), input=script, text=True, check=False).returncode


def logs(arguments: Sequence[str]) -> int:
    """`[MACHINE]`: the last lines of a machine's logs, also of one that is off; without a name, the machines."""
    known = running.recorded()
    if not arguments:
        if not known:
            say("no machine was switched on here: `just demo --booted` boots a cluster")
        for one in known:
            print(
                f"{one.instance}  {one.kind:9}  {one.address:15}  {one.name if one.state == running.ON else one.state}"
            )
        return 0
    folder = place.of(_recorded(arguments[0], known).instance)
    print(f"== console\n{_tail(folder / 'console') or ''}")
    for name in _LOGS:
        for written in (folder / "root/var/log" / name, folder / "logs" / name):
            if (last := _tail(written)) is not None:
                print(f"== /var/log/{name} (all: {written})\n{last}")
                break
    return 0


def _tail(file: Path) -> str | None:
    """The last lines; None of a file that is not there, or goes just now with its machine."""
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-_LINES:])
    except FileNotFoundError:
        return None


def _recorded(words: str, known: Sequence[running.Recorded]) -> running.Recorded:
    """The machine that is meant: one that is not off before others, the newest of these. Raises LocalCloudError."""
    meant = [one for one in known if running.means(words, one)]
    if not meant:
        names = ", ".join(dict.fromkeys(one.name for one in known))
        raise LocalCloudError(
            f'there was no machine "{words}"; ' + (f"there were: {names}" if names else "none was switched on")
        )
    return next((one for one in reversed(meant) if one.state != running.OFF), meant[-1])


def _cluster_user(machine: running.Running) -> str:
    """ubuntu, ec2-user or rocky, after the image's system."""
    told = _asked(machine, "cat", "/etc/parallelcluster/cfnconfig").stdout
    return next((line.split("=")[1] for line in told.splitlines() if line.startswith("cfn_cluster_user=")), "ubuntu")


def _check_user(machine: running.Running, user: str) -> None:
    """Raises LocalCloudError, in place of su's words, for a user whom the machine does not know."""
    if _asked(machine, "getent", "passwd", user).returncode:
        raise LocalCloudError(
            f'{machine.hostname} knows no user "{user}": `just users list` shows a directory\'s, a node that boots learns of them '
            "last; without a directory, the cluster's own user is ubuntu, ec2-user or rocky, after the image"
        )


def _await_controller(machine: running.Running) -> None:
    """Raises LocalCloudError if slurmctld does not answer the machine within _CONTROLLER_SECONDS."""
    deadline, told = time.monotonic() + _CONTROLLER_SECONDS, False
    while "is UP" not in _asked(machine, "scontrol", "ping").stdout:
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"slurmctld does not answer within {_CONTROLLER_SECONDS} s: `just logs head` tells why; submit again once it does"
            )
        if not told:
            say(f"slurmctld does not answer yet: waiting for it, {_CONTROLLER_SECONDS} s at most")
            told = True
        time.sleep(1)


def _asked(machine: running.Running, *command: str) -> subprocess.CompletedProcess[str]:
    """Raises LocalCloudError for a machine that does not answer."""
    try:
        return running.run(machine, command, seconds=_ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        raise LocalCloudError(
            f"{machine.hostname} does not answer `{' '.join(command)}` within {_ANSWER_SECONDS} s; "
            f"see `just logs {machine.hostname}`"
        ) from None
