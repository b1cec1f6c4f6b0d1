"""Debian packages of the directory and the jump host. As root they are installed, with their services left off."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localcloud import bytecode, locks, paths
from localcloud.errors import LocalCloudError

NEEDED = {
    "samba": "the directory",
    "samba-ad-dc": "the directory",
    "samba-ad-provision": "the directory",
    "python3-samba": "the directory",
    "krb5-user": "tickets for the directory tool",
    "libsasl2-modules-gssapi-mit": "sealed connections of the directory tool",
    "python3-ldap": "the directory tool",
    "python3-boto3": "secrets and files of the jump host over Systems Manager",
    "python3-yaml": "lists of users",
    "openssh-server": "the jump host",
    "openssh-client": "connections to the jump host",
}
"""Package -> what needs it."""

FOR_TESTS = {
    "sssd-ldap": "logons as on a cluster's nodes",
    "libnss-sss": "logons as on a cluster's nodes",
    "libpam-sss": "logons as on a cluster's nodes",
    "pamtester": "logons as on a cluster's nodes",
    "libnss-wrapper": "two controllers that find each other without a name service",
    "faketime": "a clock that is wrong",
}
"""Package -> what the tests of the directory need it for, beside NEEDED."""

FOR_MACHINES = {
    "mmdebstrap": "the root file system of domain controllers",
    "systemd-container": "machines that boot",
    "iproute2": "a network of their own",
}
"""Package -> what the tests of the domain controllers' own program need it for."""

FOR_BENCHMARK = {
    "ldap-utils": "the controller's own limit",
    "adcli": "the reference",
    "expect": "the reference",
}
"""Package -> what `benchmarks.directory` compares with, beside NEEDED and FOR_TESTS."""

_POLICY = Path("/usr/sbin/policy-rc.d")
_MARK = "# made by hpcstack while it installs packages; safe to delete\n"


@dataclass(frozen=True)
class Packages:
    missing: list[str]
    """What is not installed. Never anything where root could install it: then the failure is an error."""


def ensure(names: Iterable[str] = NEEDED) -> Packages:
    """Install what is missing if this is Debian and root; else say what is missing. Raises LocalCloudError if apt refuses."""
    wanted = list(names)
    missing = _missing(wanted)
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return Packages(missing)
    print(
        f"local cloud: installing Debian packages (services stay off): {' '.join(missing)}", file=sys.stderr, flush=True
    )
    with locks.held(paths.CACHE / "packages.lock"), _services_off():
        if missing := _missing(wanted):
            _install(missing)
    return Packages(_missing(wanted))


def _missing(wanted: list[str]) -> list[str]:
    if shutil.which("dpkg-query") is None:
        return sorted(wanted)
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def _install(names: list[str]) -> None:
    install = ["install", "-qy", "--no-install-recommends", *names]
    if _apt(install) is None:
        return
    # The lists may be old or absent.
    refused = _apt(["update", "-q"]) or _apt(install)
    if refused:
        raise LocalCloudError(
            f"Debian's packages {' '.join(names)} cannot be installed: {refused}; see {_log()}. Mend that, or install them by "
            "hand, then run the same command again"
        )


def _apt(arguments: list[str]) -> str | None:
    """None, or the first line that says why apt refused."""
    _log().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {**bytecode.not_ours(), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = ["apt-get", "-o", "Acquire::Retries=2", "-o", "DPkg::Lock::Timeout=120", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    with _log().open("a") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode == 0:
        return None
    lines = done.stderr.splitlines()
    return next((line for line in lines if line.startswith("E:")), f"apt-get ended with {done.returncode}")


def _log() -> Path:
    return paths.STATE / "logs" / "apt.log"


@contextmanager
def _services_off() -> Iterator[None]:
    """Debian asks policy-rc.d before it starts a new package's service; 101 forbids it. A policy of the machine's own is kept."""
    if _POLICY.exists() and _MARK not in _POLICY.read_text(errors="replace"):
        yield
        return
    _POLICY.write_text(f"#!/bin/sh\n{_MARK}exit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
