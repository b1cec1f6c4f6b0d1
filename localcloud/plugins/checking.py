"""Inputs against their schema: what is unknown, missing or of the wrong kind, at any depth."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from localcloud.plugins.kinds import Field, Kind
from localcloud.plugins.values import is_unknown


@dataclass(frozen=True)
class Problem:
    """One violation: `path` as Pulumi writes property paths (`a.b[0].c`), `reason` one line, the value if it may be shown."""

    path: str
    reason: str
    value: Any = None

    @property
    def root(self) -> str:
        """The input that it is about or in."""
        return re.split(r"[.\[]", self.path)[0]

    def line(self, secret: Collection[str] = ()) -> str:
        """The reason and the value that was given, shortened; no value if the input is one of the secret ones."""
        if self.value is None or self.root in secret:
            return self.reason
        text = repr(self.value)
        return f"{self.reason}; got {text if len(text) <= 80 else f'{text[:77]}...'}"


def check(fields: Mapping[str, Field], values: Mapping[str, PropertyValue], at: str = "") -> Iterator[Problem]:
    """Yield every unknown key, missing required key and value of the wrong kind, each at its path."""
    for key, value in values.items():
        if key not in fields:
            yield Problem(_join(at, key), f"unknown property; known are {', '.join(sorted(fields))}")
        elif value.value is not None:
            yield from check_value(fields[key].kind, value, _join(at, key))
    for key, known in fields.items():
        if known.required and (key not in values or values[key].value is None):
            yield Problem(_join(at, key), f"required property is missing ({known.kind})")


def check_value(kind: Kind, value: PropertyValue, at: str) -> Iterator[Problem]:
    """Yield what is wrong with one value. A value that is unknown at preview fits every kind."""
    raw = value.value
    if is_unknown(value) or kind.name == "any":
        return
    if kind.name == "union":
        found = [list(check_value(option, value, at)) for option in kind.options]
        if all(found):
            deepest = [f for option, f in zip(kind.options, found, strict=True) if _fits_shape(option, raw)]
            yield from deepest[0] if deepest else [_wrong_kind(kind, raw, at)]
    elif not _fits_shape(kind, raw):
        yield _wrong_kind(kind, raw, at)
    elif kind.name == "object":
        yield from check(kind.fields, raw, at)  # pyright: ignore[reportArgumentType]
    elif kind.item and isinstance(raw, Mapping):
        for key, item in raw.items():
            yield from check_value(kind.item, item, _join(at, key))
    elif kind.item and isinstance(raw, tuple):
        for index, item in enumerate(raw):
            yield from check_value(kind.item, item, f"{at}[{index}]")


def _fits_shape(kind: Kind, raw: Any) -> bool:
    if isinstance(raw, bool):
        return kind.name == "boolean"
    if kind.name == "integer":
        return isinstance(raw, float) and raw.is_integer()
    shapes: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "number": float,
        "list": tuple,
        "map": Mapping,
        "object": Mapping,
        "asset": pulumi.Asset,
        "archive": pulumi.Archive,
    }
    return kind.name in shapes and isinstance(raw, shapes[kind.name])


def _wrong_kind(kind: Kind, raw: Any, at: str) -> Problem:
    # The value itself is not shown: it may be a secret.
    names = {bool: "boolean", float: "number", str: "string", tuple: "list"}
    got = names.get(type(raw), "map" if isinstance(raw, Mapping) else type(raw).__name__)
    return Problem(at, f"expected {kind}, got {got}")


def _join(at: str, key: str) -> str:
    part = key if re.fullmatch(r"[A-Za-z_$][\w$]*", key) else f'["{key}"]'
    return f"{at}{part}" if part.startswith("[") or not at else f"{at}.{part}"
