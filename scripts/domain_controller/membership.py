"""Making this machine a controller of the one domain: by making the domain, or by joining it.

What a machine has to do follows from what it holds and who answers, never from its number alone:

- it holds its domain: nothing to do;
- the other controller answers: it joins (also when it was the first one once);
- nobody answers and the domain was made before (the marker in the bucket): it stops and names `restore`;
- nobody answers and there never was a domain: the founder makes it, the other one waits.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import directory, system, texts
from .cloud import Cloud
from .configuration import Configuration
from .faults import Fault, Unreachable
from .machine import Machine, answer, output, wait_until

log = logging.getLogger("controller")
SMB_CONF = Path("/etc/samba/smb.conf")
STATE = Path("/var/lib/samba")
_STAMP = STATE / "hpcstack.json"
_AUTHENTICATION = Path("/run/hpcstack-controller.auth")
_MAKE_SECONDS = 900
_REGISTER_SECONDS = 300
_ANSWER_SECONDS = 120
_REPLICATE_SECONDS = 300
NAMES_SECONDS = 60
"""One update of a name that nobody answers would take nsupdate 300 seconds (its manual page)."""
_INTRODUCE_SECONDS = 900
_PAUSE_SECONDS = 15


def held_as(found: Configuration) -> str | None:
    """The name under which this machine holds the domain; None when it holds none, or a half-made one."""
    stamp = _stamp()
    if stamp is None:
        return None
    if stamp["domain"] != found.domain:
        raise Fault(
            f"this machine holds the domain {stamp['domain']}, and the stack says {found.domain}: a domain cannot be renamed; "
            "give directory.domainName its former value"
        )
    return stamp["name"]


def _stamp() -> dict[str, Any] | None:
    try:
        return json.loads(_STAMP.read_text())
    except FileNotFoundError:
        return None


def remember(found: Configuration, name: str, *, introduced: bool = True, peer: str | None = None) -> None:
    """The last step of making, joining or restoring: before it all is half-made. `peer` is the id of the other one's membership."""
    stamp = {"domain": found.domain, "name": name, "introduced": introduced, "peer": peer}
    fresh = _STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp) + "\n")
    fresh.replace(_STAMP)


def settle(machine: Machine, found: Configuration, cloud: Cloud, *, wait_seconds: int) -> None:
    """Make this machine a controller of the domain if it is none."""
    name = held_as(found)
    if name == found.name:
        return
    if name is not None:
        _leave_temporary_name(machine, found, cloud, name)
        return
    made_before = cloud.read(found.marker_key) is not None
    if not made_before and found.founder and not directory.answers(found, found.peer_address):
        make(machine, found, cloud)
        return
    if not machine.dry_run:
        _wait_for_peer(found, made_before, wait_seconds)
    join(machine, found, cloud)


def _wait_for_peer(found: Configuration, made_before: bool, seconds: int) -> None:
    """It may be at its first boot, or restarting."""
    peer = f"{found.peer_name} ({found.peer_address})"
    if wait_until(peer, lambda: bool(directory.answers(found, found.peer_address)), seconds):
        return
    if made_before:
        raise Unreachable(
            f"the domain {found.domain} was made before (s3://{found.bucket}/{found.marker_key}), this machine does not hold it, "
            f"and {peer} does not answer. No second domain is made over it. If {found.peer_name} lives, start it; if both "
            f"controllers are lost, run on this machine: sudo python3 {texts.PROGRAM} restore --backup latest"
        )
    raise Unreachable(
        f"{peer} has not made the domain {found.domain} within {seconds} s: read its /var/log/hpcstack-controller.log"
    )


def make(machine: Machine, found: Configuration, cloud: Cloud) -> None:
    """Provision the domain, set the administrator's password, and leave the marker; nothing serves before all of it is done."""
    password = cloud.secret(found.admin_secret_arn)
    _clear(machine)
    system.resolve_by(machine, found, servers=[found.forwarder])
    machine.write(SMB_CONF, texts.smb_conf(found, found.name))

    def provision() -> None:
        # Without --adminpass samba-tool makes a password up and prints it; it is replaced at once, and the output goes nowhere.
        output(
            *("samba-tool", "domain", "provision", f"--realm={found.realm}", f"--domain={found.short_domain}"),
            *("--server-role=dc", "--dns-backend=SAMBA_INTERNAL", "--use-rfc2307"),
            *(f"--host-name={found.name}", f"--host-ip={found.address}"),
            seconds=_MAKE_SECONDS,
        )
        directory.set_administrator(password)

    machine.change(f"make the domain {found.domain}", provision)
    machine.write(SMB_CONF, texts.smb_conf(found, found.name))
    made = json.dumps({"domain": found.domain, "founder": found.name}).encode()
    machine.change(f"write the marker {found.marker_key}", lambda: cloud.write(found.marker_key, made))
    machine.change("remember the domain", lambda: remember(found, found.name))


def join(machine: Machine, found: Configuration, cloud: Cloud) -> None:
    """Become a further controller of the domain that the other one holds. What it knows of lost controllers is removed first."""
    password = cloud.secret(found.admin_secret_arn)
    _clear(machine)
    system.resolve_by(machine, found, servers=[found.peer_address, found.forwarder])
    machine.write(SMB_CONF, texts.smb_conf(found, found.name))
    machine.write(Path("/etc/krb5.conf"), texts.krb5_conf(found))
    machine.change(f"join the domain {found.domain} at {found.peer_name}", lambda: _join(found, password))
    machine.write(SMB_CONF, texts.smb_conf(found, found.name))
    machine.change("remember the domain", lambda: remember(found, found.name, introduced=False))


def introduce(machine: Machine, found: Configuration, cloud: Cloud) -> None:
    """After a join, when Samba runs: have the other controller copy what this one registers of itself.

    By itself it would look for the newcomer after minutes, and until then Kerberos knows no tickets for this one's LDAP service.
    """
    stamp = _stamp()
    if stamp is None or stamp["introduced"]:
        return
    service = f"ldap/{found.name}.{found.domain}"
    if not wait_until(f"the service name {service}", lambda: directory.registered(service), _REGISTER_SECONDS, 2):
        raise Fault(f"Samba has not registered {service} within {_REGISTER_SECONDS} s: see journalctl -u samba-ad-dc")
    password = cloud.secret(found.admin_secret_arn)

    def act() -> None:
        _insist(lambda: _replicate(found, found.name, password), found)
        remember(found, found.name, peer=directory.membership_id(found.peer_name))

    machine.change(f"introduce this controller to {found.peer_name}", act)


def _insist(act: Callable[[], None], found: Configuration) -> None:
    """The other controller refuses until its own timer has seen this one (`meet_peer`), and answers nothing while it copies."""
    end = time.monotonic() + _INTRODUCE_SECONDS
    while True:
        try:
            act()
        except Fault as error:
            if time.monotonic() >= end:
                raise
            log.info("%s does not copy from this controller yet, trying again: %s", found.peer_name, error)
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def meet_peer(machine: Machine, found: Configuration) -> None:
    """A restart for a replaced peer: this Samba would offer it Kerberos tickets of its predecessor for hours, and copy nothing."""
    stamp = _stamp()
    if stamp is None or directory.answers(found, found.peer_address) != found.peer_name:
        return
    peer = directory.membership_id(found.peer_name)
    if peer is None or peer == stamp["peer"]:
        return
    if stamp["peer"] is not None:
        machine.run(
            f"restart samba-ad-dc for the new {found.peer_name}", "systemctl", "restart", "samba-ad-dc", seconds=180
        )
        # What follows asks this controller.
        if not machine.dry_run:
            wait_until("Samba to answer again", lambda: directory.serves(found), _ANSWER_SECONDS, 2)
    machine.change(
        f"remember {found.peer_name}'s membership",
        lambda: remember(found, stamp["name"], introduced=stamp["introduced"], peer=peer),
    )


def _join(found: Configuration, password: str) -> None:
    server = directory.answers(found, found.peer_address)
    if server is None:
        raise Unreachable(f"{found.peer_name} ({found.peer_address}) no longer answers; run this again")
    database = directory.remote(found, found.peer_address, password)
    with _authentication(found, password) as file:
        for lost in directory.members(database):
            if lost != server:
                log.info("%s is lost: its roles go to %s, and its entries are removed", lost, server)
                output(
                    *("samba-tool", "domain", "demote", f"--remove-other-dead-server={lost}"),
                    *("-H", f"ldap://{found.peer_address}", f"--authentication-file={file}"),
                    seconds=_MAKE_SECONDS,
                )
        output(
            *("samba-tool", "domain", "join", found.domain, "DC", "--dns-backend=SAMBA_INTERNAL"),
            *(f"--server={server}.{found.domain}", f"--authentication-file={file}"),
            seconds=_MAKE_SECONDS,
        )


def _leave_temporary_name(machine: Machine, found: Configuration, cloud: Cloud, name: str) -> None:
    """After a restore this machine serves under another name, until the other one has joined; then it joins under its own."""
    if directory.answers(found, found.peer_address) != found.peer_name:
        log.info("serving as %s until %s has joined", name, found.peer_name)
        return
    if not directory.registered(f"ldap/{found.peer_name}.{found.domain}"):
        # It has this one copy from it just now (`introduce`): both at once would hold each other up for minutes.
        log.info("serving as %s until %s has introduced itself", name, found.peer_name)
        return
    password = cloud.secret(found.admin_secret_arn)
    machine.change(
        f"bring {found.peer_name} up to date", lambda: _insist(lambda: _replicate(found, name, password), found)
    )
    forget(machine)
    join(machine, found, cloud)


def _replicate(found: Configuration, source: str, password: str) -> None:
    """The other controller copies all parts of the database from `source`, which is this one."""
    # Samba registers its names by itself too, but minutes after a start. Whether it could is seen by what follows.
    log.info("registering names (%d s at most), then %s copies all from %s", NAMES_SECONDS, found.peer_name, source)
    answer("samba_dnsupdate", seconds=NAMES_SECONDS)
    serving = directory.answers(found, found.peer_address)
    if serving is None:
        raise Unreachable(f"{found.peer_name} ({found.peer_address}) no longer answers; run this again")
    own, peer = f"{source}.{found.domain}", f"{serving}.{found.domain}"
    with _authentication(found, password) as file:
        output("samba-tool", "drs", "kcc", peer, f"--authentication-file={file}", seconds=_REPLICATE_SECONDS)
        for part in ("CN=Configuration,", "", "DC=DomainDnsZones,", "DC=ForestDnsZones,"):
            output(
                *("samba-tool", "drs", "replicate", peer, own, f"{part}{found.base_dn}"),
                f"--authentication-file={file}",
                seconds=_REPLICATE_SECONDS,
            )


@contextmanager
def _authentication(found: Configuration, password: str) -> Iterator[Path]:
    """A file in memory that only root reads, in the form that samba-tool takes; gone when the command has ended."""
    _AUTHENTICATION.unlink(missing_ok=True)
    _AUTHENTICATION.touch(mode=0o600)
    try:
        _AUTHENTICATION.write_text(
            f"username = {directory.ADMIN}\npassword = {password}\ndomain = {found.short_domain}\n"
        )
        yield _AUTHENTICATION
    finally:
        _AUTHENTICATION.unlink(missing_ok=True)


def forget(machine: Machine) -> None:
    """Stop serving and drop the domain from this machine: the last copy is kept beside it, for a look by hand."""
    system.stop(machine)
    machine.change("drop the domain from this machine", drop)


def _clear(machine: Machine) -> None:
    """Take away what a cut-off attempt left behind, and the package's own smb.conf."""
    system.stop(machine)
    if (STATE / "private" / "sam.ldb").exists() or (STATE / "private" / "secrets.ldb").exists():
        machine.change("drop a half-made domain", drop)
    if SMB_CONF.exists():
        machine.change(f"drop {SMB_CONF}", SMB_CONF.unlink)


def drop() -> None:
    _STAMP.unlink(missing_ok=True)
    former = Path("/var/lib/hpcstack/former")
    shutil.rmtree(former, ignore_errors=True)
    former.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    former.mkdir(mode=0o700)
    for folder in ("private", "sysvol"):
        for path in (STATE / folder).rglob("*"):
            # Of a Samba that has stopped; a socket cannot be moved to another file system.
            if path.is_socket():
                path.unlink()
        if (STATE / folder).exists():
            shutil.move(STATE / folder, former / folder)
    (STATE / "private").mkdir(mode=0o710)
    for pattern in ("*.tdb", "*.ldb", "bind-dns"):
        for path in STATE.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
