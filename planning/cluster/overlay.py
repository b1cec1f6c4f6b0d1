"""A team's overrides over a section of the cluster's document. What the platform needs on its nodes is joined, never replaced."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from planning.cluster.actions import sequence
from planning.merge import Document


def overlay(base: Mapping[str, Any], overrides: Mapping[str, object]) -> Document:
    """`base` with `overrides` laid over it, as `planning.merge` does it, but for the lists that the platform begins: policies and
    custom actions. There an override's items follow the platform's.

    What has a wrong form is joined as it is, so that ParallelCluster's schema tells it.
    """
    result = dict(base)
    for key, value in overrides.items():
        inner = result.get(key)
        if inner is not None and key in _JOINED:
            result[key] = _JOINED[key](inner, value)
        elif isinstance(inner, Mapping) and isinstance(value, Mapping):
            result[key] = overlay(cast(Mapping[str, Any], inner), cast(Mapping[str, object], value))
        else:
            result[key] = value
    return result


def _policies(own: Any, more: Any) -> list[Any]:
    return [*own, *(cast(list[Any], more) if isinstance(more, list) else [more])]


def _scripts(own: Any, more: Any) -> Document:
    return sequence([*_items(own), *_items(more)])


def _items(action: Any) -> list[Any]:
    found: Any = cast(Mapping[str, Any], action).get("Sequence") if isinstance(action, Mapping) else None
    return cast(list[Any], found) if isinstance(found, list) else [action]


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "AdditionalIamPolicies": _policies,
    "OnNodeStart": _scripts,
    "OnNodeConfigured": _scripts,
    "OnNodeUpdated": _scripts,
}
"""Keys that mean the same wherever they stand in ParallelCluster's document (3.16)."""
