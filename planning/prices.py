"""What a cluster's machines cost an hour: arithmetic on prices that someone else asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from settings import Settings
from settings.compute_resources import ComputeResource
from settings.queues import Queue
from settings.rules.resources import resources

System = Literal["Linux", "RHEL"]
"""As AWS's price list names the operating system that a machine is billed for."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """From the lowest to the highest, for one hour."""

    lowest: Decimal
    highest: Decimal

    def __add__(self, other: "Range") -> "Range":
        return Range(lowest=self.lowest + other.lowest, highest=self.highest + other.highest)


NOTHING = Range(lowest=Decimal(0), highest=Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices of one machine for one hour, by instance type; what has none is absent."""

    on_demand: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    spot: Mapping[str, Range] = field(default_factory=dict[str, Range])
    """Over the region's zones."""
    currency: str = "USD"
    date: str = ""
    """When AWS was asked, as 2026-01-31; of the oldest."""
    lacking: str = ""
    """Why AWS could not be asked for some, in one line."""


def system(settings: Settings) -> System:
    """Red Hat's is billed with its licence; everything else that ParallelCluster knows is Linux."""
    return "RHEL" if settings.image.os.startswith("rhel") else "Linux"


def on_demand_types(settings: Settings) -> set[str]:
    """Types of the machines that have a price of the list: head node, login nodes, on-demand queues."""
    cluster = settings.cluster
    fixed = {cluster.head_node.instance_type, *(pool.instance_type for pool in cluster.login_nodes.all_pools)}
    return fixed | _types_of_queues(settings, "ONDEMAND")


def spot_types(settings: Settings) -> set[str]:
    return _types_of_queues(settings, "SPOT")


def _types_of_queues(settings: Settings, capacity_type: str) -> set[str]:
    return {
        name
        for _, queue, one in resources(settings)
        if queue.capacity_type == capacity_type
        for name in one.instance_types
    }


def of_nodes(instance_type: str, count: int, prices: Prices) -> Range | None:
    """Of `count` machines that always run; None if the price is not known."""
    each = prices.on_demand.get(instance_type)
    return None if each is None else Range(lowest=count * each, highest=count * each)


def of_resource(queue: Queue, one: ComputeResource, prices: Prices) -> Range | None:
    """From the fewest nodes of the cheapest type to the most of the dearest. None if the price of one is not known.

    Capacity blocks cost nothing here: they are paid when they are reserved.
    """
    if queue.capacity_type == "CAPACITY_BLOCK":
        return NOTHING
    each = [_of_type(name, queue, one, prices) for name in one.instance_types]
    known = [found for found in each if found]
    if len(known) < len(each):
        return None
    return Range(
        lowest=one.min_count * min(found.lowest for found in known),
        highest=one.max_count * max(found.highest for found in known),
    )


def _of_type(name: str, queue: Queue, one: ComputeResource, prices: Prices) -> Range | None:
    if queue.capacity_type != "SPOT":
        return of_nodes(name, 1, prices)
    found = prices.spot.get(name)
    if found is None or one.spot_price is None:
        return found
    limit = Decimal(str(one.spot_price))
    return Range(lowest=min(found.lowest, limit), highest=min(found.highest, limit))
