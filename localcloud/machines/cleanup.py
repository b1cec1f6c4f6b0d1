"""Removes all machines of this local cloud, also those whose keeper is gone: it looks at names that outlive every process."""

import contextlib
import os
import shutil
import time
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.machines import control_groups, hypervisor, networks, place

_END_SECONDS = 90


def remove_all() -> bool:
    """Cut the power of all machines, and remove their namespaces, groups, mounts and disks. False if there was nothing.

    Raises LocalCloudError if something is still there afterwards.
    """
    groups, namespaces = control_groups.groups(place.PREFIX), networks.namespaces(place.PREFIX)
    folders = [record.parent for record in sorted(place.FOLDER.glob("*/record.json"))]
    if not (groups or namespaces or place.FOLDER.exists()):
        return False
    for group in groups:
        control_groups.end(group)
    for folder in folders:
        hypervisor.unmount(folder / "root")
    for namespace in namespaces:
        networks.remove(namespace)
    shutil.rmtree(place.FOLDER, ignore_errors=True)
    _await_end()
    return True


def left() -> list[str]:
    """What is still there of this local cloud's machines: processes, control groups, namespaces, mounts. Not by its own records."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [
        *(f"process {pid}" for pid in _processes()),
        *(f"control group {group}" for group in control_groups.groups(place.PREFIX)),
        *(f"network namespace {name}" for name in networks.namespaces(place.PREFIX)),
        *(f"mount {mount}" for mount in mounts if mount.startswith(f"{place.FOLDER}/")),
    ]


def _await_end() -> None:
    deadline = time.monotonic() + _END_SECONDS
    while found := left():
        if time.monotonic() > deadline:
            raise LocalCloudError(f"something of the machines is still there: {'; '.join(found)}")
        time.sleep(0.05)


def _processes() -> list[int]:
    """All processes in a control group of ours, or whose root is a machine's disk."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            ours = f"/{place.PREFIX}-" in (folder / "cgroup").read_text()
            if ours or os.readlink(folder / "root").startswith(f"{place.FOLDER}/"):
                found.append(int(folder.name))
    return found
