"""Mounts as the cookbook makes them, each a folder of the local cloud that all machines see: what the head node gives to the others
over NFS, and the file systems that the cluster's document names.

No file system's own properties come with it: no quota, no encryption, no POSIX user of an access point.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from localcloud.machines.node import facts
from localcloud.machines.node.facts import Node
from localcloud.machines.node.system import run, say, wait_for

HOME = "/home"
_KINDS = (
    ("efs_fs_ids", "efs_shared_dirs", "efs_access_point_ids"),
    ("fsx_fs_ids", "fsx_shared_dirs", None),
    ("volume", "ebs_shared_dirs", None),
)
"""Keys of dna.json: ids, mount points, access points, each a list with commas."""
_HEAD_SECONDS = 1500
"""In which the head node must have come so far that a login node finds its share."""


def internal(node: Node) -> None:
    """What the head node shares, and /home if it is a file system of its own: before the first custom action."""
    if node.kind == facts.LOGIN:
        # On AWS the pool is made after the head node signalled success; here all of a stack is made at once.
        ready = node.shares / "shared_login/.munge/.munge.key"
        wait_for(lambda: ready.exists() or None, "the head node's share", _HEAD_SECONDS)
    managed = {path: store for store, path in _file_systems(node)}
    for path, name in _given(node).items():
        store = managed.get(path) or node.shares / name
        if node.kind == facts.HEAD:
            _fill(store, path)
        mount(store, path)


def external(node: Node) -> None:
    """The other file systems of the document: after OnNodeStart, before OnNodeConfigured."""
    for store, path in _file_systems(node):
        if path != HOME:
            mount(store, path)
            if node.kind == facts.HEAD:
                # For everybody, whatever the file system says (cookbook: resources efs and lustre, "change permissions").
                os.chown(path, 0, 0)
                os.chmod(path, 0o1777)


def mount(store: Path, path: str) -> None:
    store.mkdir(parents=True, exist_ok=True)
    Path(path).mkdir(parents=True, exist_ok=True)
    if path in {line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()}:
        say(f"{path} is mounted")
        return
    run("mount", "--bind", str(store), path)
    # Mounted again at a reboot.
    line = f"{store} {path} none bind 0 0\n"
    with Path("/etc/fstab").open("a") as table:
        table.write(line)


def _given(node: Node) -> dict[str, str]:
    """Mount point -> name of the share, by the kind of node. Login nodes never see the compute nodes' share, nor these theirs."""
    shares = {"/opt/slurm": "slurm", HOME: "home"}
    if node.kind != facts.LOGIN:
        shares[facts.SHARED] = "shared"
    if node.kind != facts.COMPUTE:
        shares[facts.SHARED_LOGIN] = "shared_login"
    return shares


def _fill(store: Path, path: str) -> None:
    """What the image has at a mount point is there afterwards too; what the file system has already wins."""
    store.mkdir(parents=True, exist_ok=True)
    run("rsync", "-a", "--ignore-existing", f"{path}/", f"{store}/")


def _file_systems(node: Node) -> Iterator[tuple[Path, str]]:
    for ids, folders, access_points in _KINDS:
        named, paths = _list(node, ids), _list(node, folders)
        points = _list(node, access_points) if access_points else []
        for number, (identifier, path) in enumerate(zip(named, paths, strict=False)):
            point = points[number] if number < len(points) else ""
            if identifier and path and path != "NONE":
                own = f"-{point}" if point.upper() not in ("", "NONE") else ""
                yield facts.STORES / f"{identifier}{own}", f"/{path.lstrip('/')}"


def _list(node: Node, key: str) -> list[str]:
    return str(node.dna.get(key) or "").split(",")
