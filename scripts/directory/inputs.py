"""What the caller may ask for. Everything is checked before the first connection, and every error is told at once."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from . import credentials
from .faults import BadInput

NAME = re.compile(r"^[a-z_][a-z0-9_-]{0,19}$")
_PREFIX = re.compile(r"^[a-z_][a-z0-9_-]{0,18}$")
_GROUP = re.compile(r"^[a-z_][a-z0-9_-]{0,31}$")
_ADMIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"^{_LABEL}(\.{_LABEL})+$")
_HOST = re.compile(rf"^({_LABEL}(\.{_LABEL})*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$")
_SHELL = re.compile(r"^(/[A-Za-z0-9._+-]+)+$")
_MOST_USERS = 20_000
_UID_RANGE = (1_000, 2_000_000_000)

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


@dataclass(frozen=True)
class People:
    """A numbered series of users in one group. `accounts` is name -> number."""

    prefix: str
    accounts: dict[str, int]
    group: str | None
    users_ou: str
    uid_base: int | None
    gid: int
    shell: str


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
        if not pattern.match(value):
            self.errors.append(f"--{option} {value!r} is not allowed: {allowed}")
        return value

    def number(self, option: str, low: int, high: int) -> int | None:
        """An option's whole number within bounds (both included); None after an error."""
        value = getattr(self._options, option.replace("-", "_"))
        if re.match(r"^[0-9]{1,10}$", str(value or "")) and low <= int(value) <= high:
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
        if not _HOST.match(server):
            checks.errors.append(f"--server {server!r} is not allowed: an IP address or a host name")
    if len(set(servers)) != len(servers):
        checks.errors.append("--server names an address twice: each domain controller once")
    admin = checks.text("admin", _ADMIN, "an account name of letters, digits, dot, hyphen and underscore")
    return Target(domain, servers, admin, _ca_file(options.ca_file, checks))


def people(options: argparse.Namespace, checks: Checks, base_dn: str) -> People:
    """The series of users: prefix, numbers and what they have in common."""
    prefix = checks.text("prefix", _PREFIX, "a lower-case letter or _, then a-z 0-9 _ -")
    accounts = _accounts(prefix, checks)
    group = checks.text(
        "group", _GROUP, "a lower-case letter or _, then a-z 0-9 _ -, 32 characters in all", required=False
    )
    for name in (group, *accounts):
        if name in RESERVED:
            checks.errors.append(f"{name!r} is reserved for the system; choose another --group or --prefix")
    if group and group in accounts:
        checks.errors.append(f"--group {group!r} is also the name of one of the users; choose another")
    users_ou = options.users_ou or f"CN=Users,{base_dn}"
    _check_dn("users-ou", users_ou, base_dn, checks)
    uid_base = checks.number("uid-base", *_UID_RANGE) if options.uid_base is not None else None
    gid = checks.number("gid", *_UID_RANGE)
    shell = checks.text("shell", _SHELL, "an absolute path, for example /bin/bash")
    return People(prefix, accounts, group or None, users_ou, uid_base, gid or 0, shell)


def unit(options: argparse.Namespace, checks: Checks, base_dn: str) -> str:
    """The organisational unit of a service user: --ou, or OU=Service of the domain."""
    dn = options.ou or f"OU=Service,{base_dn}"
    _check_dn("ou", dn, base_dn, checks)
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


def credentials_file(options: argparse.Namespace, checks: Checks) -> Path:
    """Where new passwords go; an existing file must be one of ours, because it is extended."""
    path = Path(options.credentials_file).expanduser() if options.credentials_file else credentials.default_path()
    try:
        if path.exists():
            credentials.read(path)
        elif options.credentials_file and not path.parent.is_dir():
            checks.errors.append(f"--credentials-file {path}: the folder {path.parent} does not exist")
    except BadInput as error:
        checks.errors.extend(error.reasons)
    return path


def secrets_from_stdin(checks: Checks, admin: str, *, also: tuple[str, ...] = ()) -> dict[str, str]:
    """`{"adminPassword": ..., <also>: ...}` from one JSON object on stdin; asked for on a terminal."""
    wanted = ("adminPassword", *also)
    if sys.stdin.isatty():
        if checks.errors:
            return {}
        labels = {"adminPassword": f"Password of {admin}: ", "serviceUserPassword": "Password of the service user: "}
        given = {key: getpass.getpass(labels[key]) for key in wanted}
    else:
        given = _json_object(sys.stdin.read(), checks)
    if given is None:
        return {}
    for key in wanted:
        # The value is never repeated in a message: it is a secret.
        if not isinstance(given.get(key), str) or not given[key] or "\n" in given[key]:
            checks.errors.append(f'stdin: "{key}" is required: a text that is not empty and has no line break')
    unknown = sorted(set(given) - set(wanted))
    if unknown:
        checks.errors.append(f"stdin: unknown key(s) {', '.join(unknown)}; allowed: {', '.join(wanted)}")
    return given


def _json_object(text: str, checks: Checks) -> dict[str, str] | None:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        checks.errors.append('stdin must hold one JSON object, for example {"adminPassword": "..."}')
        return None
    return given


def _accounts(prefix: str, checks: Checks) -> dict[str, int]:
    """Name -> number; empty after an error."""
    count = checks.number("count", 1, _MOST_USERS)
    start = checks.number("start", 0, 999_999_999)
    width = checks.number("width", 1, 9)
    if count is None or start is None or width is None or not _PREFIX.match(prefix):
        return {}
    last = start + count - 1
    if len(str(last)) > width:
        checks.errors.append(
            f"--width {width} is too narrow: the last number is {last}, so at least {len(str(last))} is needed"
        )
        return {}
    if not NAME.match(f"{prefix}{last:0{width}}"):
        checks.errors.append(
            f"--prefix {prefix!r} with --width {width} makes names of {len(prefix) + width} characters: at most 20 are allowed"
        )
        return {}
    return {f"{prefix}{number:0{width}}": number for number in range(start, last + 1)}


def _check_dn(option: str, dn: str, base_dn: str, checks: Checks) -> None:
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
