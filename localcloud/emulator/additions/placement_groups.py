"""Placement groups and capacity reservations of EC2.

Adds CreatePlacementGroup, DescribePlacementGroups, DeletePlacementGroup and DescribeCapacityReservations to `EC2Response`; moto has
none of them. Without it a cluster that names a placement group or a reservation fails its validation with HTTP 500. Reservations
cannot be made: none exists.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response
from moto.ec2.utils import random_resource_id

_Groups = dict[str, dict[str, Any]]


class UnknownGroup(EC2ClientError):
    """EC2's answer about a placement group that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")


class DuplicateGroup(EC2ClientError):
    """EC2's answer to the second group of a name."""

    def __init__(self, name: str) -> None:
        super().__init__("InvalidPlacementGroup.Duplicate", f"The Placement Group '{name}' already exists.")


class UnknownReservation(EC2ClientError):
    """EC2's answer about a capacity reservation that is not there."""

    def __init__(self, reservation: str) -> None:
        super().__init__(
            "InvalidCapacityReservationId.NotFound", f"The capacity reservation '{reservation}' does not exist"
        )


def install() -> None:
    EC2Response.create_placement_group = _create
    EC2Response.describe_placement_groups = _describe
    EC2Response.delete_placement_group = _delete
    EC2Response.describe_capacity_reservations = _describe_reservations


def _groups(response: Any) -> _Groups:
    """By name, in the backend of the account and region."""
    return response.ec2_backend.__dict__.setdefault("placement_groups", {})


def _create(response: Any) -> ActionResult:
    name, groups = response._get_param("GroupName"), _groups(response)
    if name in groups:
        raise DuplicateGroup(name)
    group_id = f"pg-{random_resource_id(17)}"
    place = f"{response.region}:{response.current_account}"
    groups[name] = {
        "GroupName": name,
        "GroupId": group_id,
        "GroupArn": f"arn:aws:ec2:{place}:placement-group/{name}",
        "State": "available",
        "Strategy": response._get_param("Strategy") or "cluster",
        "Tags": _tags(response),
    }
    return ActionResult({"PlacementGroup": groups[name]})


def _tags(response: Any) -> list[dict[str, str]]:
    given = response._parse_tag_specification().get("placement-group", {})
    return [{"Key": key, "Value": value} for key, value in given.items()]


def _describe(response: Any) -> ActionResult:
    groups = _groups(response)
    ids = {group["GroupId"]: name for name, group in groups.items()}
    asked = response._get_param("GroupNames", []) or [
        ids.get(group_id, group_id) for group_id in response._get_param("GroupIds", [])
    ]
    for name in asked:
        if name not in groups:
            raise UnknownGroup(name)
    return ActionResult({"PlacementGroups": [groups[name] for name in asked or groups]})


def _delete(response: Any) -> ActionResult:
    name = response._get_param("GroupName")
    if _groups(response).pop(name, None) is None:
        raise UnknownGroup(name)
    return ActionResult({})


def _describe_reservations(response: Any) -> ActionResult:
    for reservation in response._get_param("CapacityReservationIds", []):
        raise UnknownReservation(reservation)
    return ActionResult({"CapacityReservations": []})
