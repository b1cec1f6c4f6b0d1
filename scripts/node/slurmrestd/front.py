"""What ends TLS before slurmrestd: stunnel, which ParallelCluster's images have, as a user of its own.

slurmrestd has TLS of its own only where Slurm was built with s2n-tls (Slurm's documentation, "TLS"), and then for all of Slurm's
daemons. ParallelCluster builds it without.
"""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from ..library import accounts, commands, services, waiting
from ..library.changes import Changes
from ..library.faults import Fault
from . import certificate
from .certificate import Certificate
from .hardening import HARDENED

SOCKET = "/run/slurmrestd/api.socket"
"""Where slurmrestd listens, for the front alone."""
_USER, _BEHIND = "slurmrestd-tls", "slurmrestd"
_UNIT = "slurmrestd-tls.service"
_CONFIGURATION = "/etc/hpcstack/slurmrestd-tls.conf"
_PROGRAMS = ("/usr/bin/stunnel", "/usr/bin/stunnel4", "/usr/local/bin/stunnel", "/usr/bin/stunnel5")
_ANSWER_SECONDS = 60
_SETTINGS = """; TLS before Slurm's REST API. Written by hpcstack.
foreground = yes
pid =
syslog = no
debug = warning

[slurmrestd]
accept = {address}:{port}
connect = {socket}
cert = {certificate}
sslVersionMin = TLSv1.2
renegotiation = no
"""
_TEXT = """[Unit]
Description=TLS before Slurm's REST API
Documentation=man:stunnel(8)
After=network-online.target slurmrestd.service
Wants=network-online.target slurmrestd.service

[Service]
User={user}
Group={user}
SupplementaryGroups={behind}
UMask=0077
ExecStart={program} {configuration}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=5
LimitNOFILE=65536
{hardened}InaccessiblePaths=-/var/spool/slurm.state -/etc/munge -/opt/slurm/etc

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True)
class Front:
    """Where it listens, and which certificate it shows."""

    address: str
    port: int
    certificate: Certificate

    @property
    def option(self) -> list[str]:
        """Of this program."""
        return [*self.certificate.option, "--address", self.address, "--port", str(self.port)]


def serve(changes: Changes, front: Front) -> None:
    """Have it run, enabled, with the present certificate. Raises Fault."""
    program = next((path for path in _PROGRAMS if os.access(path, os.X_OK)), None)
    if program is None:
        raise Fault(
            "stunnel is not on this node, and TLS needs it; ParallelCluster's own images have it: take one of them, or add"
            " stunnel (Ubuntu: stunnel4) to the image"
        )
    accounts.system_user(changes, _USER)
    certificate.put(changes, front.certificate, _USER)
    settings = _SETTINGS.format(address=front.address, port=front.port, socket=SOCKET, certificate=certificate.PATH)
    changed = changes.file(_CONFIGURATION, settings)
    text = _TEXT.format(user=_USER, behind=_BEHIND, program=program, configuration=_CONFIGURATION, hardened=HARDENED)
    changed = services.unit(changes, _UNIT, text) or changed
    if not services.running(changes, _UNIT, changed=changed):
        _show(changes, front)
    elif not changes.dry_run:
        _await_shown(front)


def refresh(changes: Changes, front: Front) -> None:
    """The present certificate, shown to clients; connections that are open stay."""
    certificate.put(changes, front.certificate, _USER)
    _show(changes, front)


def gone(changes: Changes) -> None:
    """Have none: the port is slurmrestd's own."""
    unit = Path("/etc/systemd/system", _UNIT)
    if unit.exists():
        changes.command(f"{_UNIT} ended", "systemctl", "disable", "--now", "--quiet", _UNIT)
        changes.gone(unit)
        if not changes.dry_run:
            commands.output("systemctl", "daemon-reload")
    changes.gone(_CONFIGURATION)
    changes.gone(certificate.PATH)


def connected(front: Front, seconds: float) -> ssl.SSLSocket:
    """A connection of a client that knows the certificate's authority. Raises OSError, which ssl's own errors are."""
    plain = socket.create_connection((front.address, front.port), timeout=seconds)
    try:
        asking = certificate.client(certificate.kept(), alone=front.certificate.alone)
        return asking.wrap_socket(plain, server_hostname=front.certificate.name)
    except BaseException:
        plain.close()
        raise


def _show(changes: Changes, front: Front) -> None:
    """Reloads only what shows another certificate than the file's, also after a run that was cut."""
    if Path(certificate.PATH).exists() and not _shown(front):
        changes.command(f"{_UNIT} reloaded", "systemctl", "reload-or-restart", _UNIT)
        if not changes.dry_run:
            _await_shown(front)


def _await_shown(front: Front) -> None:
    try:
        waiting.until(
            lambda: _shown(front), f"the certificate of {front.certificate.name} to be shown", _ANSWER_SECONDS
        )
    except Fault as fault:
        said = commands.attempt("journalctl", "-u", _UNIT, "-n", "5", "-o", "cat", "--no-pager")[1]
        raise Fault(f"{fault}; stunnel said: {' | '.join(said.splitlines())}; see journalctl -u {_UNIT}") from None


def _shown(front: Front) -> bool:
    try:
        with connected(front, seconds=10) as link:
            return link.getpeercert(binary_form=True) == certificate.leaf(certificate.kept())
    except OSError:
        return False
