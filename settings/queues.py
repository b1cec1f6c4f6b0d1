"""`cluster.queues`: Slurm partitions and the machines behind them."""

from typing import Annotated, Literal

from pydantic import Field

from settings.actions import QueueActions
from settings.base import Overrides, QueueName
from settings.compute_resources import ComputeResource, Machines
from settings.nodes import MountDir, NodeIamS3, ProxyAddress, RootVolume
from settings.slurm import Limits, SlurmSettings
from settings.tags import TagKey, TagValue


class Queue(Machines):
    """A Slurm partition: with `computeResources`, or with the keys of a single one beside its own."""

    name: QueueName
    """Name of the queue."""
    capacity_type: Literal["ONDEMAND", "SPOT", "CAPACITY_BLOCK"] = "ONDEMAND"
    """How EC2 capacity is bought."""
    allocation_strategy: (
        Literal[
            "lowest-price",
            "capacity-optimized",
            "price-capacity-optimized",
            "prioritized",
            "capacity-optimized-prioritized",
        ]
        | None
    ) = None
    """How EC2 chooses among instance types."""
    compute_resources: Annotated[tuple[ComputeResource, ...], Field(max_length=50)] = ()
    """Machines of several kinds. Without them the keys beside this one say the only kind, named as the queue."""
    zones: Annotated[tuple[Annotated[int, Field(ge=1, le=3)], ...], Field(min_length=1, max_length=3)] = (1,)
    """In which of the network's zones nodes may stand, counted from 1; several only without EFA and placement groups."""
    job_exclusive_allocation: bool = False
    """Whether a node has one job at a time."""
    limits: Limits = Limits()
    """What jobs may have."""
    custom_slurm_settings: SlurmSettings = {}
    """Settings of the partition's line in slurm.conf."""
    root_volume: RootVolume = RootVolume()
    """The nodes' root volume."""
    ephemeral_mount_dir: MountDir | None = None
    """Where local disks of the nodes are mounted; ParallelCluster's default is /scratch."""
    iam: NodeIamS3 = NodeIamS3()
    """Rights of the nodes."""
    tags: dict[TagKey, TagValue] = {}
    """Tags on these nodes, beside those of everything."""
    proxy: ProxyAddress | None = None
    """An HTTP proxy that nodes reach AWS and archives through."""
    custom_actions: QueueActions = QueueActions()
    """Scripts of the team's own on these nodes."""
    overrides: Overrides = {}
    """Merged into the queue (ParallelCluster's Scheduling/SlurmQueues item)."""

    @property
    def resources(self) -> tuple[ComputeResource, ...]:
        """All machines of the queue, in either form."""
        if self.compute_resources:
            return self.compute_resources
        keys = {field.alias: getattr(self, key) for key, field in Machines.model_fields.items()}
        return (ComputeResource.model_validate({**keys, "name": self.name}),)

    @property
    def nodes(self) -> int:
        """Nodes at most."""
        return sum(one.max_count for one in self.resources)

    @property
    def always(self) -> int:
        """Nodes that always run."""
        return sum(one.min_count for one in self.resources)

    @property
    def with_efa(self) -> bool:
        """Whether some nodes have an Elastic Fabric Adapter."""
        return any(one.efa for one in self.resources)
