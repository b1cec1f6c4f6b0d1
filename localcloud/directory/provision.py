"""Make a directory that does not exist yet: whole or not at all."""

from __future__ import annotations

import json
import secrets
import shutil
import string
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from localcloud.directory import certificates, configuration, requirements
from localcloud.directory.layout import ADMIN, READ_ONLY_USER, SERVER, Layout, base_dn, netbios_name
from localcloud.errors import LocalCloudError

SYSTEM_SIDE = Path(__file__).with_name("on_system_python.py")
_LIMIT_SECONDS = 600
_ALPHABET = string.ascii_letters + string.digits


def provision(where: Layout, domain: str, address: str, lock: int) -> None:
    """Make domain, authority and passwords beside `where` and rename the lot into place at the end.

    A run that is cut off leaves only the folder beside, which the next run deletes. `lock` is the file descriptor of the
    held lock: the child inherits it, so that a next run waits for an orphaned child before it deletes that folder.
    """
    fresh = Layout(where.home.with_name(where.home.name + ".new"))
    shutil.rmtree(fresh.home, ignore_errors=True)
    fresh.home.mkdir(mode=0o700, parents=True)
    passwords = {name: _password() for name in ("admin", "read_only")}
    _write_private(fresh.admin_password, passwords["admin"])
    _write_private(fresh.read_only_password, passwords["read_only"])
    certificates.make_authority(fresh.tls, domain)
    write_configuration(fresh, domain, address)
    _make_domain(fresh, domain, address, passwords, lock)
    fresh.write_identity(domain, address)
    fresh.home.replace(where.home)


def write_configuration(
    where: Layout,
    domain: str,
    address: str,
    services: tuple[str, ...] = configuration.SERVICES,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write what depends on place and address: Samba's and Kerberos' configuration, the server's certificate."""
    for folder in (where.samba, where.run, configuration.lock_directory(where)):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    where.smb_conf.write_text(configuration.smb_conf(where, domain, address, services, more))
    where.krb5_conf.write_text(configuration.krb5_conf(domain, address))
    certificates.make_server_certificate(where.tls, f"{where.server}.{domain}", address)


def _make_domain(where: Layout, domain: str, address: str, passwords: dict[str, str], lock: int) -> None:
    """Run Samba's own provisioning on the operating system's Python; passwords go by stdin."""
    request = {
        "do": "provision",
        "smb_conf": str(where.smb_conf),
        "domain": domain,
        "netbios": netbios_name(domain),
        "address": address,
        "base_dn": base_dn(domain),
        "server_name": f"{SERVER}.{domain}",
        "admin": ADMIN,
        "admin_password": passwords["admin"],
        "read_only_user": READ_ONLY_USER,
        "read_only_password": passwords["read_only"],
    }
    try:
        done = subprocess.run(
            [requirements.SYSTEM_PYTHON, str(SYSTEM_SIDE)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
            timeout=_LIMIT_SECONDS,
            pass_fds=(lock,),
        )
    except subprocess.TimeoutExpired as error:
        raise LocalCloudError(
            f"making the directory took more than {_LIMIT_SECONDS} s; is the machine overloaded?"
        ) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LocalCloudError(f"Samba could not make the domain {domain}: {reason}")


def _password() -> str:
    """A random password that satisfies Active Directory's complexity rule: lower case, capital and digit."""
    while True:
        word = "".join(secrets.choice(_ALPHABET) for _ in range(24))
        if any(c.islower() for c in word) and any(c.isupper() for c in word) and any(c.isdigit() for c in word):
            return word


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
