"""A domain controller's processes: Samba with its configuration, started until it answers a sealed bind."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from localcloud import processes
from localcloud.directory import configuration, requirements
from localcloud.directory.layout import ADMIN, Layout
from localcloud.directory.provision import SYSTEM_SIDE, write_configuration
from localcloud.errors import LocalCloudError

START_SECONDS = 300
"""Generous: on a busy machine Samba needs some of it, and one that ends is noticed at once."""
_PROBE_SECONDS = 8
_TAKEN = "NT_STATUS_ADDRESS_ALREADY_ASSOCIATED"
"""How Samba says in its log that another process listens on its port."""


class AddressTaken(LocalCloudError):
    """Somebody else began to listen on the address between its choice and Samba's start."""


def run(
    name: str,
    where: Layout,
    domain: str,
    address: str,
    services: tuple[str, ...] = configuration.SERVICES,
    environment: Mapping[str, str] | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Start the controller of `where` as the daemon `name` and wait for the first sealed bind. LocalCloudError, AddressTaken.

    `more`: further lines of Samba's configuration.
    """
    write_configuration(where, domain, address, services, more)
    probe = _Probe(where, domain, address)
    try:
        processes.start(
            name,
            [
                requirements.find("samba"),
                "--foreground",
                "--no-process-group",
                "--debug-stdout",
                f"--configfile={where.smb_conf}",
            ],
            info={"domain": domain, "address": address},
            ready=probe,
            timeout=START_SECONDS,
            env={**os.environ, **(environment or {}), "KRB5_CONFIG": str(where.krb5_conf)},
        )
    except LocalCloudError as error:
        kind = AddressTaken if _TAKEN in str(error) else LocalCloudError
        raise kind(f"{error} (last answer to a Kerberos bind: {probe.reason})") from error


class _Probe:
    """Readiness: a ticket for the administrator, one sealed LDAP bind with it, and LDAPS. Keeps the last reason for not ready."""

    def __init__(self, where: Layout, domain: str, address: str) -> None:
        self.reason = "none yet"
        self._where = where
        self._principal = f"{ADMIN}@{domain.upper()}"
        name, authority = f"{where.server}.{domain}", str(where.ca_file)
        self._request = json.dumps({"do": "probe", "address": address, "server_name": name, "ca_file": authority})

    def __call__(self) -> bool:
        with tempfile.TemporaryDirectory(prefix="hpcstack-probe-") as folder:
            cache = f"FILE:{folder}/ticket"
            environment = {**os.environ, "KRB5_CONFIG": str(self._where.krb5_conf), "KRB5CCNAME": cache, "LC_ALL": "C"}
            password = self._where.admin_password.read_text() + "\n"
            return self._succeeds(
                [requirements.find("kinit"), self._principal], password, environment
            ) and self._succeeds([requirements.SYSTEM_PYTHON, str(SYSTEM_SIDE)], self._request, environment)

    def _succeeds(self, command: list[str], text: str, environment: dict[str, str]) -> bool:
        try:
            done = subprocess.run(
                command,
                input=text,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=_PROBE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            self.reason = f"{Path(command[0]).name} did not end in {_PROBE_SECONDS} s"
            return False
        self.reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return done.returncode == 0
