"""Asks AWS which of the wanted instance types it offers in which zone of the region, for a network that is made."""

from collections.abc import Callable
from typing import Any

from components import aws_call
from planning import offerings
from settings import Problem, Settings
from settings.rules.machines import machine_types


def problems(settings: Settings, warn: Callable[[str], None]) -> list[Problem]:
    """None, and no call, for a network that exists. One line of warning where AWS cannot be asked."""
    if settings.network.exists:
        return []
    try:
        offered = _offered(aws_call.client("ec2", settings.region), {name for _, name in machine_types(settings)})
    except aws_call.errors() as error:
        reason = str(error).splitlines()[0]
        warn(f"hpcstack:network.zones: whether EC2 offers the instance types there was not checked: {reason}")
        return []
    return list(offerings.problems(settings, offered))


def _offered(ec2: Any, types: set[str]) -> dict[str, set[str]]:
    """By zone. Local and Wavelength zones need an opt-in and are left out, as components.network leaves them out."""
    filters = [
        {"Name": "state", "Values": ["available"]},
        {"Name": "opt-in-status", "Values": ["opt-in-not-required"]},
    ]
    zones = ec2.describe_availability_zones(Filters=filters)["AvailabilityZones"]
    found: dict[str, set[str]] = {str(zone["ZoneName"]): set() for zone in zones}
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": sorted(types)}]
    )
    for page in pages:
        for one in page["InstanceTypeOfferings"]:
            if one["Location"] in found:
                found[str(one["Location"])].add(str(one["InstanceType"]))
    return found
