"""One machine with real systemd and real Slurm, laid out as ParallelCluster's head node is once its recipes are done.

It is systemd-nspawn over the image of `localcloud.machines`, in namespaces of its own, which the kernel ends with the process that
holds them: nothing of it outlives a test run that is killed. Only its empty control group does, until the next machine starts.
Controller and one compute node (partition q1, node q1-st-c5-1, which is the machine itself) run in it; with accounting also
slurmdbd on MariaDB. Programs of nodes run in it as ParallelCluster runs custom actions. `aws` reads secrets and objects from a
folder: the real one runs on the booted local cloud.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.machines import control_groups, running
from localcloud.machines.node import facts
from scripts.node import bundle
from tests.nodes import image_root, slurm_files

ADDRESS, NAME = slurm_files.ADDRESS, slurm_files.NAME
_GROUPS = "hpcstacktest"
_BOOT_SECONDS, _ANSWER_SECONDS, _END_SECONDS = 300, 240, 60
_TIMERS = ("hpcstack-local-users", "hpcstack-slurmrestd-key")
"""On a slow machine they would come amid a test, each five minutes. Tests start their services themselves."""
_START = """
set -e
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$FOLDER/root"
ip link set lo up
ip link add eth0 type veth peer name eth1
ip link set eth1 up
ip address add "$ADDRESS/24" dev eth0
ip link set eth0 up
ip route add 169.254.169.254/32 dev eth0
echo $$ > "$GROUP/cgroup.procs"
code=133 # of a machine that reboots: with --keep-unit another one starts it again
while [ "$code" -eq 133 ]; do
  code=0
  systemd-nspawn -q -D "$FOLDER/root" -M "$MACHINE" --hostname="$NAME" --boot --register=no --keep-unit --resolv-conf=off \\
      --timezone=off --link-journal=no --console=pipe || code=$?
done
exit "$code"
"""


@dataclass
class SlurmMachine:
    """`leader` is the process of this computer that is the machine's systemd; `folder` holds its disk, `group` its processes."""

    leader: int
    folder: Path
    group: Path

    def path(self, name: str) -> Path:
        """A file of the machine, from outside."""
        return Path(f"/proc/{self.leader}/root") / name.lstrip("/")

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        file = self.path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def try_(self, *command: str, given: str = "", user: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, as root or as another user."""
        as_user = ["runuser", "-u", user, "--"] if user else []
        return subprocess.run(
            running.inside(self.leader, [*as_user, *command]),
            input=given,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def run(self, *command: str, given: str = "", user: str | None = None) -> str:
        """What a command prints; it must not fail."""
        done = self.try_(*command, given=given, user=user)
        assert done.returncode == 0, f"{shlex.join(command)}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def sh(self, script: str, user: str | None = None) -> str:
        """What a script of bash prints; it must not fail."""
        return self.run("bash", "-c", script, user=user)

    def program(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program of scripts/node, packed and run as ParallelCluster runs a custom action: a file of /tmp, by its first line."""
        file = self.path("/tmp/custom-action")
        file.write_bytes(bundle.build(name))
        file.chmod(0o700)
        self.run("dos2unix", "-q", "/tmp/custom-action")
        done = self.try_("/tmp/custom-action", *arguments)
        file.unlink()
        return done

    def secret(self, arn: str, text: str | None) -> None:
        """What Secrets Manager holds; None takes it away."""
        file = self.path("/srv/aws/secrets") / arn
        if text is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def object(self, uri: str, content: bytes) -> None:
        """What S3 holds."""
        file = self.path("/srv/aws/objects") / uri.removeprefix("s3://")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def role(self, kind: str, queue: str | None = None) -> None:
        """Take the machine for another kind of node: HeadNode, LoginNode or ComputeFleet."""
        self.write(facts.CFNCONFIG, slurm_files.cfnconfig(kind, queue))

    def files(self, *folders: str) -> dict[str, tuple[Any, ...]]:
        """Every file below folders of the machine: inode, mode, owner, last change. A second run leaves all as they are."""
        found: dict[str, tuple[Any, ...]] = {}
        for folder in folders:
            for path in sorted(self.path(folder).rglob("*")):
                state = path.lstat()
                found[str(path)] = (state.st_ino, state.st_mode, state.st_uid, state.st_gid, state.st_mtime_ns)
        return found

    def processes(self, *units: str) -> dict[str, str]:
        """The main process of each service: another one after a restart."""
        return {one: self.run("systemctl", "show", "-p", "MainPID", "--value", one) for one in units}

    def wait(self, script: str, seconds: float = _ANSWER_SECONDS) -> str:
        """What a script prints once it succeeds."""
        deadline = time.monotonic() + seconds
        while (done := self.try_("bash", "-c", script)).returncode:
            assert time.monotonic() < deadline, f"{script}: {done.stdout}{done.stderr}\n{self._told()}"
            time.sleep(0.1)
        return done.stdout.strip()

    def reboot(self) -> None:
        """As `RebootProgram` does it; its disk stays, and what is in its memory does not. Returns when systemd has started all."""
        before = self.leader
        self.try_("systemctl", "reboot")
        deadline = time.monotonic() + _BOOT_SECONDS
        while (found := running.leader(self.group)) in (None, before):
            assert time.monotonic() < deadline, "the machine does not boot again"
            time.sleep(0.05)
        assert found
        self.leader = found
        self.wait("systemctl is-system-running --wait | grep -qE 'running|degraded'", _BOOT_SECONDS)

    def _told(self) -> str:
        """For whoever looks for the reason: a test's folder may be gone by then."""
        done = self.try_("bash", "-c", "systemctl --failed --no-legend; tail -n 5 /var/log/slurm*.log")
        return done.stdout + done.stderr


@contextmanager
def start(folder: Path, *, accounting: bool = False) -> Iterator[SlurmMachine]:
    """A machine in which the controller answers and its node is idle. Skips the test where machines cannot boot."""
    lower = image_root.ensured()
    _remove_empty_groups()
    group = control_groups.make(f"{_GROUPS}-{os.getpid()}-{time.monotonic_ns()}")
    for name in ("upper", "work", "root"):
        (folder / name).mkdir(parents=True)
    slurm_files.write(folder / "upper", accounting=accounting)
    holder = _boot(folder, lower, group)
    try:
        machine = SlurmMachine(_leader(group, holder, folder), folder, group)
        machine.wait("systemctl is-system-running --wait | grep -qE 'running|degraded'", _BOOT_SECONDS)
        for timer in _TIMERS:
            machine.write(f"/etc/systemd/system/{timer}.timer.d/tests.conf", "[Timer]\nOnActiveSec=\nOnActiveSec=1d\n")
        _start_slurm(machine, accounting=accounting)
        yield machine
    finally:
        holder.kill()
        holder.wait(_END_SECONDS)
        control_groups.end(group)
        shutil.rmtree(folder / "work", ignore_errors=True)


def _boot(folder: Path, lower: Path, group: Path) -> subprocess.Popen[bytes]:
    names = {"LOWER": lower, "FOLDER": folder, "GROUP": group, "ADDRESS": ADDRESS, "NAME": NAME, "MACHINE": group.name}
    # If its parent goes, so does the first process of these namespaces, and with it all others.
    apart = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]
    with (folder / "console").open("wb") as console:
        return subprocess.Popen(
            [*apart, "sh", "-c", _START],
            env={
                **os.environ,
                **{key: str(value) for key, value in names.items()},
                "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            preexec_fn=_end_with_parent,
        )


def _end_with_parent() -> None:
    """PR_SET_PDEATHSIG (prctl(2))."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _leader(group: Path, holder: subprocess.Popen[bytes], folder: Path) -> int:
    deadline = time.monotonic() + _BOOT_SECONDS
    while (found := running.leader(group)) is None:
        told = (folder / "console").read_text(errors="replace")
        assert holder.poll() is None, f"the machine has ended: {told}"
        assert time.monotonic() < deadline, f"the machine does not boot: {told}"
        time.sleep(0.02)
    return found


def _start_slurm(machine: SlurmMachine, *, accounting: bool) -> None:
    """In the order of ParallelCluster's recipes for a head node; slurmd as on a compute node."""
    machine.sh(
        "useradd -m -s /bin/bash ubuntu; useradd -m -s /bin/bash alice; useradd -m -s /bin/bash bob\n"
        "install -d -o slurm -g slurm -m 0700 /var/spool/slurm.state /var/spool/slurmd\n"
        "dd if=/dev/urandom of=/etc/munge/munge.key bs=1024 count=1 status=none\n"
        "chown munge:munge /etc/munge/munge.key; chmod 0600 /etc/munge/munge.key\n"
        "systemctl daemon-reload; systemctl enable -q --now munge"
    )
    if accounting:
        _start_accounting(machine)
    machine.sh("systemctl enable -q --now slurmctld")
    machine.wait("scontrol ping | grep -q 'is UP'")
    machine.sh("systemctl enable -q --now slurmd")
    machine.wait("sinfo -h -o %t | grep -qx idle")


def _start_accounting(machine: SlurmMachine) -> None:
    machine.sh("chown slurm:slurm /opt/slurm/etc/slurmdbd.conf /opt/slurm/etc/slurm_parallelcluster_slurmdbd.conf")
    machine.sh("systemctl start mariadb")
    machine.run("mariadb", given=slurm_files.DATABASE)
    machine.sh("systemctl enable -q --now slurmdbd")
    machine.wait("! sacctmgr show clusters -Pn 2>&1 | grep -qE 'error|refused'")
    machine.sh(
        f"sacctmgr -iQ add cluster {slurm_files.CLUSTER}; sacctmgr -iQ add account pcdefault Cluster={slurm_files.CLUSTER}\n"
        "for user in slurm ubuntu alice bob; do sacctmgr -iQ add user $user Account=pcdefault; done"
    )


def _remove_empty_groups() -> None:
    """Of runs that were killed. One that another process has just made is empty too."""
    for group in control_groups.groups(_GROUPS):
        holder = group.name.split("-")[1]
        with contextlib.suppress(OSError):  # another test process removes them too
            if not Path("/proc", holder).exists() and "populated 0" in (group / "cgroup.events").read_text():
                control_groups.end(group)
