"""Folders of EFS: the mount helper, lines of fstab, mounts."""

from __future__ import annotations

import shutil
import tempfile
import urllib.request
from pathlib import Path

from ..node.library import commands, waiting
from ..node.library.blocks import with_block
from ..node.library.changes import Changes
from ..node.library.faults import Fault
from .configuration import Mount

_FSTAB = Path("/etc/fstab")
_INSTALLER = "https://amazon-efs-utils.aws.com/efs-utils-installer.sh"
"""AWS's own, which adds the archive of amazon-efs-utils, as Ubuntu's has no such package (Amazon EFS User Guide,
"Manually installing the Amazon EFS client")."""
_SECONDS = 600
_MOUNT_SECONDS = 120


def apply(changes: Changes, mounts: list[Mount]) -> None:
    """Have them in fstab and mounted. Raises Fault."""
    lines = [line(one) for one in mounts]
    text = _FSTAB.read_text() if _FSTAB.exists() else ""
    changed = changes.file(_FSTAB, with_block(text, "api-host", lines)) if lines or "api-host" in text else False
    if not mounts:
        return
    _have_helper(changes)
    if changed and not changes.dry_run:
        commands.output("systemctl", "daemon-reload")
    for one in mounts:
        if not Path(one.directory).is_dir():
            changes.folder(one.directory)
        if not _is_mounted(one.directory):
            _mount(changes, one)


def _is_mounted(directory: str) -> bool:
    """By the kernel's table, whatever lies there."""
    return directory in {line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()}


def line(mount: Mount) -> str:
    """Of fstab, as the EFS User Guide has it ("Automatically mounting EFS file systems"): `_netdev` waits for the network,
    `nofail` lets the machine start without EFS."""
    options = ["_netdev", "nofail", "tls", f"accesspoint={mount.access_point_id}"]
    options += ["iam"] if mount.iam else []
    options += ["ro"] if mount.read_only else []
    return f"{mount.file_system_id}:/ {mount.directory} efs {','.join(options)} 0 0"


def _mount(changes: Changes, mount: Mount) -> None:
    """Names of new mount targets are known some minutes late."""
    changes.command(f"{mount.directory} mounted", "true")
    if changes.dry_run:
        return
    said = [""]

    def mounted() -> bool:
        code, _, error = commands.attempt("mount", mount.directory, seconds=_MOUNT_SECONDS)
        said[0] = error.strip().splitlines()[-1] if error.strip() else f"mount ended with {code}"
        return code == 0

    try:
        waiting.until(mounted, mount.directory, _SECONDS / 2, pause=10)
    except Fault:
        raise Fault(
            f"{mount.directory} cannot be mounted from {mount.file_system_id}: {said[0]}; see /var/log/amazon/efs/mount.log "
            "and that the file system's security group lets this host in on port 2049"
        ) from None


def _have_helper(changes: Changes) -> None:
    if shutil.which("mount.efs"):
        return
    changes.command("amazon-efs-utils installed", "true")
    if changes.dry_run:
        return
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "installer.sh")
        try:
            with urllib.request.urlopen(_INSTALLER, timeout=60) as answer:
                script.write_bytes(answer.read())
        except OSError as error:
            raise Fault(
                f"{_INSTALLER} cannot be fetched: {error}; see the way out of this subnet, or name an image with it as apiHost.ami"
            ) from None
        commands.output("sh", str(script), "--install", seconds=_SECONDS)
    if not shutil.which("mount.efs"):
        raise Fault("amazon-efs-utils was installed, and there is no mount.efs; name an image with it as apiHost.ami")
