"""What AWS says of instance types that the program's own list does not describe: asked once, then kept in the user's cache."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, cast

from components import user_cache
from settings.facts.machines import Machine, described

_SUBJECT = "instance-types"
_KEPT_SECONDS = 30 * 24 * 3600.0


def answers(client: Any, names: Iterable[str], region: str) -> dict[str, Machine]:
    """By name; a type that the region does not offer is absent. Raises what boto3 raises where AWS cannot be asked."""
    kept = _kept(region)
    lacking = sorted(set(names) - set(kept))
    if lacking:
        kept |= _described(client, lacking)
        user_cache.write(_SUBJECT, region, {name: asdict(one) for name, one in kept.items()})
    return {name: kept[name] for name in names if name in kept}


def _described(client: Any, names: list[str]) -> dict[str, Machine]:
    # By a filter: as a parameter, one name that the region does not have would fail them all.
    pages = client.get_paginator("describe_instance_types").paginate(
        Filters=[{"Name": "instance-type", "Values": names}]
    )
    return {str(one["InstanceType"]): described(one) for page in pages for one in page["InstanceTypes"]}


def _kept(region: str) -> dict[str, Machine]:
    """Empty where nothing is kept, or what is kept is of another form: then AWS is asked again."""
    found = cast(dict[str, dict[str, Any]], user_cache.read(_SUBJECT, region, _KEPT_SECONDS) or {})
    try:
        return {name: Machine(**{key: _plain(value) for key, value in one.items()}) for name, one in found.items()}
    except (AttributeError, TypeError):
        return {}


def _plain(value: Any) -> Any:
    """JSON has no tuples."""
    return tuple(cast(list[Any], value)) if isinstance(value, list) else value
