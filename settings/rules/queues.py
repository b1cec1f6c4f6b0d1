"""Queues: names, forms, zones, and how capacity is bought."""

from collections import Counter
from collections.abc import Iterator

from settings.compute_resources import Machines
from settings.model import Settings
from settings.places import compute_zones
from settings.problem import Path, Problem, weighed
from settings.rules.resources import resources

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


def resources_have_names_of_their_own(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, DuplicateNameValidator: within a queue."""
    for index, queue in enumerate(settings.cluster.queues):
        names = [one.name for one in queue.compute_resources]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield weighed(
                    "resource-twice",
                    ("cluster", "queues", index, "computeResources", number, "name"),
                    name,
                    "is the name of another compute resource of this queue too",
                    "a name that no other of this queue has",
                    "rename one of them, or remove it",
                )


def forms_are_not_mixed(settings: Settings) -> Iterator[Problem]:
    """Keys of the short form would be read by nobody beside `computeResources`."""
    for index, queue in enumerate(settings.cluster.queues):
        place: Path = ("cluster", "queues", index)
        if not queue.compute_resources:
            continue
        for name in sorted(queue.model_fields_set & set(Machines.model_fields)):
            key = Machines.model_fields[name].alias or name
            value = queue.model_dump(mode="json", by_alias=True, include={name})[key]
            yield weighed(
                "queue-forms",
                (*place, key),
                value,
                "stands beside computeResources, each of which has that key",
                "the key with each compute resource; or a queue without computeResources",
                "move it into the items of computeResources",
                (*place, "computeResources"),
            )


def counts_agree(settings: Settings) -> Iterator[Problem]:
    for place, _, one in resources(settings):
        if one.min_count > one.max_count:
            yield weighed(
                "counts",
                (*place, "minCount"),
                one.min_count,
                f"is above maxCount, {one.max_count}",
                f"0 to {one.max_count}",
                f"lower minCount, or raise maxCount to {one.min_count}",
                (*place, "maxCount"),
            )


def types_stand_once(settings: Settings) -> Iterator[Problem]:
    for place, _, one in resources(settings):
        for number, name in enumerate(one.instance_types):
            if name in one.instance_types[:number]:
                yield weighed(
                    "type-twice",
                    (*place, "instanceTypes", number),
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


def zones_are_there(settings: Settings) -> Iterator[Problem]:
    known = compute_zones(settings)
    for index, queue in enumerate(settings.cluster.queues):
        for number, zone in enumerate(queue.zones):
            place = ("cluster", "queues", index, "zones", number)
            if zone > known > 0:
                fix = f"take a zone up to {known}, or give the network more"
                also = (("network", "zones"), ("network", "privateSubnetIds"))
                yield weighed(
                    "queue-zone", place, zone, f"is beyond the network's {known}", f"1 to {known}", fix, *also
                )
            elif zone in queue.zones[:number]:
                yield weighed("zone-twice", place, zone, "stands in the list twice", "each zone once", "remove it")


def near_nodes_stand_in_one_zone(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, EfaMultiAzValidator and MultiAzPlacementGroupValidator."""
    for place, queue, one in resources(settings):
        if len(set(queue.zones)) < 2:
            continue
        for key, value in {
            "efa": one.efa,
            "placementGroup": one.placement_group,
            "placementGroupName": one.placement_group_name,
        }.items():
            if value:
                yield weighed(
                    "zones-apart",
                    (*place, key),
                    value,
                    f"keeps nodes in one zone, and the queue has {len(queue.zones)}",
                    "a queue of one zone; or several, without EFA and placement groups",
                    f"remove {key}, or set zones of the queue to one",
                    (*place[:3], "zones"),
                )


def resources_fit(settings: Settings) -> Iterator[Problem]:
    count = sum(len(queue.resources) for queue in settings.cluster.queues)
    if count > MOST_COMPUTE_RESOURCES:
        yield weighed(
            "compute-resources",
            ("cluster", "queues"),
            count,
            "compute resources are in all queues together",
            f"{MOST_COMPUTE_RESOURCES} at most (ParallelCluster)",
            "remove queues, or items of their computeResources",
        )


def tags_fit(settings: Settings) -> Iterator[Problem]:
    """A tag at several levels is the lowest one's; AWS takes 50 on an instance, of which ParallelCluster wants 10 (3.16)."""
    for place, queue, one in resources(settings):
        keys = Counter([*settings.tags, *queue.tags, *one.tags])
        if len(keys) > 36:
            yield weighed(
                "tags-many",
                (*place, "tags") if one.tags else (*place[:3], "tags"),
                len(keys),
                "different tags would be on these nodes, with those of everything",
                "36 at most",
                "remove some",
                ("tags",),
            )


RULES = (
    names_are_distinct,
    resources_have_names_of_their_own,
    forms_are_not_mixed,
    counts_agree,
    types_stand_once,
    the_strategy_fits,
    zones_are_there,
    near_nodes_stand_in_one_zone,
    resources_fit,
    tags_fit,
)
