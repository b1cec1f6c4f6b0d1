"""Machines that run: how to enter them, and how to tell them to go."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from localcloud.engine.progress import say
from localcloud.errors import LocalCloudError
from localcloud.machines import control_groups, place

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/slurm/bin"


NODE_NAME = "etc/parallelcluster/slurm_plugin/slurm_nodename"
"""File of a compute node with the name by which Slurm knows it, below its root."""
KEPT_NAME = "node-name"
"""The same of one that is off, in its folder."""
STARTING, ON, OFF = "starting", "on", "off"
_START_SECONDS = 60
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Recorded:
    """A machine that was switched on once; `state` is STARTING, ON or OFF."""

    instance: str
    hostname: str
    address: str
    kind: str
    name: str
    """node_name()"""
    state: str


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

    One that is switched on just now is waited for. Raises LocalCloudError, with what there is and what to do, for none.
    """
    deadline, told = time.monotonic() + _START_SECONDS, False
    while True:
        # The records first: a machine that comes up meanwhile is found in the next round.
        starting = [one for one in recorded() if one.state == STARTING]
        found = [one for one in machines() if means(words, one)]
        clusters = {one.cluster for one in found}
        if len(clusters) > 1:
            each = ", ".join(
                f"{one.instance} ({node_name(one.instance, one.hostname)} of {one.cluster})" for one in found
            )
            raise LocalCloudError(f'"{words}" is one of several: name it by its id: {each}')
        if found:
            return found[0]
        if not any(means(words, one) for one in starting) or time.monotonic() > deadline:
            raise LocalCloudError(_missing(words, starting))
        if not told:
            say(f"{words} is being switched on: waiting for it, {_START_SECONDS} s at most")
            told = True
        time.sleep(_PAUSE_SECONDS)


def recorded() -> list[Recorded]:
    """All machines since the start of the local cloud, in the order in which they were switched on."""
    # By name where a coarse clock gives several the same time.
    records = sorted(place.FOLDER.glob("*/record.json"), key=lambda one: (one.stat().st_mtime_ns, one.parent.name))
    return [_recorded(json.loads(record.read_text())) for record in records]


def node_name(instance: str, hostname: str) -> str:
    """The name by which Slurm knows or knew it, else its host's."""
    for file in (place.of(instance) / "root" / NODE_NAME, place.of(instance) / KEPT_NAME):
        with contextlib.suppress(OSError):
            return file.read_text().strip()
    return hostname


def _recorded(described: dict[str, str]) -> Recorded:
    instance = described["instance"]
    root = control_groups.root()
    group = root / place.name(instance) if root else None
    state = OFF if group is None or not group.exists() else STARTING if leader(group) is None else ON
    name = node_name(instance, described["hostname"])
    return Recorded(instance, described["hostname"], described["address"], described["kind"], name, state)


def means(words: str, one: Running | Recorded) -> bool:
    kinds = {"head": "HeadNode", "login": "LoginNode", "api": "ApiHost"}
    name = node_name(one.instance, one.hostname)
    return words in (one.instance, one.hostname, one.address, name) or kinds.get(words) == one.kind


def _missing(words: str, starting: list[Recorded]) -> str:
    names = ", ".join(sorted(f"{node_name(one.instance, one.hostname)} ({one.kind})" for one in machines()))
    known = f"running: {names}" if names else "none runs"
    if starting:
        known += f"; not up within {_START_SECONDS} s: {', '.join(one.name for one in starting)}, see `just logs NAME`"
    if not names and not starting:
        return (
            f'no machine "{words}" runs; {known}; `just demo --booted` boots a cluster, `just logs` lists what is off'
        )
    return f'no machine "{words}" runs; {known}; compute nodes come with jobs, `just logs` lists what is off too'


def _machines() -> Iterator[Running]:
    root = control_groups.root()
    if root is None:
        return
    for record in sorted(place.FOLDER.glob("*/record.json")):
        described = json.loads(record.read_text())
        group = root / place.name(described["instance"])
        if group.exists() and (pid := leader(group)) is not None:
            yield Running(**described, leader=pid)
