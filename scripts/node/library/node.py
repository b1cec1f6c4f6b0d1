"""What ParallelCluster has written down about this node."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from .faults import Fault

_CFNCONFIG = Path("/etc/parallelcluster/cfnconfig")
HEAD, COMPUTE, LOGIN = "HeadNode", "ComputeFleet", "LoginNode"
"""`cfn_node_type` (ParallelCluster 3.16, recipes of the cookbook)."""


@dataclass(frozen=True)
class Node:
    kind: str
    """HEAD, COMPUTE or LOGIN."""
    region: str
    cluster: str
    queue: str | None
    """Of a compute node."""
    head_address: str | None
    """The head node's private address; None on the head node itself."""
    user: str
    """The image's own login, such as ubuntu."""
    ephemeral_dir: str
    """Where ParallelCluster mounts the instance's own disks, if it has some."""


def read(path: Path = _CFNCONFIG) -> Node:
    """This node. Raises Fault where ParallelCluster has not been."""
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}; this program runs on nodes of ParallelCluster only") from None
    values = dict(_pair(line) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    kind = values.get("cfn_node_type", "")
    if kind not in (HEAD, COMPUTE, LOGIN):
        raise Fault(f"{path}: cfn_node_type is {kind!r}; {HEAD}, {COMPUTE} and {LOGIN} are known")
    return Node(
        kind=kind,
        region=values.get("cfn_region", ""),
        cluster=values.get("stack_name", ""),
        queue=values.get("cfn_scheduler_queue_name"),
        head_address=values.get("cfn_head_node_private_ip"),
        user=values.get("cfn_cluster_user", ""),
        ephemeral_dir=values.get("cfn_ephemeral_dir", ""),
    )


def _pair(line: str) -> tuple[str, str]:
    """A line of the file, which shells read: `name=value`, the value quoted or not."""
    name, _, value = line.partition("=")
    try:
        words = shlex.split(value)
    except ValueError:
        words = [value]
    return name.strip().replace("export ", ""), " ".join(words)
