"""Overrides in ParallelCluster's own keys, merged last into a document."""

from collections.abc import Mapping
from typing import Any, cast

Document = dict[str, Any]


def merge(base: Mapping[str, Any], overrides: Mapping[str, object]) -> Document:
    """`base` with `overrides` laid over it: mappings are merged key by key, everything else (lists too) is replaced."""
    result = dict(base)
    for key, value in overrides.items():
        inner = result.get(key)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            result[key] = merge(cast(Mapping[str, Any], inner), cast(Mapping[str, object], value))
        else:
            result[key] = value
    return result
