"""What of a platform is watched, and the metrics that AWS has of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GIB = 2**30


@dataclass(frozen=True)
class Metric:
    """One series of CloudWatch. Values of `dimensions` may be unresolved; they are placed, never looked into."""

    namespace: str
    name: str
    dimensions: Mapping[str, Any]
    statistic: str = "Average"
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchedDatabase:
    identifier: Any
    storage: int
    """GiB at first."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Ids and names, which may be unresolved."""

    cluster_name: Any
    head_node_id: Any
    databases: Mapping[str, WatchedDatabase] = field(default_factory=dict[str, WatchedDatabase])
    """By what they serve."""
    file_systems: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Id of an EFS file system by its folder's name."""


def head_node(watched: Watched, name: str, statistic: str = "Average") -> Metric:
    """What EC2 itself measures."""
    return Metric("AWS/EC2", name, {"InstanceId": watched.head_node_id}, statistic)


def head_node_agent(watched: Watched, name: str, **more: str) -> Metric:
    """What ParallelCluster has the CloudWatch agent of the head node measure, under the dimensions of its own alarms (3.16)."""
    return Metric("CWAgent", name, {"InstanceId": watched.head_node_id, **more}, "Maximum")


def database(one: WatchedDatabase, name: str, statistic: str = "Average") -> Metric:
    """Amazon RDS User Guide, "CloudWatch metrics for Amazon RDS"."""
    return Metric("AWS/RDS", name, {"DBInstanceIdentifier": one.identifier}, statistic)


def file_system(system: Any, name: str, statistic: str = "Average", label: str = "", **more: str) -> Metric:
    """Amazon EFS User Guide, "CloudWatch metrics for Amazon EFS"."""
    return Metric("AWS/EFS", name, {"FileSystemId": system, **more}, statistic, label)


def cluster(watched: Watched, name: str, label: str) -> Metric:
    """What ParallelCluster's own dashboard filters out of the daemons' logs (3.16); no series without that dashboard."""
    return Metric("ParallelCluster", name, {"ClusterName": watched.cluster_name}, "Sum", label)
