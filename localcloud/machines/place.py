"""Where the machines of this local cloud are, and by which names they are found again."""

import hashlib
from pathlib import Path

from localcloud import paths

PREFIX = "hpcstack" + hashlib.sha256(str(paths.STATE).encode()).hexdigest()[:6]
"""Of the names of all its network namespaces and control groups. They outlive every process: the next command finds them."""

FOLDER = paths.STATE / "machines"
SHARED = FOLDER / "shared"
"""The file systems of the stacks: one folder each, which machines mount where the cluster's document says."""
SHARED_WITHIN = "/srv/localcloud"
"""Where a machine sees SHARED."""


def of(instance_id: str) -> Path:
    """The folder of one machine: its disk, its console, its record."""
    return FOLDER / instance_id


def name(identifier: str) -> str:
    """Of the namespace or the control group of an instance or a VPC; the last eight digits of its id tell them apart."""
    return f"{PREFIX}-{identifier.split('-')[0]}{identifier[-8:]}"
