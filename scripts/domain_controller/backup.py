"""A copy of the whole directory, with its passwords' hashes, in the stack's bucket; and a new domain out of one."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from . import administrator, directory, membership, settle, system, texts
from .cloud import Cloud
from .configuration import Configuration
from .faults import BadInput, Fault
from .machine import Machine, answer, output

log = logging.getLogger("controller")
_ROOM = Path("/var/lib/hpcstack")
_SECONDS = 1800
_NEWEST = "latest"


def back_up(machine: Machine, found: Configuration, cloud: Cloud) -> None:
    """One object `<prefix><controller>/<UTC time>.tar.bz2`: Samba's own copy, taken under its locks while it serves."""
    if membership.held_as(found) is None:
        raise Fault("this machine holds no domain yet, so there is nothing to back up: run converge first")
    key = f"{found.backup_prefix}{found.name}/{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.tar.bz2"

    def copy() -> None:
        with _private_folder() as folder:
            output("samba-tool", "domain", "backup", "offline", f"--targetdir={folder}", seconds=_SECONDS)
            made = list(folder.glob("samba-backup-*.tar.bz2"))
            if len(made) != 1:
                raise Fault(f"samba-tool left {len(made)} archives in place of one")
            cloud.upload(made[0], key)
            log.info("s3://%s/%s holds %d bytes", found.bucket, key, made[0].stat().st_size)

    machine.change(f"back up the directory to s3://{found.bucket}/{key}", copy)


def restore(machine: Machine, found: Configuration, cloud: Cloud, *, backup: str) -> None:
    """Make the domain out of a backup, on a machine that holds none, while no other controller lives.

    Samba restores into a controller of a new name only. So this machine serves under a temporary name until the other one
    has joined, and then joins under its own: `converge` does both.
    """
    _refuse_to_overwrite(found)
    key = _choose(found, cloud, backup)
    system.install_packages(machine)
    system.settle_identity(machine, found)
    system.quiet_other_roles(machine)
    settle.write_certificate(machine, found, cloud)
    name = texts.temporary(found.name)

    def unpack() -> None:
        with _private_folder() as folder:
            archive, target = folder / "backup.tar.bz2", folder / "restored"
            cloud.download(key, archive)
            _restore_into(archive, target, found, name)
            _move_in(target)

    system.stop(machine)
    # Before Samba starts: where the system's stub holds port 53, its own name service does not come up, and nobody can join.
    system.resolve_by(machine, found, servers=[found.forwarder])
    machine.change(f"restore s3://{found.bucket}/{key} as {name}", unpack)
    machine.write(membership.SMB_CONF, texts.smb_conf(found, name))
    if not machine.dry_run:
        membership.remember(found, name)
        settle.serve(machine, found, restart=True)
        # The backup may be older than the password in the stack's secret, with which the other one joins.
        administrator.settle(machine, found, cloud)
        # Or minutes later, and until then nobody could join.
        answer("samba_dnsupdate", seconds=membership.NAMES_SECONDS)
    log.info(
        "serving as %s; converge on %s joins it, converge here then takes the name %s",
        name,
        found.peer_name,
        found.name,
    )


def _refuse_to_overwrite(found: Configuration) -> None:
    if directory.answers(found, found.peer_address):
        raise BadInput(
            [
                f"{found.peer_name} ({found.peer_address}) serves the domain: this machine joins it by converge, without a backup"
            ]
        )
    if membership.held_as(found) is not None:
        raise BadInput(
            ["this machine holds the domain: to go back to a backup, run forget --yes on both controllers first"]
        )


def _choose(found: Configuration, cloud: Cloud, backup: str) -> str:
    keys = [key for key in cloud.keys(found.backup_prefix) if key.endswith(".tar.bz2")]
    if not keys:
        raise BadInput([f"no backup lies below s3://{found.bucket}/{found.backup_prefix}"])
    if backup == _NEWEST:
        return keys[-1]
    if backup not in keys:
        raise BadInput([f"--backup {backup!r} is not there: {_NEWEST} or one of {', '.join(keys[-5:])}"])
    return backup


def _restore_into(archive: Path, target: Path, found: Configuration, name: str) -> None:
    output(
        *("samba-tool", "domain", "backup", "restore", f"--backup-file={archive}", f"--targetdir={target}"),
        *(f"--newservername={name}", f"--host-ip={found.address}"),
        seconds=_SECONDS,
    )


def _move_in(target: Path) -> None:
    """From the layout of `--targetdir` to the system's own places."""
    membership.drop()
    shutil.rmtree(membership.STATE / "private", ignore_errors=True)
    shutil.move(target / "private", membership.STATE / "private")
    for path in sorted((target / "state").iterdir()):
        place = membership.STATE / path.name
        if place.is_dir():
            shutil.rmtree(place)
        shutil.move(path, place)


@contextmanager
def _private_folder() -> Iterator[Path]:
    """On the machine's disk, which is encrypted; for root alone."""
    _ROOM.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_ROOM) as folder:
        yield Path(folder)
