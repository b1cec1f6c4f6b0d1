"""ParallelCluster's update policies in plain words (pcluster/config/update_policy.py, 3.15 and 3.16)."""

import difflib
import re
from collections.abc import Collection
from typing import Final

_STRATEGY: Final = "stops the fleet, unless Scheduling/SlurmSettings/QueueUpdateStrategy is DRAIN or TERMINATE"

MEANINGS: Final = {
    "SUPPORTED": "free: a running cluster takes it",
    "IGNORED": "free: a section of which only the keys inside count",
    "SUPPORTED_UNLESS_ADC": "free, except in isolated regions (us-iso), where it replaces the cluster",
    "COMPUTE_FLEET_STOP": "stops the fleet",
    "COMPUTE_FLEET_STOP_ON_REMOVE": "free where something is added; stops the fleet where it goes",
    "QUEUE_UPDATE_STRATEGY": _STRATEGY,
    "RESIZE_UPDATE_STRATEGY_ON_REMOVE": (
        "free where queues, compute resources or nodes are added; where they go it stops the fleet, unless "
        "Scheduling/SlurmSettings/QueueUpdateStrategy is TERMINATE"
    ),
    "MANAGED_PLACEMENT_GROUP": f"{_STRATEGY}; always stops it where a placement group of ParallelCluster's own goes",
    "MANAGED_FSX": (
        f"{_STRATEGY} (added values are free); replaces the cluster where it has an FSx for Lustre file system of its own"
    ),
    "SHARED_STORAGE_UPDATE_POLICY": (
        "free for external EFS and FSx; any other stops the fleet (unless Scheduling/SlurmSettings/QueueUpdateStrategy is set) "
        "and needs login nodes at 0; /home replaces the cluster"
    ),
    "LOGIN_NODES_POOL_STOP": "needs the nodes of its login pool at 0",
    "LOGIN_NODES_POOLS_UPDATE_POLICY": "free where a pool is added; needs login nodes at 0 where one goes",
    "LOGIN_NODES_STOP": "needs login nodes at 0",
    "COMPUTE_AND_LOGIN_NODES_STOP": "stops the fleet and needs login nodes at 0",
    "AWSBATCH_CE_MAX_RESIZE": "free down to the vCPUs that are in use; below these it stops the fleet",
    "EXTRA_CHEF_ATTRIBUTES": "free for a few attributes; any other replaces the cluster",
    "READ_ONLY_RESOURCE_BUCKET": "replaces the cluster",
    "UNSUPPORTED": "replaces the cluster",
}
"""What a change of a key needs, by the key's policy."""

_NEAREST = 3


def schema_path(path: str) -> str:
    """The key of the schema that a path means: `configuration.Scheduling.SlurmQueues[0].Name` is Scheduling/SlurmQueues/Name."""
    parts = [part for part in re.split(r"[./]", re.sub(r"\[[^\]]*\]", "", path)) if part]
    return "/".join(parts[1:] if parts[:1] == ["configuration"] else parts)


def nearest(path: str, known: Collection[str]) -> list[str]:
    """The known keys that are most likely meant: of the same name elsewhere, else written nearly alike."""
    last = path.rpartition("/")[2].lower()
    named = [key for key in known if key.rpartition("/")[2].lower() == last]
    return difflib.get_close_matches(path, named or known, _NEAREST, 0.0 if named else 0.6)
