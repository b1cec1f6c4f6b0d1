"""Starts and ends machines: a disk over the image, a namespace in a network, a control group, and systemd as the first process."""

import json
import logging
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.machines import control_groups, networks, place, running
from localcloud.machines.networks import Network

_LOG = logging.getLogger("localcloud.machines")
_REBOOTS = 133
"""Exit code of nspawn with --keep-unit for a machine that wants to be started again (nspawn.c, EXIT_FORCE_RESTART)."""
_POWER_OFF_SECONDS = 6
"""After which the power is cut, as EC2 does after a while. Two of twelve power-offs were seen to hang."""


@dataclass(frozen=True)
class Machine:
    """An instance that is to boot."""

    instance: str
    hostname: str
    address: str
    kind: str
    """HeadNode, LoginNode, Compute, ApiHost or Database."""
    cluster: str
    """Empty for what belongs to none."""


class Hypervisor:
    """`lower`: the folders under each machine's own disk, the upper one first."""

    def __init__(self, lower: list[Path]) -> None:
        self._lower = ":".join(map(str, lower))
        self._off: dict[str, threading.Event] = {}
        self._told: set[str] = set()
        """Instances that are to go."""
        place.SHARED.mkdir(parents=True, exist_ok=True)

    def launch(
        self,
        machine: Machine,
        network: Network,
        ended: Callable[[], None],
        files: Mapping[str, str] | None = None,
    ) -> None:
        """Boot it in a thread. `ended` is called once it is off, whoever ended it. `files` are the machine's own, of root alone."""
        self._off[machine.instance] = threading.Event()
        threading.Thread(target=self._live, args=(machine, network, ended, files or {}), daemon=True).start()

    def power_off(self, instance: str) -> None:
        """Ask the machine to go, and cut its power if it does not. Returns at once."""
        off = self._off.get(instance)
        if off is not None and not off.is_set():
            threading.Thread(target=self._end, args=(instance, off), daemon=True).start()

    def _live(self, machine: Machine, network: Network, ended: Callable[[], None], files: Mapping[str, str]) -> None:
        folder = place.of(machine.instance)
        try:
            self._prepare(machine, network, folder, files)
            _LOG.info("on: %s %s %s %s", machine.instance, machine.address, machine.hostname, machine.kind)
            while _power_on(machine, folder) == _REBOOTS and machine.instance not in self._told:
                _LOG.info("reboots: %s", machine.instance)
        except Exception:  # noqa: BLE001  (whatever it was, the instance has no machine)
            _LOG.exception("machine %s cannot be started", machine.instance)
        _LOG.info("off: %s", machine.instance)
        self._off[machine.instance].set()
        ended()
        remove(machine.instance)

    def _prepare(self, machine: Machine, network: Network, folder: Path, files: Mapping[str, str]) -> None:
        """Its disk and its namespace, which outlive a reboot."""
        folder.mkdir(parents=True)
        partial = folder / "record.partial"
        partial.write_text(json.dumps(asdict(machine)))
        partial.replace(folder / "record.json")  # whole: others read the records meanwhile
        for part in ("upper", "work", "root"):
            (folder / part).mkdir()
        root = folder / "root"
        layers = f"lowerdir={self._lower},upperdir={folder / 'upper'},workdir={folder / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(root)], check=True)
        (root / "etc/hostname").write_text(f"{machine.hostname}\n")
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        (root / "etc/resolv.conf").unlink(missing_ok=True)
        (root / "etc/resolv.conf").write_text(f"nameserver {network.resolver}\nsearch ec2.internal\n")
        for path, text in files.items():
            file = root / path.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(text)
        networks.attach(network, machine.instance, machine.address)

    def _end(self, instance: str, off: threading.Event) -> None:
        self._told.add(instance)
        group = _group(instance)
        began = time.monotonic()
        while (leader := running.leader(group)) is None and not off.is_set():
            if time.monotonic() - began > _POWER_OFF_SECONDS:
                break
            time.sleep(0.05)
        if leader is not None:
            running.ask_to_power_off(leader)
        if not off.wait(_POWER_OFF_SECONDS) and group.exists():
            _LOG.warning("%s does not power off: its power is cut", instance)
            (group / "cgroup.kill").write_text("1")


def _power_on(machine: Machine, folder: Path) -> int:
    """Run it until it is off; nspawn's exit code."""
    name, root, group = place.name(machine.instance), folder / "root", _group(machine.instance)
    if group.exists():  # the last start's
        control_groups.end(group)
    control_groups.make(name)
    command = [
        *("systemd-nspawn", "-q", "-D", str(root), "-M", name, f"--hostname={machine.hostname}", "--boot"),
        *("--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{name}", "--resolv-conf=off"),
        *("--timezone=off", "--link-journal=no", "--console=pipe", f"--bind={place.SHARED}:{place.SHARED_WITHIN}"),
    ]
    with (folder / "console").open("ab") as console:
        return subprocess.Popen(
            ["sh", "-c", 'echo $$ >"$1"; shift; exec "$@"', "sh", str(group / "cgroup.procs"), *command],
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        ).wait()


def remove(instance: str) -> None:
    """End what is left of a machine; remove its namespace, group, mounts and disk. Its logs stay, in the folder `logs`."""
    folder, group = place.of(instance), _group(instance)
    try:
        if group.exists():
            control_groups.end(group)
        networks.remove(place.name(instance))
    except (OSError, LocalCloudError):
        _LOG.exception("machine %s cannot be removed; `demo-down` tries again", instance)
    # First, so that whoever reads the logs meanwhile finds them in one place or the other.
    try:
        keep_logs(folder)
    except (OSError, shutil.Error):
        _LOG.exception("not all logs of machine %s are kept", instance)
    unmount(folder / "root")
    for part in ("work", "upper"):
        shutil.rmtree(folder / part, ignore_errors=True)


def unmount(root: Path) -> None:
    """The disk of a machine, with all that is mounted in it."""
    if os.path.ismount(root):
        subprocess.run(["umount", "--recursive", str(root)], check=False, capture_output=True)
    if os.path.ismount(root):
        subprocess.run(["umount", "--recursive", "--lazy", str(root)], check=True, capture_output=True)


def keep_logs(folder: Path) -> None:
    """Copy what the machine wrote in /var/log, and a node's name, beside its disk, before the disk goes."""
    name = folder / "upper" / running.NODE_NAME
    if name.exists():
        shutil.copy(name, folder / running.KEPT_NAME)
    written = folder / "upper/var/log"
    if written.exists():
        shutil.copytree(
            written, folder / "logs", symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("journal")
        )


def _group(instance: str) -> Path:
    found = control_groups.root()
    return (found or Path("/nonexistent")) / place.name(instance)
