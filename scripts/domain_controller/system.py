"""The operating system below the controller: packages, names, time, security updates, and this program's own timers."""

from __future__ import annotations

import socket
from pathlib import Path

from . import texts
from .configuration import Configuration
from .machine import Machine, answer

PACKAGES = (
    "samba",
    "samba-ad-dc",
    "samba-ad-provision",
    "samba-dsdb-modules",
    "python3-samba",
    "winbind",
    "krb5-user",
    "ldap-utils",
    "bind9-dnsutils",  # nsupdate, by which Samba registers its names
    "chrony",
    "tdb-tools",  # tdbbackup, by which samba-tool copies a serving database
    "unattended-upgrades",
    "python3-boto3",
)
_UNTIL_SAMBA_4_20 = "samba-vfs-modules"
"""A package of its own in Ubuntu 24.04; part of `samba` in newer systems."""
_APT_SECONDS = 1500
_OTHER_ROLES = ("smbd", "nmbd", "winbind")
_DNS_STUB = "systemd-resolved"
_UNITS = Path("/etc/systemd/system")
_CONVERGE, _BACKUP = "hpcstack-controller", "hpcstack-directory-backup"


def install_packages(machine: Machine) -> None:
    """What is missing, from the system's own archives. Samba must not start before it is configured."""
    wanted = [*PACKAGES, *([_UNTIL_SAMBA_4_20] if _candidate(_UNTIL_SAMBA_4_20) else [])]
    missing = [name for name in wanted if not _installed(name)]
    if not missing:
        return
    apt = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    machine.run("read the package lists", *apt, "update", seconds=_APT_SECONDS, environment=quiet)
    # Known only now on a machine that had no lists.
    if _candidate(_UNTIL_SAMBA_4_20) and not _installed(_UNTIL_SAMBA_4_20) and _UNTIL_SAMBA_4_20 not in missing:
        missing.append(_UNTIL_SAMBA_4_20)
    install = ("install", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", *missing)
    machine.run(f"install {' '.join(missing)}", *apt, *install, seconds=_APT_SECONDS, environment=quiet)


def _installed(package: str) -> bool:
    state = answer("dpkg-query", "--show", "--showformat", "${db:Status-Status}", package, seconds=30)
    return state == "installed"


def _candidate(package: str) -> bool:
    policy = answer("apt-cache", "policy", package, seconds=60) or ""
    return any("Candidate:" in line and "(none)" not in line for line in policy.splitlines())


def settle_identity(machine: Machine, found: Configuration) -> None:
    """Host name, names of both controllers, time, updates. The address itself is the network interface's."""
    machine.write(Path("/etc/cloud/cloud.cfg.d/99-hpcstack.cfg"), texts.CLOUD_INIT)
    machine.write(Path("/etc/hostname"), f"{found.name}\n")
    if socket.gethostname() != found.name:
        machine.run(f"take the host name {found.name}", "hostname", found.name, seconds=10)
    machine.write(Path("/etc/hosts"), texts.hosts(found))
    machine.write(Path("/etc/krb5.conf"), texts.krb5_conf(found))
    if machine.write(Path("/etc/chrony/sources.d/amazon.sources"), texts.chrony_source(found)):
        machine.run("chrony reads its sources", "systemctl", "try-restart", "chrony", seconds=60)
    machine.write(Path("/etc/apt/apt.conf.d/60hpcstack"), texts.apt_periodic(found))


def quiet_other_roles(machine: Machine) -> None:
    """A controller's own process serves files and answers for winbind; the packages' other services must stay away."""
    for service in _OTHER_ROLES:
        if state(service, "is-enabled") not in ("masked", "not-found"):
            machine.run(f"stop and mask {service}", "systemctl", "mask", "--now", service, seconds=60)
    if state("samba-ad-dc", "is-enabled") == "masked":
        machine.run("unmask samba-ad-dc", "systemctl", "unmask", "samba-ad-dc", seconds=60)


def resolve_by(machine: Machine, found: Configuration, *, servers: list[str]) -> None:
    """The resolver's file, without the stub that would hold port 53 against Samba's own name service."""
    machine.write(Path("/etc/resolv.conf"), texts.resolv_conf(found, servers))
    if state(_DNS_STUB, "is-enabled") == "enabled" or state(_DNS_STUB, "is-active") == "active":
        machine.run(f"stop {_DNS_STUB}", "systemctl", "disable", "--now", _DNS_STUB, seconds=60)


def enable_timers(machine: Machine) -> None:
    """Configuration and certificate are looked for every five minutes, a backup goes out once a day."""
    units = {
        f"{_CONVERGE}.service": texts.service("converge --wait 60", "Keep this domain controller as the stack says"),
        f"{_CONVERGE}.timer": texts.timer(
            "Keep this domain controller as the stack says",
            "OnBootSec=2min\nOnUnitInactiveSec=5min",
        ),
        f"{_BACKUP}.service": texts.service("backup", "Back up the directory to the stack's bucket"),
        f"{_BACKUP}.timer": texts.timer(
            "Back up the directory to the stack's bucket", "OnCalendar=daily\nRandomizedDelaySec=2h"
        ),
    }
    changed = [machine.write(_UNITS / name, text) for name, text in units.items()]
    if any(changed):
        machine.run("systemd reads its units", "systemctl", "daemon-reload", seconds=60)
    for name in (_CONVERGE, _BACKUP):
        if state(f"{name}.timer", "is-enabled") != "enabled" or state(f"{name}.timer", "is-active") != "active":
            machine.run(f"enable {name}.timer", "systemctl", "enable", "--now", f"{name}.timer", seconds=60)


def state(unit: str, question: str) -> str:
    """systemd's one word, such as `enabled` or `active`; `unknown` when it has none. It exits with an error for most of them."""
    said = answer("sh", "-c", 'systemctl "$1" "$2" || true', "sh", question, unit, seconds=30)
    return (said or "").strip() or "unknown"


def stop(machine: Machine) -> None:
    if state("samba-ad-dc", "is-active") in ("active", "activating"):
        machine.run("stop samba-ad-dc", "systemctl", "stop", "samba-ad-dc", seconds=120)


def start(machine: Machine, *, restart: bool) -> None:
    """Samba runs, and does so after each boot; with `restart` it reads what has changed."""
    if state("samba-ad-dc", "is-enabled") != "enabled":
        machine.run("enable samba-ad-dc", "systemctl", "enable", "samba-ad-dc", seconds=60)
    running = state("samba-ad-dc", "is-active") == "active"
    if not running or restart:
        word = "restart" if running else "start"
        machine.run(f"{word} samba-ad-dc", "systemctl", word, "samba-ad-dc", seconds=180)
