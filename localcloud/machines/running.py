"""Machines that run: how to enter them, and how to tell them to go."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.machines import control_groups, place

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/slurm/bin"


@dataclass(frozen=True)
class Running:
    """A machine whose systemd runs as process `leader` of this machine."""

    instance: str
    hostname: str
    address: str
    kind: str
    cluster: str
    leader: int


def machines() -> list[Running]:
    """All that run now."""
    return list(_machines())


def find(instance: str) -> Running | None:
    return next((one for one in _machines() if one.instance == instance), None)


def leader(group: Path) -> int | None:
    """The first process of the machine in a control group: number 1 of its own namespace of processes."""
    for pid in control_groups.processes(group):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            status = Path(f"/proc/{pid}/status").read_text()
            inner = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()
            # Before it becomes systemd it is nspawn's own child.
            if len(inner) > 2 and inner[-1] == "1" and status.startswith("Name:\tsystemd\n"):
                return pid
    return None


def ask_to_power_off(pid: int) -> None:
    """SIGRTMIN+4 to systemd is `systemctl poweroff` (systemd(1))."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGRTMIN + 4)


def inside(pid: int, command: Sequence[str]) -> list[str]:
    """The command line that runs `command` as root in the machine of a leader."""
    enter = ["nsenter", "-t", str(pid), "-m", "-u", "-i", "-n", "-p", "-C", "--"]
    return [*enter, "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", *command]


def run(
    machine: Running, command: Sequence[str], given: str = "", seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command as root in a machine. Raises subprocess.TimeoutExpired."""
    return subprocess.run(
        inside(machine.leader, command), input=given, capture_output=True, text=True, check=False, timeout=seconds
    )


def named(words: str) -> Running:
    """The machine that somebody means by `head`, `login`, `api`, an instance's id, an address or a name of a host or a node.

    Raises LocalCloudError, with what there is, for none.
    """
    found = machines()
    kinds = {"head": "HeadNode", "login": "LoginNode", "api": "ApiHost"}
    for one in found:
        if words in (one.instance, one.hostname, one.address, node_name(one)) or kinds.get(words) == one.kind:
            return one
    known = ", ".join(sorted(node_name(one) for one in found))
    raise LocalCloudError(
        f'no machine "{words}" runs: ' + (f"head, login and these do: {known}" if known else "none runs")
    )


def node_name(machine: Running) -> str:
    """The name by which Slurm knows it, else its host's."""
    file = place.of(machine.instance) / "root/etc/parallelcluster/slurm_plugin/slurm_nodename"
    try:
        return file.read_text().strip()
    except OSError:
        return machine.hostname


def _machines() -> Iterator[Running]:
    root = control_groups.root()
    if root is None:
        return
    for record in sorted(place.FOLDER.glob("*/record.json")):
        described = json.loads(record.read_text())
        group = root / place.name(described["instance"])
        if group.exists() and (pid := leader(group)) is not None:
            yield Running(**described, leader=pid)
