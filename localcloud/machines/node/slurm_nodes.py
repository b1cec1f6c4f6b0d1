"""Nodes and partitions as the cookbook's pcluster_slurm_config_generator.py derives them from the cluster's configuration."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Types = dict[str, Any]
"""Instance type -> what DescribeInstanceTypes says (instance-types-data.json)."""
_CAPACITY = {"ONDEMAND": "on-demand", "SPOT": "spot", "CAPACITY_BLOCK": "capacity-block"}
_SCHEDULABLE = 0.95
"""Of a machine's memory, unless the configuration says SchedulableMemory."""


@dataclass(frozen=True)
class Queue:
    """One partition: its file, its nodes, how its machines are launched."""

    name: str
    text: str
    nodes: str
    static: list[str]
    fleet: dict[str, Any]


@dataclass(frozen=True)
class Most:
    """What a machine of the local cloud stands for at most; 0 is what the cluster's configuration says."""

    processors: int = 0
    memory: int = 0
    """MiB, of a node."""
    nodes: int = 0
    """Of a compute resource."""


def queues(config: dict[str, Any], types: Types, most: Most = Most()) -> list[Queue]:
    rows = config["Scheduling"]["SlurmQueues"]
    return [_queue(row, types, most, first=row is rows[0]) for row in rows]


def _queue(row: dict[str, Any], types: Types, most: Most, first: bool) -> Queue:
    name, lines, nodes, static = row["Name"], [], [], []
    for resource in row["ComputeResources"]:
        for names, line, is_static in _node_lines(name, resource, types, most):
            nodes.append(names)
            lines.append(line)
            static += [names] if is_static else []
    together = ",".join(nodes)
    settings = "".join(f" {key}={value}" for key, value in (row.get("CustomSlurmSettings") or {}).items())
    partition = f"PartitionName={name} Nodes={name}_nodes MaxTime=INFINITE State=UP"
    default = " Default=YES" if first else ""
    text = "\n".join([*lines, f"NodeSet={name}_nodes Nodes={together}", f"{partition}{default}{settings}", ""])
    fleet = {resource["Name"]: _launch(row, resource) for resource in row["ComputeResources"]}
    return Queue(name, text, together, static, fleet)


def _node_lines(queue: str, resource: dict[str, Any], types: Types, at_most: Most) -> Iterator[tuple[str, str, bool]]:
    names = instance_types(resource)
    processors = _capped(min(_processors(types[one], resource) for one in names), at_most.processors)
    memory = resource.get("SchedulableMemory") or math.floor(
        min(types[one]["MemoryInfo"]["SizeInMiB"] for one in names) * _SCHEDULABLE
    )
    least, most = (_capped(resource.get(key) or 0, at_most.nodes) for key in ("MinCount", "MaxCount"))
    kinds = (
        ("st", "static", least, resource.get("StaticNodePriority") or 1),
        ("dy", "dynamic", most - least, resource.get("DynamicNodePriority") or 1000),
    )
    settings = "".join(f" {key}={value}" for key, value in (resource.get("CustomSlurmSettings") or {}).items())
    efa = ["efa"] if (resource.get("Efa") or {}).get("Enabled") else []
    for short, word, count, weight in kinds:
        if count > 0:
            nodes = f"{queue}-{short}-{resource['Name']}-[1-{count}]"
            features = ",".join([word, *(names if len(names) == 1 else []), resource["Name"], *efa])
            size = f"CPUs={processors} RealMemory={_capped(memory, at_most.memory)}"
            line = f"NodeName={nodes} {size} State=CLOUD Feature={features} Weight={weight}{settings}"
            yield nodes, line, short == "st"


def _capped(value: int, most: int) -> int:
    return min(value, most) if most else value


def instance_types(resource: dict[str, Any]) -> list[str]:
    return [row["InstanceType"] for row in resource.get("Instances") or [resource]]


def _processors(described: dict[str, Any], resource: dict[str, Any]) -> int:
    processors = described["VCpuInfo"]
    one_each = resource.get("DisableSimultaneousMultithreading")
    return int(processors["DefaultCores"] if one_each else processors["DefaultVCpus"])


def _launch(row: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
    """An entry of fleet-config.json."""
    several = bool(resource.get("Instances"))
    entry: dict[str, Any] = {
        "CapacityType": _CAPACITY[row.get("CapacityType") or "ONDEMAND"],
        "Api": "create-fleet" if several else "run-instances",
        "Instances": [{"InstanceType": one} for one in instance_types(resource)],
    }
    if several:
        entry["AllocationStrategy"] = row.get("AllocationStrategy") or "lowest-price"
        entry["Networking"] = {"SubnetIds": row["Networking"]["SubnetIds"]}
    if price := resource.get("SpotPrice"):
        entry["MaxPrice"] = price
    return entry
