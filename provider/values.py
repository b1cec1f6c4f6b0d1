"""Between Pulumi's property values and plain Python.

Plain values are str, int, float, bool, list, dict, and UNKNOWN where a preview has no value yet. Whole numbers become int:
Pulumi's numbers are all floating-point, and ParallelCluster's schema wants `MaxCount: 4`, not 4.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

Plain = dict[str, Any]
Properties = dict[str, PropertyValue]
Path = tuple[str | int, ...]


_UNKNOWN_TEXTS: Final = frozenset(
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
"""How an unknown string, bool, number, array, asset, archive and object travel (pulumi sdk/go/common/resource/plugin/rpc.go);
Pulumi's property values for Python pass these texts through."""


def as_map(value: Any) -> Plain:
    """The value if it is a mapping, else an empty one."""
    return cast(Plain, value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return cast(list[Any], value) if isinstance(value, list) else []


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> "_Unknown":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Unknown":
        return self


UNKNOWN: Final = _Unknown()
"""A value that is not known yet, as at preview."""


def plain(value: PropertyValue) -> Any:
    """The plain value of a property; nulls inside are left out."""
    raw = value.value
    if isinstance(raw, str) and raw in _UNKNOWN_TEXTS:
        return UNKNOWN
    if isinstance(raw, Mapping):
        return {key: plain(item) for key, item in raw.items() if item.value is not None}
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return [plain(item) for item in raw]
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def plain_map(values: Mapping[str, PropertyValue]) -> Plain:
    """The plain values of a property map; an input set to null is an input not set."""
    return {key: plain(value) for key, value in values.items() if value.value is not None}


def wire(value: Any, *, secret: bool = False) -> PropertyValue:
    """The property value of a plain one."""
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN, is_secret=secret)
    if isinstance(value, Mapping):
        items = cast(Mapping[Any, Any], value)
        return PropertyValue({str(key): wire(item) for key, item in items.items() if item is not None}, secret)
    if isinstance(value, list | tuple):
        return PropertyValue([wire(item) for item in cast(Sequence[Any], value)], secret)
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value), secret)
    return PropertyValue(value, secret)


def wire_map(values: Mapping[str, Any], secrets: frozenset[str] = frozenset()) -> Properties:
    """The property map of plain values; the keys in `secrets` become secret, None is left out."""
    return {key: wire(value, secret=key in secrets) for key, value in values.items() if value is not None}


def secret_keys(values: Mapping[str, PropertyValue]) -> frozenset[str]:
    """The top-level keys whose value is, or holds, a secret."""
    return frozenset(key for key, value in values.items() if value.contains_secret())


def secret_texts(value: PropertyValue, inside: bool = False) -> Iterator[str]:
    """Every text inside a secret, so that it can be struck out of a message."""
    inside = inside or value.is_secret
    if isinstance(value.value, str):
        if inside and value.value:
            yield value.value
    elif isinstance(value.value, Mapping):
        for item in value.value.values():
            yield from secret_texts(item, inside)
    elif isinstance(value.value, Sequence):
        for item in value.value:
            yield from secret_texts(item, inside)


def unknown_paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Where the unknown values inside a plain value stand."""
    if value is UNKNOWN:
        yield at
    elif isinstance(value, Mapping):
        for key, item in cast(Mapping[str, Any], value).items():
            yield from unknown_paths(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from unknown_paths(item, (*at, index))


def texts(value: Any, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text inside a plain value, with its path."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, item in cast(Plain, value).items():
            yield from texts(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from texts(item, (*at, index))


def known(value: Any) -> bool:
    """Whether nothing inside a plain value is unknown."""
    return next(unknown_paths(value), None) is None


def path_text(root: str, path: Sequence[str | int]) -> str:
    """A property path as Pulumi writes it: `configuration.Scheduling.SlurmQueues[0].Name`."""
    text = root
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if part.replace("_", "a").isalnum() else f'["{part}"]'
    return text
