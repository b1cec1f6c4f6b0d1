"""Between Pulumi's property values and plain Python: numbers, secrets, values unknown at preview, differences.

Plain values are str, int, float, bool, list, dict, pulumi.Asset or pulumi.Archive, and UNKNOWN where the engine has
no value yet. Whole numbers become int, since Pulumi knows only floating-point numbers.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import PropertyDiffKind
from pulumi.runtime import rpc

Properties = dict[str, PropertyValue]
Plain = dict[str, Any]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Unknown":
        return self


UNKNOWN: Final = _Unknown()
"""A value that is not known yet, as at preview."""


# How the engine writes an unknown string, boolean, number, list, asset, archive and object. Pulumi's property values
# for Python leave these texts as they are.
_UNKNOWNS = frozenset(
    {
        rpc.UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


def is_unknown(value: PropertyValue) -> bool:
    """Whether the engine has no value yet."""
    return isinstance(value.value, str) and value.value in _UNKNOWNS


def plain(value: PropertyValue) -> Any:
    """Strip secretness and wrappers from a property value."""
    raw = value.value
    if is_unknown(value):
        return UNKNOWN
    if isinstance(raw, Mapping):
        return {key: plain(item) for key, item in raw.items() if item.value is not None}
    if isinstance(raw, tuple):
        return [plain(item) for item in raw]
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def plain_map(values: Mapping[str, PropertyValue]) -> Plain:
    """Strip a whole property map; nulls are left out, as an input set to None is an input not set."""
    return {key: plain(value) for key, value in values.items() if value.value is not None}


def wire(value: Any, *, secret: bool = False) -> PropertyValue:
    """Make a property value of a plain one."""
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN, is_secret=secret)
    if isinstance(value, Mapping):
        return PropertyValue({str(key): wire(item) for key, item in value.items() if item is not None}, secret)
    if isinstance(value, list | tuple | set | frozenset):
        return PropertyValue([wire(item) for item in value], secret)
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value), secret)
    return PropertyValue(value, secret)


def wire_map(values: Mapping[str, Any], secrets: frozenset[str] = frozenset()) -> Properties:
    """Make a property map of plain values; the keys in `secrets` become secret, None is left out."""
    return {key: wire(value, secret=key in secrets) for key, value in values.items() if value is not None}


def has_unknown(value: Any) -> bool:
    """Whether a plain value is, or holds, a value that is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    return value is UNKNOWN or (isinstance(value, list) and any(has_unknown(item) for item in value))


def secret_keys(values: Mapping[str, PropertyValue]) -> frozenset[str]:
    """The top-level keys whose value is, or holds, a secret."""
    return frozenset(key for key, value in values.items() if value.contains_secret())


def secret_texts(values: Mapping[str, PropertyValue]) -> Iterator[str]:
    """Every string inside a secret, so that it can be struck out of a message."""
    for key in secret_keys(values):
        yield from _texts(plain(values[key]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)


def same(old: Any, new: Any) -> bool:
    """Whether two plain values are equal.

    Assets always are: the engine sends none of their content to compare. A type that takes assets notes a hash of it by
    `ResourceType.derived`.
    """
    kinds = (pulumi.Asset, pulumi.Archive)
    if isinstance(old, kinds) and isinstance(new, kinds):
        return True
    return type(old) is type(new) and old == new


def differences(old: Any, new: Any, at: str) -> Iterator[tuple[str, PropertyDiffKind]]:
    """Yield (path, add | delete | update) for every leaf at which two plain values differ. None stands for absent."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from differences(
                old.get(key), new.get(key), f"{at}.{key}" if key.isidentifier() else f'{at}["{key}"]'
            )
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            pair = [items[index] if index < len(items) else None for items in (old, new)]
            yield from differences(*pair, f"{at}[{index}]")
    elif not same(old, new):
        kind = PropertyDiffKind.ADD if old is None else PropertyDiffKind.UPDATE
        yield at, PropertyDiffKind.DELETE if new is None else kind
