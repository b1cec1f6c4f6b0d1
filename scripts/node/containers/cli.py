"""`containers`: have containers without root work on this node."""

from __future__ import annotations

import argparse
import mmap
import pkgutil
import shutil
from pathlib import Path, PurePosixPath

from ..library import commands, node, program, services
from ..library.arguments import absolute_path
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import Node
from . import namespaces, texts

_USER = Path("/usr/local/sbin/hpcstack-container-user")
_PROLOG = Path("/opt/slurm/etc/scripts/prolog.d/70_hpcstack_containers")
_DROP_IN = "user-runtime-dir@.service.d/60-hpcstack-containers.conf"
_DEFAULT = PurePosixPath("/var/lib/hpcstack-containers")
_SHARED = ("nfs", "nfs4", "lustre", "efs", "fuse.sshfs", "cifs")
_ENGINES = ("podman", "apptainer")
_DEPRECATED = b"rootless_storage_path is deprecated"


def main() -> int:
    return program.run("containers", "Have containers of users without root work on this node.", _arguments, _work)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", required=True, choices=_ENGINES, help="what runs them; the image brings it")
    parser.add_argument(
        "--storage-dir",
        type=absolute_path,
        help=f"place on the node's own disk; default: below mounted local disks, else {_DEFAULT}",
    )


def _work(options: argparse.Namespace, this: Node, changes: Changes) -> None:
    engine = shutil.which(options.engine)
    if engine is None:
        raise Fault(f"{options.engine} is not on this node; add it to image.components, or take an image that has it")
    storage = options.storage_dir or _local_disks(this) or _DEFAULT
    _check(storage)
    changes.folder(str(storage), mode=0o755)
    if options.engine == "podman":
        changes.file("/etc/containers/storage.conf", texts.storage(storage, one_root=_has_one_root(Path(engine))))
        changes.file("/etc/containers/containers.conf.d/60-hpcstack.conf", texts.ENGINE)
    else:
        changes.file("/etc/profile.d/hpcstack-containers.sh", texts.apptainer(storage))
    namespaces.reconcile(changes, options.engine)
    script = (pkgutil.get_data(__package__, "container-user.sh") or b"").decode()
    changes.file(_USER, script.replace("@STORAGE@", str(storage)), mode=0o755)
    services.unit(changes, _DROP_IN, texts.LOGIN)
    if this.kind == node.HEAD:
        changes.file(_PROLOG, texts.PROLOG, mode=0o755)


def _has_one_root(podman: Path) -> bool:
    """Whether `graphroot` is for users too, as in Podman 6, and in Debian's 5.8, which is built with its libraries.

    So the version does not say it. The program itself says of the other key what only these say.
    """
    with podman.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_DEPRECATED) >= 0


def _local_disks(this: Node) -> PurePosixPath | None:
    """A place on the instance's own disks, where ParallelCluster has mounted some."""
    mounted = this.ephemeral_dir
    return PurePosixPath(mounted, "hpcstack-containers") if mounted and Path(mounted).is_mount() else None


def _check(storage: PurePosixPath) -> None:
    """Engines' overlays and databases need a disk of this node alone."""
    place = Path(storage)
    while not place.exists():
        place = place.parent
    kind = commands.output("findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(place)).split()
    if kind and kind[-1] in _SHARED:
        raise Fault(f"{storage} is on {kind[-1]}, which nodes share; choose a place on the node's own disk")
