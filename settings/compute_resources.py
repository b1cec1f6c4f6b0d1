"""`computeResources`: machines of one kind behind a queue, in ParallelCluster's words."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from settings.base import InstanceType, Overrides, QueueName, Section, form, refuse
from settings.slurm import SlurmSettings
from settings.tags import TagKey, TagValue


def _price(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        raise refuse(
            "spot-price",
            "is no price",
            allowed="US dollars an hour, above 0 and below 1000",
            fix="write it such as 0.35, or remove it: then on-demand's price is the limit",
        )
    return float(value)


class CapacityReservationTarget(Section):
    """Capacity that was reserved: one of both keys."""

    capacity_reservation_id: (
        Annotated[
            str,
            form(r"cr-[0-9a-f]{17}", "cr- and 17 hexadecimal digits", "run: aws ec2 describe-capacity-reservations"),
        ]
        | None
    ) = None
    """Of an on-demand capacity reservation or a capacity block."""
    capacity_reservation_resource_group_arn: (
        Annotated[
            str,
            form(
                r"arn:aws[a-z-]*:resource-groups:[a-z0-9-]+:\d{12}:group/[\w.-]+",
                "the ARN of a group of Resource Groups",
                "run: aws resource-groups list-groups",
            ),
        ]
        | None
    ) = None
    """Of a group of reservations."""


class HealthChecks(Section):
    """Checks before each job."""

    gpu: bool | None = None
    """Whether NVIDIA's DCGM looks at the node's GPUs; a node that fails is drained. ParallelCluster's default is no."""


class LaunchTemplateOverrides(Section):
    """A launch template whose network interfaces are taken instead of ParallelCluster's (its only property)."""

    launch_template_id: Annotated[
        str, form(r"lt-[0-9a-f]{17}", "lt- and 17 hexadecimal digits", "run: aws ec2 describe-launch-templates")
    ]
    """Id."""
    version: Annotated[int, Field(ge=1)]
    """Of the template; a number, so that a new version is seen as a change."""


class Machines(Section):
    """What a compute resource says, and a queue that has only one."""

    instance_types: Annotated[tuple[InstanceType, ...], Field(min_length=1)] = ("c6i.xlarge",)
    """Interchangeable types of the nodes: the same number of vCPUs (or cores, without multithreading) and accelerators."""
    min_count: Annotated[int, Field(ge=0)] = 0
    """Nodes that always run."""
    max_count: Annotated[int, Field(ge=1)] = 4
    """Nodes at most."""
    efa: bool = False
    """Whether nodes get an Elastic Fabric Adapter."""
    placement_group: bool = False
    """Whether nodes are placed close together, in a group that ParallelCluster makes."""
    placement_group_name: Annotated[str, form(r"[\w.:/=+@-]{1,255}", "the name of a placement group")] | None = None
    """An existing placement group instead."""
    schedulable_memory: Annotated[int, Field(ge=1)] | None = None
    """MiB of a node that jobs may have; ParallelCluster's default is 95 % of the type's."""
    disable_simultaneous_multithreading: bool = False
    """Whether each core has one thread only."""
    spot_price: Annotated[float, BeforeValidator(_price)] | None = None
    """The highest price of a spot node, in US dollars an hour."""
    capacity_reservation_target: CapacityReservationTarget = CapacityReservationTarget()
    """Capacity that was reserved."""
    health_checks: HealthChecks = HealthChecks()
    """Checks before each job."""
    launch_template_overrides: LaunchTemplateOverrides | None = None
    """Network interfaces of the nodes from a launch template."""


class ComputeResource(Machines):
    """Machines of one kind. Slurm prefers the one that stands first among equals."""

    name: QueueName
    """Name; part of the nodes' names."""
    custom_slurm_settings: SlurmSettings = {}
    """Settings of these nodes' lines in slurm.conf, such as Features."""
    tags: dict[TagKey, TagValue] = {}
    """Tags on these nodes, beside all others."""
    overrides: Overrides = {}
    """Merged into the compute resource (ParallelCluster's ComputeResources item)."""
