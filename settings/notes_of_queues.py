"""Notes on queues: capacity that may go or not come, and nodes far from each other."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import NAMESPACE, Path, dotted
from settings.rules.resources import resources


def of_capacity(settings: Settings) -> Iterator[str]:
    for place, text in _advice(settings):
        yield f"{NAMESPACE}:{dotted(place)}: {text}"


def _advice(settings: Settings) -> Iterator[tuple[Path, str]]:
    for place, queue, one in resources(settings):
        if queue.capacity_type == "SPOT" and one.min_count:
            yield (
                (*place, "minCount"),
                f"{one.min_count} spot nodes are to run always, and EC2 may end them at any time; jobs on them need --requeue",
            )
        block = queue.capacity_type == "CAPACITY_BLOCK"
        near = one.placement_group or one.placement_group_name
        reserved = one.capacity_reservation_target.capacity_reservation_id
        if one.efa and not near and not block and not reserved:
            yield (*place, "placementGroup"), "without a placement group nodes with EFA may stand far from each other"
        if near and len(one.instance_types) > 1:
            yield (
                (*place, "instanceTypes"),
                "several types in one placement group are seldom free together: expect insufficient capacity",
            )


NOTES = (of_capacity,)
