"""What the caller may ask for on the command line. Checked before the first connection, and every error is told at once."""

from __future__ import annotations

import argparse
import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from ..faults import BadInput

NAME = re.compile(r"^[a-z_][a-z0-9_-]{0,19}$")
PREFIX = re.compile(r"^[a-z_][a-z0-9_-]{0,18}$")
GROUP = re.compile(r"^[a-z_][a-z0-9_-]{0,31}$")
GROUP_FORM = "a lower-case letter or _, then a-z 0-9 _ -, 32 characters in all"
_ADMIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"^{_LABEL}(\.{_LABEL})+$")
_HOST = re.compile(rf"^({_LABEL}(\.{_LABEL})*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$")
SHELL = re.compile(r"^(/[A-Za-z0-9._+-]+)+$")
MOST_USERS = 20_000
FIRST_ID = 10_000
UID_RANGE = (1_000, 2_000_000_000)

# Accounts of Linux, of Active Directory and of the cluster's own software: a person or group of that name would shadow them.
# fmt: off
RESERVED = frozenset({
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data",
    "backup", "list", "irc", "nobody", "systemd-network", "sshd", "messagebus", "chrony", "sssd", "munge", "slurm",
    "slurmdbd", "slurmrestd", "pcluster-admin", "ec2-user", "ubuntu", "rocky", "admin", "administrator", "guest",
    "krbtgt", "wheel", "sudo", "adm", "docker", "users", "administrators", "computers", "domain", "everyone",
})
# fmt: on


@dataclass(frozen=True)
class Target:
    """Which directory, and who speaks to it."""

    domain: str
    servers: tuple[str, ...]
    admin: str
    ca_file: Path | None

    @property
    def realm(self) -> str:
        return self.domain.upper()

    @property
    def base_dn(self) -> str:
        return ",".join(f"DC={label}" for label in self.domain.split("."))


class Checks:
    """Collects every error of one command line; `finish` raises them together."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.errors: list[str] = []

    def text(self, option: str, pattern: re.Pattern[str], allowed: str, required: bool = True) -> str:
        """An option's text if it matches; an error with the option's name, its value and what is allowed if not."""
        value = getattr(self._options, option.replace("-", "_"))
        if value is None or value == "":
            if required:
                self.errors.append(f"--{option} is required: {allowed}")
            return ""
        if not pattern.fullmatch(value):
            self.errors.append(f"--{option} {value!r} is not allowed: {allowed}")
        return value

    def number(self, option: str, low: int, high: int) -> int | None:
        """An option's whole number within bounds (both included); None after an error."""
        value = getattr(self._options, option.replace("-", "_"))
        if re.fullmatch(r"[0-9]{1,10}", str(value or "")) and low <= int(value) <= high:
            return int(value)
        told = "is required" if value is None else f"{value!r} is not allowed"
        self.errors.append(f"--{option} {told}: a whole number from {low} to {high}")
        return None

    def choice(self, option: str, allowed: tuple[str, ...]) -> str:
        value = getattr(self._options, option.replace("-", "_"))
        if value not in allowed:
            self.errors.append(f"--{option} {value!r} is not allowed: one of {', '.join(allowed)}")
        return value

    def finish(self) -> None:
        if self.errors:
            raise BadInput(self.errors)


def target(options: argparse.Namespace, checks: Checks) -> Target:
    """Domain, servers, administrator and certificate authority."""
    domain = checks.text("domain", _DOMAIN, "a domain of two labels or more, for example hpc.example.org").lower()
    servers = tuple(part.strip() for part in (options.server or "").split(",") if part.strip())
    if not servers:
        checks.errors.append("--server is required: the address of a domain controller, or several with commas between")
    for server in servers:
        if not _HOST.fullmatch(server):
            checks.errors.append(f"--server {server!r} is not allowed: an IP address or a host name")
    if len(set(servers)) != len(servers):
        checks.errors.append("--server names an address twice: each domain controller once")
    admin = checks.text("admin", _ADMIN, "an account name of letters, digits, dot, hyphen and underscore")
    return Target(domain, servers, admin, _ca_file(options.ca_file, checks))


def users_ou(options: argparse.Namespace, checks: Checks, base_dn: str) -> str:
    """Where new users and groups go: --users-ou, or CN=Users of the domain."""
    dn = options.users_ou or f"CN=Users,{base_dn}"
    check_dn("users-ou", dn, base_dn, checks)
    return dn


def unit(options: argparse.Namespace, checks: Checks, base_dn: str) -> str:
    """The organisational unit of a service user: --ou, or OU=Service of the domain."""
    dn = options.ou or f"OU=Service,{base_dn}"
    check_dn("ou", dn, base_dn, checks)
    if not dn.upper().startswith("OU="):
        checks.errors.append(f"--ou {dn!r} is not allowed: an organisational unit, OU=...")
    return dn


def service_name(options: argparse.Namespace, checks: Checks) -> str:
    name = checks.text(
        "name", re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,19}$"), "a letter or _, then letters, digits, _ and -"
    )
    if name.lower() in RESERVED:
        checks.errors.append(f"--name {name!r} is reserved for the system; choose another")
    return name


def check_dn(option: str, dn: str, base_dn: str, checks: Checks) -> None:
    """A container inside the domain, without characters that need escaping."""
    inside = dn.lower().endswith("," + base_dn.lower())
    if not inside or not re.match(r"^((OU|CN)=[A-Za-z0-9 ._-]+,)+DC=", dn, re.IGNORECASE):
        checks.errors.append(f"--{option} {dn!r} is not allowed: OU=... or CN=... inside {base_dn or 'the domain'}")


def _ca_file(given: str | None, checks: Checks) -> Path | None:
    if not given:
        return None
    path = Path(given).expanduser()
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        checks.errors.append(f"--ca-file {path} cannot be used: {getattr(error, 'strerror', None) or error}")
    return path
