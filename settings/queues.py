"""`cluster.queues`: Slurm partitions and the machines behind them."""

from typing import Annotated, Literal

from pydantic import Field

from settings.actions import QueueActions
from settings.base import InstanceType, Overrides, QueueName, Section


class Queue(Section):
    """A Slurm partition with one compute resource."""

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
    instance_types: Annotated[tuple[InstanceType, ...], Field(min_length=1)] = ("c6i.xlarge",)
    """Interchangeable types of the queue's nodes."""
    min_count: Annotated[int, Field(ge=0)] = 0
    """Nodes that always run."""
    max_count: Annotated[int, Field(ge=1)] = 4
    """Nodes at most."""
    efa: bool = False
    """Whether nodes get an Elastic Fabric Adapter."""
    placement_group: bool = False
    """Whether nodes are placed close together."""
    custom_actions: QueueActions = QueueActions()
    """Scripts of the team's own on these nodes."""
    overrides: Overrides = {}
    """Merged into the queue (ParallelCluster's Scheduling/SlurmQueues item)."""
