"""Asks AWS which of the wanted instance types it offers in which zone of the region, for a network that is made."""

from collections.abc import Callable
from typing import Any, cast

from components import aws_call, user_cache
from planning import offerings
from settings import Problem, Settings
from settings.rules.machines import machine_types

_SUBJECT = "offerings"
_KEPT_SECONDS = 24 * 3600.0
_FILTER_VALUES = 200
"""EC2's own limit."""

_Offered = dict[str, set[str]]
"""By zone, the wanted types that EC2 offers there."""


def problems(settings: Settings, warn: Callable[[str], None]) -> list[Problem]:
    """None, and no call, for a network that exists. One line of warning where AWS cannot be asked.

    Zones and offerings are kept in the user's cache for a day. What is kept ends no preview: where it would, AWS is asked again.
    """
    if settings.network.exists:
        return []
    types = {name for _, name in machine_types(settings)}
    known, kept = _kept(settings.region)
    if types <= known and not list(offerings.problems(settings, kept)):
        return []
    if len(types | known) <= _FILTER_VALUES:
        types |= known  # stacks of one region keep one answer
    try:
        offered = _asked(aws_call.client("ec2", settings.region), types)
    except aws_call.errors() as error:
        reason = str(error).splitlines()[0]
        warn(f"hpcstack:network.zones: whether EC2 offers the instance types there was not checked: {reason}")
        return []
    plain = {zone: sorted(found) for zone, found in offered.items()}
    user_cache.write(_SUBJECT, settings.region, {"types": sorted(types), "offered": plain}, of_caller=True)
    return list(offerings.problems(settings, offered))


def _kept(region: str) -> tuple[set[str], _Offered]:
    """The types that AWS was asked for, and its answer. No type where nothing is kept, or it is of another form."""
    found = user_cache.read(_SUBJECT, region, _KEPT_SECONDS, of_caller=True)
    try:
        offered = cast(dict[str, list[str]], found["offered"])
        return set(found["types"]), {zone: set(names) for zone, names in offered.items()}
    except (AttributeError, KeyError, TypeError):
        return set(), {}


def _asked(ec2: Any, types: set[str]) -> _Offered:
    """Local and Wavelength zones need an opt-in and are left out, as components.network leaves them out."""
    filters = [
        {"Name": "state", "Values": ["available"]},
        {"Name": "opt-in-status", "Values": ["opt-in-not-required"]},
    ]
    zones = ec2.describe_availability_zones(Filters=filters)["AvailabilityZones"]
    found: _Offered = {str(zone["ZoneName"]): set() for zone in zones}
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": sorted(types)}]
    )
    for page in pages:
        for one in page["InstanceTypeOfferings"]:
            if one["Location"] in found:
                found[str(one["Location"])].add(str(one["InstanceType"]))
    return found
