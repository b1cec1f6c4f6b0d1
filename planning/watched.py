"""What of a platform is watched, and the metrics that AWS has of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
class WatchedFileSystem:
    """Of ONTAP and OpenZFS, those that the stack makes: of an existing volume the stack file names no file system."""

    id: Any
    kind: Literal["efs", "lustre", "ontap", "openzfs"]
    volume: Any = None
    """Of ONTAP, the id of the volume that nodes mount."""
    size: int | None = None
    """GiB that can be full; None where it grows by itself, or where the stack file does not say."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Ids and names, which may be unresolved."""

    cluster_name: Any
    head_node_id: Any
    databases: Mapping[str, WatchedDatabase] = field(default_factory=dict[str, WatchedDatabase])
    """By what they serve."""
    file_systems: Mapping[str, WatchedFileSystem] = field(default_factory=dict[str, WatchedFileSystem])
    """By the folder's name."""


def head_node(watched: Watched, name: str, statistic: str = "Average") -> Metric:
    """What EC2 itself measures."""
    return Metric("AWS/EC2", name, {"InstanceId": watched.head_node_id}, statistic)


def head_node_agent(watched: Watched, name: str, **more: str) -> Metric:
    """What ParallelCluster has the CloudWatch agent of the head node measure, under the dimensions of its own alarms (3.16)."""
    return Metric("CWAgent", name, {"InstanceId": watched.head_node_id, **more}, "Maximum")


def database(one: WatchedDatabase, name: str, statistic: str = "Average") -> Metric:
    """Amazon RDS User Guide, "CloudWatch metrics for Amazon RDS"."""
    return Metric("AWS/RDS", name, {"DBInstanceIdentifier": one.identifier}, statistic)


def file_system(one: WatchedFileSystem, name: str, statistic: str = "Average", **more: str) -> Metric:
    """User Guides of Amazon EFS, FSx for Lustre, FSx for ONTAP and FSx for OpenZFS, on their CloudWatch metrics."""
    return Metric("AWS/EFS" if one.kind == "efs" else "AWS/FSx", name, {"FileSystemId": one.id, **more}, statistic)


def ssd(one: WatchedFileSystem) -> Metric:
    """How full ONTAP's disks are, in percent (FSx for ONTAP User Guide, "File system metrics", the detailed ones)."""
    return file_system(one, "StorageCapacityUtilization", "Maximum", StorageTier="SSD", DataType="All")


def volume(one: WatchedFileSystem, name: str, statistic: str = "Average") -> Metric:
    """FSx for ONTAP User Guide, "Volume metrics"."""
    return Metric("AWS/FSx", name, {"FileSystemId": one.id, "VolumeId": one.volume}, statistic)


def cluster(watched: Watched, name: str, label: str) -> Metric:
    """What ParallelCluster's own dashboard filters out of the daemons' logs (3.16); no series without that dashboard."""
    return Metric("ParallelCluster", name, {"ClusterName": watched.cluster_name}, "Sum", label)
