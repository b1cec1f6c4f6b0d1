"""How often the nodes' daemons look, how long a node may be idle, how large it is at most: each by an environment variable."""

import os
from typing import Any

from localcloud.errors import LocalCloudError

_DEFAULTS = {
    "loop_seconds": 10,
    "power_save_seconds": 1,
    "start_seconds": 0.5,
    "fleet_seconds": 2,
    "update_seconds": 2,
    "suspend_seconds": 0,
    "capacity_seconds": 600,
    "protected_failures": 10,
    "most_processors": 0,
    "most_memory_mib": 0,
    "most_nodes": 0,
}
"""clustermgtd's loop (ParallelCluster: 60), Slurm's power_save_min_interval (30), how often a job's nodes that were off are looked
at (0: only by slurmctld itself, as in ParallelCluster, each 30), clusterstatusmgtd's (60) and cfn-hup's (60)
loop; the idle time after which a node goes (0: the document's ScaledownIdletime); how long nodes stay down for which AWS had no
capacity (600); failed launches until the cluster is PROTECTED (10). The last three are what Slurm gives away at most: of a node,
and nodes of a compute resource (0: what the document says), so that a job asks no more of this machine."""


def settings() -> dict[str, Any]:
    """Name -> number, as layer.make wants it. The variables: LOCALCLOUD_NODE_LOOP_SECONDS, … Raises LocalCloudError."""
    return {name: _number(f"LOCALCLOUD_NODE_{name.upper()}", default) for name, default in _DEFAULTS.items()}


def _number(variable: str, default: float) -> float:
    given = os.environ.get(variable) or str(default)
    try:
        found = float(given)
    except ValueError:
        found = -1
    if not 0 <= found < float("inf"):
        raise LocalCloudError(f"{variable} is {given!r}: a number from 0 on is wanted; without it, {default}")
    return found
