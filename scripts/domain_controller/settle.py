"""`converge`: bring this machine to what the stack says. A second run changes nothing."""

from __future__ import annotations

import logging
from pathlib import Path

from . import administrator, directory, membership, policy, system, texts
from .cloud import Cloud
from .configuration import Configuration
from .faults import Fault
from .machine import Machine, wait_until

log = logging.getLogger("controller")
_START_SECONDS = 300


def converge(machine: Machine, found: Configuration, cloud: Cloud, *, wait_seconds: int) -> None:
    """All steps, in order; the first that fails ends it, and a later run goes on there."""
    system.install_packages(machine)
    system.settle_identity(machine, found)
    # Before all that may fail, so that it is tried again.
    system.enable_timers(machine)
    system.quiet_other_roles(machine)
    new_certificate = write_certificate(machine, found, cloud)
    membership.settle(machine, found, cloud, wait_seconds=wait_seconds)
    serve(machine, found, restart=new_certificate)
    membership.introduce(machine, found, cloud)
    membership.meet_peer(machine, found)
    policy.settle(machine, found)
    administrator.settle(machine, found, cloud)


def write_certificate(machine: Machine, found: Configuration, cloud: Cloud) -> bool:
    """What the stack issued for this controller; whether it is a new one. Samba refuses a key that others can read."""
    key, certificate = cloud.tls()
    folder = Path(texts.TLS)
    # The key first: a certificate without its key would keep Samba from starting.
    changed = [
        machine.write(folder / "server.key", key, 0o600),
        machine.write(folder / "ca.pem", found.authority),
        machine.write(folder / "server.pem", certificate),
    ]
    return any(changed)


def serve(machine: Machine, found: Configuration, *, restart: bool) -> None:
    """Samba runs with the current configuration, answers, and is asked for names first by its own machine."""
    name = membership.held_as(found) or found.name
    changed = machine.write(membership.SMB_CONF, texts.smb_conf(found, name))
    system.start(machine, restart=restart or changed)
    if not machine.dry_run and not wait_until("Samba to answer", lambda: directory.serves(found), _START_SECONDS, 2):
        raise Fault(
            f"samba-ad-dc runs, but LDAP and LDAPS at {found.address} do not answer within {_START_SECONDS} s: "
            "see journalctl -u samba-ad-dc"
        )
    system.resolve_by(machine, found, servers=[found.address, found.peer_address, found.forwarder])
