"""Queues: names, counts, and how capacity is bought."""

from collections.abc import Iterator
from typing import Any, cast

from settings.model import Settings
from settings.problem import Problem, weighed

_STRATEGIES = {
    "ONDEMAND": ("lowest-price", "prioritized"),
    "SPOT": ("lowest-price", "capacity-optimized", "price-capacity-optimized", "capacity-optimized-prioritized"),
    "CAPACITY_BLOCK": (),
}
"""ParallelCluster 3.16, InstancesAllocationStrategyValidator."""
MOST_COMPUTE_RESOURCES = 50
"""Of a cluster (ParallelCluster 3.16)."""


def names_are_distinct(settings: Settings) -> Iterator[Problem]:
    names = [queue.name for queue in settings.cluster.queues]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield weighed(
                "queue-twice",
                ("cluster", "queues", index, "name"),
                name,
                "is the name of another queue too",
                "a name that no other queue has",
                "rename one of them, or remove it",
            )


def counts_agree(settings: Settings) -> Iterator[Problem]:
    for index, queue in enumerate(settings.cluster.queues):
        place = ("cluster", "queues", index)
        if queue.min_count > queue.max_count:
            yield weighed(
                "counts",
                (*place, "minCount"),
                queue.min_count,
                f"is above maxCount, {queue.max_count}",
                f"0 to {queue.max_count}",
                f"lower minCount, or raise maxCount to {queue.min_count}",
                (*place, "maxCount"),
            )


def types_stand_once(settings: Settings) -> Iterator[Problem]:
    for index, queue in enumerate(settings.cluster.queues):
        for number, name in enumerate(queue.instance_types):
            if name in queue.instance_types[:number]:
                yield weighed(
                    "type-twice",
                    ("cluster", "queues", index, "instanceTypes", number),
                    name,
                    "stands in the list twice",
                    "each type once",
                    "remove it",
                )


def the_strategy_fits(settings: Settings) -> Iterator[Problem]:
    for index, queue in enumerate(settings.cluster.queues):
        known = _STRATEGIES[queue.capacity_type]
        place = ("cluster", "queues", index)
        if queue.allocation_strategy and queue.allocation_strategy not in known:
            yield weighed(
                "allocation-strategy",
                (*place, "allocationStrategy"),
                queue.allocation_strategy,
                f"is not for capacityType {queue.capacity_type}",
                ", ".join(known) or "no strategy with this capacityType",
                "take one of these, or remove it" if known else "remove it",
                (*place, "capacityType"),
            )


def a_block_is_full(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, ComputeResourceSizeValidator and CapacityTypeValidator."""
    for index, queue in enumerate(settings.cluster.queues):
        place = ("cluster", "queues", index)
        if queue.capacity_type != "CAPACITY_BLOCK" or queue.min_count > queue.max_count:
            continue
        if queue.min_count != queue.max_count:
            yield weighed(
                "block-counts",
                (*place, "minCount"),
                queue.min_count,
                f"is not maxCount, {queue.max_count}, with capacityType CAPACITY_BLOCK",
                "the number of instances of the reservation, in both",
                f"set minCount to {queue.max_count}, or both to the reservation's number",
                (*place, "maxCount"),
                (*place, "capacityType"),
            )
        if not _reservation(queue.overrides):
            yield weighed(
                "block-reservation",
                (*place, "capacityType"),
                queue.capacity_type,
                "needs the reservation that was bought, and none is named",
                "ONDEMAND, SPOT; or CAPACITY_BLOCK with a reservation",
                "set overrides.CapacityReservationTarget.CapacityReservationId of this queue to cr-…",
                (*place, "overrides"),
            )


def resources_fit(settings: Settings) -> Iterator[Problem]:
    counts = [_resources(queue.overrides) for queue in settings.cluster.queues]
    if sum(counts) > MOST_COMPUTE_RESOURCES:
        yield weighed(
            "compute-resources",
            ("cluster", "queues"),
            sum(counts),
            "compute resources are in all queues together",
            f"{MOST_COMPUTE_RESOURCES} at most (ParallelCluster)",
            "remove queues, or items of overrides.ComputeResources",
        )


def _reservation(overrides: dict[str, Any]) -> bool:
    resources = overrides.get("ComputeResources")
    sections = [overrides, *(cast(list[Any], resources) if isinstance(resources, list) else [])]
    return any(isinstance(one, dict) and "CapacityReservationTarget" in one for one in sections)


def _resources(overrides: dict[str, Any]) -> int:
    found = overrides.get("ComputeResources")
    return len(cast(list[Any], found)) if isinstance(found, list) else 1


RULES = (names_are_distinct, counts_agree, types_stand_once, the_strategy_fits, a_block_is_full, resources_fit)
