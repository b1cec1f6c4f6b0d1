"""The administrator's password: the domain has the one of the stack's secret."""

from __future__ import annotations

from pathlib import Path

from . import directory, membership, texts
from .cloud import Cloud
from .configuration import Configuration
from .faults import Fault
from .machine import Machine, output

_PASSWORD = Path("/run/hpcstack-controller.password")
_REFUSED = "ended with 49"
"""ldapsearch's exit code for invalidCredentials (RFC 4511, 4.1.9)."""


def settle(machine: Machine, found: Configuration, cloud: Cloud) -> None:
    """By the controller that holds the role for passwords: a changed secret reaches the domain, also one restored from before."""
    name = membership.held_as(found)
    if name is None or directory.roles().get(directory.PASSWORDS) != name:
        return
    password = cloud.secret(found.admin_secret_arn)
    if not _accepted(found, password):
        machine.change(
            "give the administrator the password of the stack's secret", lambda: directory.set_administrator(password)
        )


def _accepted(found: Configuration, password: str) -> bool:
    """Whether this controller takes it, over LDAPS. The file is root's alone, in memory, and gone at once."""
    _PASSWORD.unlink(missing_ok=True)
    _PASSWORD.touch(mode=0o600)
    try:
        _PASSWORD.write_text(password)
        output(
            *("ldapsearch", "-x", "-LLL", "-H", f"ldaps://{found.name}.{found.domain}", "-y", str(_PASSWORD)),
            *("-D", f"{directory.ADMIN}@{found.domain}", "-s", "base", "-b", "", "defaultNamingContext"),
            seconds=30,
            environment={"LDAPTLS_CACERT": f"{texts.TLS}/ca.pem", "LDAPTLS_REQCERT": "demand"},
        )
    except Fault as error:
        if _REFUSED not in str(error):
            raise
        return False
    finally:
        _PASSWORD.unlink(missing_ok=True)
    return True
