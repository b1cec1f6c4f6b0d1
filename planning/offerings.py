"""Instance types in the zones of a network that is made: EC2 does not offer every type in every zone of a region."""

from collections.abc import Collection, Iterator, Mapping

from settings import Problem, Settings
from settings.problem import Path, weighed
from settings.rules.machines import machine_types

_MOST = 3
"""Zones of a network."""


def problems(settings: Settings, offered: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """`offered`: the region's zones by name, with the types that EC2 offers there. The network stands in those that it names, or
    else in the first.

    No zone is chosen for what it offers: another type or another offer would choose others later, and subnets do not move.
    That the region has fewer zones is the network's to tell.
    """
    named = settings.network.zone_names
    for index, zone in enumerate(named):
        if zone not in offered:
            yield weighed(
                "zone-unknown",
                ("network", "zoneNames", index),
                zone,
                f"is no available zone of {settings.region} for this account",
                ", ".join(sorted(offered)),
                "take one of these",
            )
    zones = [zone for zone in named if zone in offered] if named else sorted(offered)[: settings.network.zones]
    if named and len(zones) < len(named):
        return
    better = _fitting(settings, offered)
    for path, name in machine_types(settings):
        for number in _zones_of(settings, path):
            if number > len(zones) or name in offered[zones[number - 1]]:
                continue
            yield weighed(
                "offering",
                path,
                name,
                f"is not offered in {zones[number - 1]}, the network's zone {number}",
                f"types that EC2 offers there; it offers {name} in {_others(name, zones, offered)}",
                _remedy(name, path, zones, offered, bool(named)) + better,
                ("network", "zones"),
            )


def _zones_of(settings: Settings, path: Path) -> tuple[int, ...]:
    """Head node and login nodes stand in the first zone, queues in those that they name."""
    return settings.cluster.queues[path[2]].zones if path[1] == "queues" and isinstance(path[2], int) else (1,)


def _fitting(settings: Settings, offered: Mapping[str, Collection[str]]) -> str:
    """Zones that have all types, where there are enough of them; for a network that is not made yet."""
    types = {name for _, name in machine_types(settings)}
    fitting = [zone for zone in sorted(offered) if types <= set(offered[zone])][: settings.network.zones]
    if len(fitting) < settings.network.zones:
        return ""
    return f", or, before the first up, set network.zoneNames: [{', '.join(fitting)}]"


def _others(name: str, zones: list[str], offered: Mapping[str, Collection[str]]) -> str:
    found = [
        f"{zone} (zone {zones.index(zone) + 1})" if zone in zones else zone
        for zone in sorted(offered)
        if name in offered[zone]
    ]
    return ", ".join(found) or "no zone of the region"


def _remedy(name: str, path: Path, zones: list[str], offered: Mapping[str, Collection[str]], named: bool) -> str:
    possible = (zones if named else sorted(offered)[:_MOST]) if path[1] == "queues" else []
    number = next((number for number, zone in enumerate(possible, 1) if name in offered[zone]), None)
    if number is None:
        return "take another type"
    more = f", with network.zones: {number}" if number > len(zones) else ""
    return f"take another type, or set zones: [{number}] of the queue{more}"
