"""Instance types that the pinned list does not know: perhaps newer than the list, perhaps mistyped. AWS must be asked."""

from collections.abc import Collection, Iterator

from settings.facts import instance_types as known
from settings.model import Settings
from settings.nearest import nearest
from settings.problem import Problem, weighed
from settings.rules.machines import instance_types


def unknown_types(settings: Settings) -> list[str]:
    """Those of the stack that the list does not know; none in the usual case."""
    return sorted({name for _, name in instance_types(settings)} - known())


def problems(settings: Settings, missing: Collection[str], reason: str = "") -> Iterator[Problem]:
    """One for each place of a type that AWS does not have; or, with a reason, about which AWS could not be asked."""
    for path, name in instance_types(settings):
        if name not in missing:
            continue
        near = nearest(name, known()) or "c6i.xlarge"
        if reason:
            fault = f"is no instance type that this version knows, and AWS could not be asked: {reason}"
            fix = f"take {near}, or give this shell credentials that may call ec2:DescribeInstanceTypes"
        else:
            fault, fix = f"is no instance type of {settings.region}", f"take {near}, or another type of that region"
        rule = "type-unanswered" if reason else "type-unknown"
        yield weighed(rule, path, name, fault, f"{near} (the nearest known type)", fix, ("region",))
