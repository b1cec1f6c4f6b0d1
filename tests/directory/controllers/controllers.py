"""Make a domain once, keep it as a template, and start fresh copies of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from localcloud import locks, ports, processes
from localcloud.directory import DirectoryInfo, configuration, controller, requirements
from localcloud.directory.layout import ADMIN, PORTS, Layout, base_dn, describe
from localcloud.directory.provision import provision, write_configuration
from tests.emulator.rig import until

_SYSTEM_SIDE = Path(__file__).with_name("on_system_python.py")
_NAMES = ("dc1", "dc2")
_RPC_PORT = 135
# Of the database. The first controller reads each of them whole from the newcomer, once: here, and not in every copy anew. The
# domain itself first: until then the first one's Kerberos does not know the newcomer.
_PARTS = ("", "CN=Configuration,", "CN=Schema,CN=Configuration,")
_LIMIT_SECONDS = 600
_ADDRESSES_TRIED = 3


class Controllers:
    """One or two controllers of one domain, below `home`. `more`: further lines of Samba's configuration."""

    def __init__(self, home: Path, domain: str, count: int = 2, more: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.more = more or {}
        self.domain = domain
        self.layouts = [Layout(home / name, name) for name in _NAMES[:count]]
        self.addresses: list[str] = []

    @property
    def infos(self) -> list[DirectoryInfo]:
        """What clients may know of each controller."""
        return [describe(where, self.domain, at) for where, at in zip(self.layouts, self.addresses, strict=True)]

    @property
    def servers(self) -> str:
        """The tool's `--server`."""
        return ",".join(self.addresses)

    def make(self) -> None:
        """Provision the first, join the second; both are stopped afterwards."""
        self._choose_addresses()
        self._provision_first()
        self._start_somewhere(0)
        try:
            if len(self.layouts) > 1:
                self._add_second()
        finally:
            self.stop()

    def copy_to(self, home: Path, more: Mapping[str, str] | None = None) -> Controllers:
        """A copy of controllers that do not run; for a fresh state that costs no provisioning."""
        subprocess.run(["cp", "-aT", str(self.home), str(home)], check=True)
        return Controllers(home, self.domain, len(self.layouts), more)

    def start(self) -> None:
        self._choose_addresses()
        for place in range(len(self.layouts)):
            self._start_somewhere(place)

    def start_one(self, place: int, environment: Mapping[str, str] | None = None) -> None:
        """Start a controller where it was before; returns when it answers a sealed bind."""
        where, address = self.layouts[place], self.addresses[place]
        with_names = {**self.environment, **(environment or {})}
        services = configuration.REPLICATING
        controller.run(self._daemon(place), where, self.domain, address, services, with_names, self.more)

    def replicate(self, part: str = "") -> None:
        """Each fetches from the other now what it lacks of the domain, or of another part of the database, such as
        `CN=Configuration,`; returns when that is done."""
        for place in range(len(self.layouts)):
            target, source = self.layouts[place], self.layouts[1 - place]
            self._ask(
                do="replicate",
                smb_conf=str(target.smb_conf),
                target=f"{target.server}.{self.domain}",
                source=(source.home / "identity").read_text(),
                base_dn=f"{part}{base_dn(self.domain)}",
                **self._admin(),
            )

    @contextlib.contextmanager
    def deaf(self, place: int) -> Iterator[None]:
        """A controller that learns nothing from the other one meanwhile."""
        self._set_deaf(place, "yes")
        try:
            yield
        finally:
            self._set_deaf(place, "")

    def _set_deaf(self, place: int, deaf: str) -> None:
        where = self.layouts[place]
        name = f"{where.server}.{self.domain}"
        self._ask(do="deafen", smb_conf=str(where.smb_conf), target=name, deaf=deaf, **self._admin())

    def kill_one(self, place: int) -> None:
        """SIGKILL to all processes of a controller, as at a power cut."""
        daemon = processes.running(self._daemon(place))
        assert daemon is not None
        os.killpg(daemon.pid, signal.SIGKILL)
        # A busy machine takes its time to end them, and until then they hold their locks.
        until(lambda: not processes.group(daemon.pid))

    def daemons(self) -> list[processes.Daemon]:
        """Those that run, each the leader of its controller's process group."""
        some = (processes.running(self._daemon(place)) for place in range(len(self.layouts)))
        return [daemon for daemon in some if daemon is not None]

    def stop(self) -> None:
        for place in range(len(self.layouts)):
            self.stop_one(place)

    def stop_one(self, place: int) -> None:
        processes.stop(self._daemon(place))

    def remove(self) -> None:
        self.stop()
        for where in self.layouts:
            shutil.rmtree(configuration.lock_directory(where), ignore_errors=True)
        shutil.rmtree(self.home)

    def _daemon(self, place: int) -> str:
        """Told from that of another copy with the same name, which may run beside this one."""
        return f"{self.home.name}-{zlib.crc32(str(self.home).encode()):08x}-{self.layouts[place].server}"

    def _start_somewhere(self, place: int) -> None:
        """Start a controller, on another address if somebody else takes the chosen one meanwhile."""
        for _ in range(_ADDRESSES_TRIED):
            self._write_hosts()
            with contextlib.suppress(controller.AddressTaken):
                return self.start_one(place)
            self.addresses[place] = self._free_address()
        return self.start_one(place)

    def _choose_addresses(self) -> None:
        self.addresses = []
        for _ in self.layouts:
            self.addresses.append(self._free_address())

    def _free_address(self) -> str:
        return ports.loopback_address((*PORTS, _RPC_PORT), taken=self.addresses)

    def _provision_first(self) -> None:
        first, address = self.layouts[0], self.addresses[0]
        self.home.mkdir(parents=True)
        with locks.held(self.home / "lock"), (self.home / "lock").open() as lock:
            provision(first, self.domain, address, lock.fileno())
        write_configuration(first, self.domain, address, configuration.REPLICATING)
        self._register_services(first)

    def _add_second(self) -> None:
        """Join it to the first, which runs, and wait until each has fetched from the other."""
        first, second = self.layouts
        shutil.copytree(first.tls, second.tls)
        shutil.copy2(first.admin_password, second.admin_password)
        shutil.copy2(first.read_only_password, second.read_only_password)
        write_configuration(second, self.domain, self.addresses[1], configuration.REPLICATING)
        self._ask(
            do="join",
            smb_conf=str(second.smb_conf),
            domain=self.domain,
            primary=f"{first.server}.{self.domain}",
            name=second.server,
            **self._admin(),
        )
        self._register_services(second)
        for where in self.layouts:
            (where.home / "identity").write_text(self._ask(do="identity", smb_conf=str(where.smb_conf)))
            self._run([requirements.find("samba_kcc"), "-s", str(where.smb_conf)])
        self._start_somewhere(1)
        for part in _PARTS:
            self.replicate(part)

    def _admin(self) -> dict[str, str]:
        return {"admin": ADMIN, "admin_password": self.layouts[0].admin_password.read_text()}

    def _register_services(self, where: Layout) -> None:
        """Samba's own updater, before the controller runs: without these names nobody's Kerberos finds its LDAP and replication."""
        self._run([requirements.find("samba_spnupdate"), "-s", str(where.smb_conf)])

    def _ask(self, **request: str) -> str:
        return self._run([requirements.SYSTEM_PYTHON, str(_SYSTEM_SIDE)], json.dumps(request))

    def _run(self, command: list[str], text: str = "") -> str:
        environment = {**os.environ, **self.environment, "KRB5_CONFIG": str(self._kerberos_by_tcp())}
        done = subprocess.run(
            command, input=text, env=environment, capture_output=True, text=True, timeout=_LIMIT_SECONDS
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{self._standing()}"
        return done.stdout.strip()

    def _standing(self) -> str:
        """What runs, and the last that each controller wrote."""
        logs = [(name, processes.log_file(name)) for name in map(self._daemon, range(len(self.layouts)))]
        tails = {name: log.read_text(errors="replace")[-1500:] for name, log in logs if log.exists()}
        return "".join(f"\n{name} runs: {processes.running(name) is not None}; {tail}" for name, tail in tails.items())

    def _kerberos_by_tcp(self) -> Path:
        """For Samba's own tools, whose Kerberos asks by UDP otherwise, and gives up soon on a busy machine."""
        file = self.home / "krb5-tcp.conf"
        file.write_text(self.layouts[0].krb5_conf.read_text().replace("kdc = ", "kdc = tcp/"))
        return file

    @property
    def environment(self) -> dict[str, str]:
        """For programs that look for controllers by name: these come from a file of their own, /etc stays untouched."""
        return {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": str(self.home / "hosts")}

    def _write_hosts(self) -> None:
        lines: list[str] = []
        for where, address in zip(self.layouts, self.addresses, strict=True):
            lines.append(f"{address} {where.server}.{self.domain} {where.server}")
            identity = where.home / "identity"
            if identity.exists():
                lines.append(f"{address} {identity.read_text()}._msdcs.{self.domain}")
        (self.home / "hosts").write_text("\n".join(lines) + "\n")
