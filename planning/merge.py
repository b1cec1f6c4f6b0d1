"""Overrides in ParallelCluster's own keys, merged last into a document."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

Document = dict[str, Any]


class OverrideError(ValueError):
    """An override touches a key that the platform owns."""


def merge(base: Mapping[str, Any], overrides: Mapping[str, object], where: str, owned: Iterable[str] = ()) -> Document:
    """`base` with `overrides` laid over it: mappings are merged, everything else (lists too) is replaced.

    `where` is the stack file's path of the overrides, for messages. `owned` lists dotted paths that the platform sets itself
    (subnets, file-system ids, directory, database, tags). Raises OverrideError for an override of one of these.
    """
    for path in owned:
        if _has(overrides, path.split(".")):
            raise OverrideError(
                f"{where}.{path}: is owned by the platform, which sets {path} from its own resources: remove the override"
            )
    return _merge(base, overrides)


def _merge(base: Mapping[str, Any], overrides: Mapping[str, object]) -> Document:
    result = dict(base)
    for key, value in overrides.items():
        inner = result.get(key)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            result[key] = _merge(cast(Mapping[str, Any], inner), cast(Mapping[str, object], value))
        else:
            result[key] = value
    return result


def _has(mapping: object, path: list[str]) -> bool:
    for key in path:
        if not isinstance(mapping, Mapping) or key not in mapping:
            return False
        mapping = cast(Mapping[str, object], mapping)[key]
    return True
