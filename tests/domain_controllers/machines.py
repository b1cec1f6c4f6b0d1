"""Machines that boot a real systemd: containers with a disk, a network and a control group of their own."""

import contextlib
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

CGROUPS = next(
    (path for path in (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup")) if (path / "cgroup.procs").exists()),
    None,
)
GATEWAY, METADATA = "10.79.0.1", "169.254.169.254"
ENDPOINT = f"http://{GATEWAY}:5000"
ADDRESSES = {"dc1": "10.79.0.11", "dc2": "10.79.0.12"}
_BOOT_SECONDS = 400


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@dataclass
class Network:
    """One segment: the machines' namespaces, and `lan`, where the emulated services and the clients are. No way leads out."""

    prefix: str = field(default_factory=lambda: f"hpc{os.getpid()}")

    @property
    def lan(self) -> str:
        return f"{self.prefix}-lan"

    def start(self) -> None:
        ip("netns", "add", self.lan)
        ip("-n", self.lan, "link", "add", "br0", "type", "bridge")
        for link in ("lo", "br0"):
            ip("-n", self.lan, "link", "set", link, "up")
        ip("-n", self.lan, "addr", "add", f"{GATEWAY}/24", "dev", "br0")
        ip("-n", self.lan, "addr", "add", f"{METADATA}/32", "dev", "br0")
        for name, address in ADDRESSES.items():
            own = self.of(name)
            ip("netns", "add", own)
            ip("-n", self.lan, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", own)
            ip("-n", self.lan, "link", "set", name, "master", "br0", "up")
            for link in ("lo", "eth0"):
                ip("-n", own, "link", "set", link, "up")
            ip("-n", own, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", own, "route", "add", METADATA, "dev", "eth0")

    def of(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def stop(self) -> None:
        for name in (*ADDRESSES, "lan"):
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "delete", self.of(name))


class Machine:
    """`start` boots it from a fresh disk; `lose` takes power and disk away at once."""

    def __init__(self, name: str, network: Network, base: Path, room: Path) -> None:
        self.name, self.address = name, ADDRESSES[name]
        self._network, self._base, self._room = network, base, room / name
        self._boots = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def root(self) -> Path:
        return self._room / "root"

    def start(self) -> None:
        assert CGROUPS is not None
        for folder in ("upper", "work", "root"):
            (self._room / folder).mkdir(parents=True)
        layers = f"lowerdir={self._base},upperdir={self._room / 'upper'},workdir={self._room / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)], check=True)
        (self.root / "etc/machine-id").write_text("")
        manager = self.root / "etc/systemd/system.conf.d"
        manager.mkdir(parents=True, exist_ok=True)
        (manager / "endpoint.conf").write_text(f"[Manager]\nDefaultEnvironment=AWS_ENDPOINT_URL={ENDPOINT}\n")
        self._boots += 1
        self._group = CGROUPS / f"{self._network.of(self.name)}-{self._boots}"
        self._group.mkdir()
        group = str(self._group / "cgroup.procs")
        command = ["systemd-nspawn", "-q", "-D", str(self.root), "--register=no", "--keep-unit", "--boot"]
        command += [
            f"--network-namespace-path=/run/netns/{self._network.of(self.name)}",
            f"--machine={self._network.of(self.name)}",
        ]
        command += ["--resolv-conf=off", "--timezone=off"]
        with (self._room / "console").open("wb") as console:
            self._process = subprocess.Popen(
                ["sh", "-c", 'echo $$ >"$1"; shift; exec "$@"', "sh", group, *command],
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        self._await_boot()

    def _await_boot(self) -> None:
        end = time.monotonic() + _BOOT_SECONDS
        while self.run("systemctl", "is-system-running").stdout.strip() not in ("running", "degraded"):
            assert time.monotonic() < end, (self._room / "console").read_text(errors="replace")[-2000:]
            time.sleep(0.5)

    def run(self, *command: str, seconds: float = 1800) -> subprocess.CompletedProcess[str]:
        """A command inside, as root."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        if not found:
            return subprocess.CompletedProcess(command, 255, "", "the machine does not run yet")
        inside = ["nsenter", "-t", found[0], "-m", "-u", "-i", "-n", "-p", "--"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", f"AWS_ENDPOINT_URL={ENDPOINT}"]
        return subprocess.run([*inside, *clean, *command], capture_output=True, text=True, timeout=seconds, check=False)

    def lose(self) -> None:
        if self._process is None:
            return
        (self._group / "cgroup.kill").write_text("1")
        self._process.wait(timeout=120)
        end = time.monotonic() + 120
        while "populated 0" not in (self._group / "cgroup.events").read_text():
            assert time.monotonic() < end
            time.sleep(0.1)
        for folder in sorted((path for path in self._group.rglob("*") if path.is_dir()), reverse=True):
            folder.rmdir()
        self._group.rmdir()
        subprocess.run(["umount", str(self.root)], check=True)
        shutil.rmtree(self._room)
        self._process = None
