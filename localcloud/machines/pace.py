"""How often the nodes' daemons look, and how long a node may be idle. Each can be set by the environment variable of its name."""

import os
from typing import Any

_DEFAULTS = {
    "loop_seconds": 10,
    "power_save_seconds": 1,
    "start_seconds": 0.5,
    "fleet_seconds": 2,
    "update_seconds": 2,
    "suspend_seconds": 0,
    "capacity_seconds": 600,
    "protected_failures": 10,
}
"""clustermgtd's loop (ParallelCluster: 60), Slurm's power_save_min_interval (30), how often a job's nodes that were off are looked
at (0: only by slurmctld itself, as in ParallelCluster, each 30), clusterstatusmgtd's (60) and cfn-hup's (60)
loop; the idle time after which a node goes (0: the document's ScaledownIdletime); how long nodes stay down for which AWS had no
capacity (600); failed launches until the
cluster is PROTECTED (10)."""


def settings() -> dict[str, Any]:
    """Name -> number, as layer.make wants it. The variables: LOCALCLOUD_NODE_LOOP_SECONDS, …"""
    return {
        name: float(os.environ.get(f"LOCALCLOUD_NODE_{name.upper()}") or value) for name, value in _DEFAULTS.items()
    }
