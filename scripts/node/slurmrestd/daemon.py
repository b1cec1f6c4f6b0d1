"""The daemon: a user of its own, a hardened unit, what its Slurm has, one address and port, or a socket; and whether it answers."""

from __future__ import annotations

import http.client
import re
import socket

from ..library import accounts, commands, services, waiting
from ..library.changes import Changes
from ..library.faults import Fault
from . import front
from .front import Front
from .hardening import HARDENED
from .keys import Source

USER = "slurmrestd"
_BIN, _SBIN = "/opt/slurm/bin", "/opt/slurm/sbin"
_ANSWER_SECONDS, _STATUS_SECONDS = 60, 10
_METADATA = ("169.254.169.254", 80)
# Neither root nor SlurmUser, who might act as anybody (slurmrestd(8), "Security"). SLURM_JWT: it passes on its callers' tokens.
_UNIT = """[Unit]
Description=Slurm REST API
Documentation=man:slurmrestd(8)
After=network-online.target slurmctld.service slurmdbd.service
Wants=network-online.target
ConditionPathExists=/opt/slurm/etc/slurm.conf

[Service]
User={user}
Group={user}
UMask=0077
Environment=SLURM_CONF=/opt/slurm/etc/slurm.conf SLURM_JWT=daemon
ExecStart={sbin}/slurmrestd -a rest_auth/jwt -s {openapi} -d {parsers} {listen}
Restart=always
RestartSec=5
LimitNOFILE=65536
{folder}{hardened}InaccessiblePaths=-/var/spool/slurm.state -/etc/munge

[Install]
WantedBy=multi-user.target
"""


_FOLDER = """RuntimeDirectory=slurmrestd
RuntimeDirectoryMode=0750
"""


def serve(changes: Changes, source: Source, *, address: str | None, port: int, tls: Front | None) -> None:
    """Have it run and answer. Raises Fault, with what slurmrestd said where it does not start.

    With `tls` it listens on a socket that only the front may use, and nothing of it is in clear text on the network.
    """
    _check_slurm()
    accounts.system_user(changes, USER)
    address = address or private_address()
    if tls is None:
        front.gone(changes)
    parsers = _versions(_known("-d", r"data_parser/(v[\d.]+)"))
    at = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    unit = _UNIT.format(
        user=USER,
        sbin=_SBIN,
        openapi=",".join(_openapi()),
        parsers=",".join(parsers),
        listen=f"unix:{front.SOCKET}" if tls else at,
        folder=_FOLDER if tls else "",
        hardened=HARDENED,
    )
    changed = services.unit(changes, "slurmrestd.service", unit)
    services.running(changes, "slurmrestd.service", changed=changed)
    if tls:
        front.serve(changes, tls)
    if not changes.dry_run:
        _await_answer(source, address, port, parsers[0], tls)
        where = f"https://{tls.certificate.name}:{port} ({at})" if tls else f"http://{at}"
        changes.say(f"Slurm's REST API answers on {where}, versions {', '.join(parsers)}")


def private_address() -> str:
    """The address from which this node would speak to its instance metadata service; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_METADATA)
        except OSError as error:
            raise Fault(f"this node has no address of its own: {error.strerror}; name one with --address") from None
        return str(probe.getsockname()[0])


def _check_slurm() -> None:
    told = commands.output(f"{_BIN}/scontrol", "show", "config")
    found = re.search(r"^AuthAltTypes\s*=\s*(.*)$", told, re.MULTILINE)
    if not found or "auth/jwt" not in found.group(1):
        raise Fault(
            "slurm.conf has no AuthAltTypes=auth/jwt; the cluster's document must say it in CustomSlurmSettings"
        )


def _openapi() -> list[str]:
    """slurmdbd's only with accounting: without, slurmrestd 24.11 ends with "Failure loading plugin path bindings"."""
    kinds = _known("-s", r"openapi/(slurm\w+)")
    told = commands.output(f"{_BIN}/scontrol", "show", "config")
    accounting = re.search(r"^AccountingStorageType\s*=\s*accounting_storage/slurmdbd", told, re.MULTILINE)
    wanted = [kind for kind in ("slurmctld", "slurmdbd") if kind in kinds and (kind == "slurmctld" or accounting)]
    if "slurmctld" not in wanted:
        raise Fault("this Slurm has no plugin openapi/slurmctld; it was built without its REST API")
    return wanted


def _known(option: str, form: str) -> list[str]:
    """What plugins of a kind this Slurm has. slurmrestd does not list them for root."""
    told = commands.output("runuser", "-u", "nobody", "--", f"{_SBIN}/slurmrestd", option, "list")
    found = re.findall(form, told)
    if not found:
        raise Fault(f"`slurmrestd {option} list` lists nothing; this Slurm was built without its REST API")
    return found


def _versions(found: list[str]) -> list[str]:
    """The newest first."""
    return sorted(set(found), key=lambda one: [int(number) for number in one[1:].split(".")], reverse=True)


def _await_answer(source: Source, address: str, port: int, version: str, tls: Front | None) -> None:
    """`/diag` is asked, which reaches slurmctld: slurmrestd itself checks no token, and `/ping` answers to a bad one."""

    def status(token: str | None) -> int | None:
        connection = http.client.HTTPConnection(address, port, timeout=_STATUS_SECONDS)
        try:
            if tls:
                connection.sock = front.connected(tls, _STATUS_SECONDS)
            headers = {"X-SLURM-USER-TOKEN": token} if token else {}
            connection.request("GET", f"/slurm/{version}/diag/", headers=headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def answered() -> bool:
        if status(None) != 401:
            return False
        if source.jwks_url:  # nobody on the node can sign a token
            return True
        token = commands.output(f"{_BIN}/scontrol", "token", "username=root", "lifespan=60").strip()
        return status(token.partition("=")[2]) == 200

    try:
        waiting.until(answered, "slurmrestd to answer", _ANSWER_SECONDS)
    except Fault as fault:
        said = commands.attempt("journalctl", "-u", "slurmrestd", "-n", "5", "-o", "cat", "--no-pager")[1]
        raise Fault(f"{fault}; it said: {' | '.join(said.splitlines())}; see journalctl -u slurmrestd") from None
