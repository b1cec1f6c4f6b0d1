"""How capacity is bought: spot prices, reservations, capacity blocks."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Problem, weighed
from settings.rules.resources import resources


def a_block_is_full(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, ComputeResourceSizeValidator and CapacityTypeValidator."""
    for place, queue, one in resources(settings):
        if queue.capacity_type != "CAPACITY_BLOCK" or one.min_count > one.max_count:
            continue
        if one.min_count != one.max_count:
            yield weighed(
                "block-counts",
                (*place, "minCount"),
                one.min_count,
                f"is not maxCount, {one.max_count}, with capacityType CAPACITY_BLOCK",
                "the number of instances of the reservation, in both",
                f"set minCount to {one.max_count}, or both to the reservation's number",
                (*place, "maxCount"),
                (*place[:3], "capacityType"),
            )
        if not one.capacity_reservation_target.capacity_reservation_id:
            yield weighed(
                "block-reservation",
                (*place[:3], "capacityType"),
                queue.capacity_type,
                f"needs the reservation that was bought, and compute resource {one.name} names none",
                "ONDEMAND, SPOT; or CAPACITY_BLOCK with a reservation",
                "set capacityReservationTarget.capacityReservationId to cr-…",
                (*place, "capacityReservationTarget"),
            )


def blocks_have_no_placement_group(settings: Settings) -> Iterator[Problem]:
    """A block has its own place already (ParallelCluster 3.16, PlacementGroupCapacityTypeValidator)."""
    for place, queue, one in resources(settings):
        key = "placementGroupName" if one.placement_group_name else "placementGroup"
        value = one.placement_group_name or one.placement_group
        if queue.capacity_type == "CAPACITY_BLOCK" and value:
            yield weighed(
                "block-placement",
                (*place, key),
                value,
                "asks for another place than the capacity block has",
                "no placement group with capacityType CAPACITY_BLOCK",
                "remove it",
                (*place[:3], "capacityType"),
            )


def one_placement_group(settings: Settings) -> Iterator[Problem]:
    for place, _, one in resources(settings):
        if one.placement_group and one.placement_group_name:
            yield weighed(
                "placement-groups",
                (*place, "placementGroupName"),
                one.placement_group_name,
                "is a group that exists, and placementGroup makes another",
                "one of placementGroup and placementGroupName",
                "remove one of them",
                (*place, "placementGroup"),
            )


def one_reservation(settings: Settings) -> Iterator[Problem]:
    for place, _, one in resources(settings):
        target = one.capacity_reservation_target
        if target.capacity_reservation_id and target.capacity_reservation_resource_group_arn:
            yield weighed(
                "reservations",
                (*place, "capacityReservationTarget", "capacityReservationResourceGroupArn"),
                target.capacity_reservation_resource_group_arn,
                "is a group of reservations, and capacityReservationId names a single one",
                "one of both",
                "remove one of them",
                (*place, "capacityReservationTarget", "capacityReservationId"),
            )


def spot_has_no_reservation(settings: Settings) -> Iterator[Problem]:
    """Reservations are of on-demand capacity (EC2 User Guide, "Capacity Reservations")."""
    for place, queue, one in resources(settings):
        target = one.capacity_reservation_target
        value = target.capacity_reservation_id or target.capacity_reservation_resource_group_arn
        if queue.capacity_type == "SPOT" and value:
            yield weighed(
                "spot-reservation",
                (*place[:3], "capacityType"),
                queue.capacity_type,
                "never takes reserved capacity, and capacityReservationTarget names some",
                "ONDEMAND or CAPACITY_BLOCK with a reservation; SPOT without",
                "set capacityType to ONDEMAND, or remove capacityReservationTarget",
                (*place, "capacityReservationTarget"),
            )


def only_spot_has_a_spot_price(settings: Settings) -> Iterator[Problem]:
    for place, queue, one in resources(settings):
        if one.spot_price is not None and queue.capacity_type != "SPOT":
            yield weighed(
                "spot-price-without-spot",
                (*place, "spotPrice"),
                one.spot_price,
                f"is for spot nodes, and capacityType is {queue.capacity_type}",
                "no spotPrice, or capacityType SPOT",
                "remove it, or set capacityType of the queue to SPOT",
                (*place[:3], "capacityType"),
            )


RULES = (
    a_block_is_full,
    blocks_have_no_placement_group,
    one_placement_group,
    one_reservation,
    spot_has_no_reservation,
    only_spot_has_a_spot_price,
)
