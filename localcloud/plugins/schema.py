"""What a resource type or a function accepts and returns, read from the pinned Pulumi SDK package itself.

The generated SDK packages carry no schema file, but their classes say all of it: the arguments class of a resource has
the inputs (keyword parameters; those without a default are required), `pulumi.getter` on its properties gives the wire
names, annotations give the kinds, and the resource class has the outputs. Reading it there means it cannot drift.
"""

import collections.abc
import enum
import importlib
import inspect
import re
import threading
import typing
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import ModuleType, NoneType, UnionType
from typing import Any

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from localcloud.plugins.values import is_unknown

# pulumi.Input is a union with a forward reference to these names.
_FORWARD = {"Output": pulumi.Output, "T": Any}
_SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


class UnknownToken(Exception):
    """The SDK package has no such resource type or function; the text names the token."""


@dataclass(frozen=True)
class Problem:
    """One violation: `path` as Pulumi writes property paths (`a.b[0].c`), `reason` one line."""

    path: str
    reason: str


@dataclass(frozen=True)
class Kind:
    """The kind of a value: `name` is string, integer, number, boolean, list, map, object, asset, archive, any or union.

    `item` is set for lists and maps, `options` for unions, `cls` (the SDK's own class of the object) for objects.
    """

    name: str
    item: "Kind | None" = None
    options: tuple["Kind", ...] = ()
    cls: type | None = None

    @cached_property
    def fields(self) -> "dict[str, Field]":
        """The fields of an object by wire name; read when first needed, since nested types may be deep."""
        with _lock:
            return _fields(self.cls) if self.cls else {}

    def __str__(self) -> str:
        if self.name == "union":
            return " or ".join(str(option) for option in self.options)
        return f"{self.name} of {self.item}" if self.item else self.name


@dataclass(frozen=True)
class Field:
    """One input or output."""

    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Schema:
    """Inputs and outputs of a resource type or of a function, by wire name."""

    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field] = field(default_factory=dict)


_lock = threading.RLock()
"""The SDK packages load their modules lazily, in a way that several threads cannot share."""


def resource_schema(token: str) -> Schema:
    """Read the schema of a resource type (`aws:ec2/vpc:Vpc`, `pulumi:providers:aws`). Raises UnknownToken."""
    with _lock:
        return _resource_schema(token)


def function_schema(token: str) -> Schema:
    """Read the schema of a function (`aws:ec2/getAmi:getAmi`). Raises UnknownToken."""
    with _lock:
        return _function_schema(token)


@cache
def _resource_schema(token: str) -> Schema:
    module, name = _locate(token)
    cls = getattr(module, name, None)
    if not (isinstance(cls, type) and issubclass(cls, pulumi.CustomResource)):
        raise UnknownToken(f"{token}: the SDK package has no such resource type")
    # The arguments class stands beside the resource class; it is an InitArgs where a nested type took the other name.
    beside = vars(importlib.import_module(cls.__module__))
    args = beside.get(f"{name}InitArgs") or beside[f"{name}Args"]
    outputs = {key: known for key, known in _getters(cls).items() if key not in ("id", "urn")}
    return Schema(token, _fields(args), outputs)


@cache
def _function_schema(token: str) -> Schema:
    module, name = _locate(token)
    function = getattr(module, _snake(name), None)
    result = getattr(module, f"{name[0].upper()}{name[1:]}Result", None)
    if not (inspect.isfunction(function) and isinstance(result, type)):
        raise UnknownToken(f"{token}: the SDK package has no such function")
    hints, parameters = typing.get_type_hints(function, localns=_FORWARD), inspect.signature(function).parameters
    wire = re.findall(r"__args__\['(\w+)'\] = (\w+)", inspect.getsource(function))
    inputs = {
        key: Field(_kind(hints[python]), parameters[python].default is inspect.Parameter.empty) for key, python in wire
    }
    return Schema(token, inputs, _getters(result))


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


def _locate(token: str) -> tuple[ModuleType, str]:
    """The SDK module and the name in a token; only the sub-package that is needed is imported."""
    parts = token.split(":")
    if len(parts) != 3:
        raise UnknownToken(f"{token}: not a token of the form package:module:Name")
    if parts[:2] == ["pulumi", "providers"]:
        return importlib.import_module(f"pulumi_{parts[2]}"), "Provider"
    package, module = f"pulumi_{parts[0].replace('-', '_')}", parts[1].split("/")[0].lower()
    try:
        with warnings.catch_warnings():
            # The packages warn about their own deprecated types as they are imported.
            warnings.simplefilter("ignore", DeprecationWarning)
            return importlib.import_module(package if module in ("", "index") else f"{package}.{module}"), parts[2]
    except ModuleNotFoundError:
        raise UnknownToken(f"{token}: the SDK package has no module {module}") from None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _wire_names(cls: type) -> dict[str, str]:
    """Python name -> wire name of every property marked by pulumi.getter."""
    properties = inspect.getmembers(cls, lambda member: isinstance(member, property))
    marked = {python: getattr(member.fget, "_pulumi_name", None) for python, member in properties}
    return {python: wire for python, wire in marked.items() if wire}


def _fields(args: type) -> dict[str, Field]:
    wire, hints = _wire_names(args), typing.get_type_hints(args.__init__, localns=_FORWARD)
    parameters = inspect.signature(args.__init__).parameters
    return {
        wire[python]: Field(_kind(hints[python]), parameter.default is inspect.Parameter.empty)
        for python, parameter in parameters.items()
        if python in wire
    }


def _getters(cls: type) -> dict[str, Field]:
    wire = _wire_names(cls)
    return {wire[python]: Field(_kind(_getter_hint(cls, python))) for python in wire}


def _getter_hint(cls: type, python: str) -> Any:
    """The return annotation of a getter, resolved where the getter was defined."""
    getter = typing.cast(property, getattr(cls, python)).fget
    return typing.get_type_hints(getter, localns=_FORWARD).get("return", Any)


def _kind(hint: Any) -> Kind:
    """The kind that an annotation stands for; Input, Output and Optional wrappers are looked through."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is pulumi.Output:
        return _kind(arguments[0])
    if origin in (typing.Union, UnionType):
        wanted = [argument for argument in arguments if not _is_wrapper(argument)]
        if any(inspect.isclass(argument) and argument.__name__.endswith("Args") for argument in wanted):
            wanted = [argument for argument in wanted if not getattr(argument, "__name__", "").endswith("Result")]
        kinds = dict.fromkeys(_kind(argument) for argument in wanted)
        return next(iter(kinds)) if len(kinds) == 1 else Kind("union", options=tuple(kinds))
    if origin in (collections.abc.Sequence, list):
        return Kind("list", _kind(arguments[0]))
    if origin in (collections.abc.Mapping, dict):
        return Kind("map", _kind(arguments[1]))
    if isinstance(hint, type):
        return _class_kind(hint)
    return Kind("any")


def _class_kind(hint: type) -> Kind:
    if hint in _SCALARS:
        return Kind(_SCALARS[hint])
    if issubclass(hint, enum.Enum):
        return Kind("string")
    if issubclass(hint, pulumi.Asset | pulumi.Archive):
        return Kind("asset" if issubclass(hint, pulumi.Asset) else "archive")
    return Kind("object", cls=hint) if _wire_names(hint) else Kind("any")


def _is_wrapper(hint: Any) -> bool:
    """Parts of an annotation that say nothing of the kind: None, awaitables, outputs, the TypedDict twin of a class."""
    origin = typing.get_origin(hint)
    return hint is NoneType or origin in (pulumi.Output, collections.abc.Awaitable) or typing.is_typeddict(hint)
