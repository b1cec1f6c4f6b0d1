"""The kinds of inputs and outputs, read from the annotations of the classes of a Pulumi SDK package."""

import collections.abc
import enum
import importlib
import inspect
import threading
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any

import pulumi

# pulumi.Input is a union with a forward reference to these names.
FORWARD = {"Output": pulumi.Output, "T": Any}
_SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}

LOCK = threading.RLock()
"""The SDK packages load their modules lazily, in a way that several threads cannot share."""


@dataclass(frozen=True)
class Kind:
    """The kind of a value: `name` is string, integer, number, boolean, list, map, object, asset, archive, any or union.

    `item` is set for lists and maps, `options` for unions, `cls` (module and name of the SDK's own class) for objects.
    """

    name: str
    item: "Kind | None" = None
    options: tuple["Kind", ...] = ()
    cls: str = ""

    @property
    def fields(self) -> "Mapping[str, Field]":
        """The fields of an object by wire name; read when first needed, since nested types may be deep."""
        with LOCK:
            if self.cls and self.cls not in OBJECTS:
                module, _, name = self.cls.partition(":")
                OBJECTS[self.cls] = fields_of(getattr(importlib.import_module(module), name))
            return OBJECTS.get(self.cls, {})

    def __str__(self) -> str:
        if self.name == "union":
            return " or ".join(str(option) for option in self.options)
        return f"{self.name} of {self.item}" if self.item else self.name


@dataclass(frozen=True)
class Field:
    """One input or output."""

    kind: Kind
    required: bool = False


OBJECTS: "dict[str, Mapping[str, Field]]" = {}
"""The fields of the objects read so far, by `Kind.cls`."""


def _wire_names(cls: type) -> dict[str, str]:
    """Python name -> wire name of every property marked by pulumi.getter."""
    properties = inspect.getmembers(cls, lambda member: isinstance(member, property))
    marked = {python: getattr(member.fget, "_pulumi_name", None) for python, member in properties}
    return {python: wire for python, wire in marked.items() if wire}


def fields_of(args: type) -> dict[str, Field]:
    """The inputs of an arguments class by wire name."""
    wire, hints = _wire_names(args), typing.get_type_hints(args.__init__, localns=FORWARD)
    parameters = inspect.signature(args.__init__).parameters
    return {
        wire[python]: Field(kind_of(hints[python]), parameter.default is inspect.Parameter.empty)
        for python, parameter in parameters.items()
        if python in wire
    }


def getters_of(cls: type) -> dict[str, Field]:
    """The outputs of a resource or result class by wire name; required are those that the class never leaves out."""
    hints = {wire: _getter_hint(cls, python) for python, wire in _wire_names(cls).items()}
    return {wire: Field(kind_of(hint), not _may_be_none(hint)) for wire, hint in hints.items()}


def _may_be_none(hint: Any) -> bool:
    if typing.get_origin(hint) is pulumi.Output:
        return _may_be_none(typing.get_args(hint)[0])
    return hint is Any or NoneType in typing.get_args(hint)


def _getter_hint(cls: type, python: str) -> Any:
    """The return annotation of a getter, resolved where the getter was defined."""
    getter = typing.cast(property, getattr(cls, python)).fget
    return typing.get_type_hints(getter, localns=FORWARD).get("return", Any)


def kind_of(hint: Any) -> Kind:
    """The kind that an annotation stands for; Input, Output and Optional wrappers are looked through."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is pulumi.Output:
        return kind_of(arguments[0])
    if origin in (typing.Union, UnionType):
        wanted = [argument for argument in arguments if not _is_wrapper(argument)]
        if any(inspect.isclass(argument) and argument.__name__.endswith("Args") for argument in wanted):
            wanted = [argument for argument in wanted if not getattr(argument, "__name__", "").endswith("Result")]
        kinds = dict.fromkeys(kind_of(argument) for argument in wanted)
        return next(iter(kinds)) if len(kinds) == 1 else Kind("union", options=tuple(kinds))
    if origin in (collections.abc.Sequence, list):
        return Kind("list", kind_of(arguments[0]))
    if origin in (collections.abc.Mapping, dict):
        return Kind("map", kind_of(arguments[1]))
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
    return Kind("object", cls=f"{hint.__module__}:{hint.__qualname__}") if _wire_names(hint) else Kind("any")


def _is_wrapper(hint: Any) -> bool:
    """Parts of an annotation that say nothing of the kind: None, awaitables, outputs, the TypedDict twin of a class."""
    origin = typing.get_origin(hint)
    return hint is NoneType or origin in (pulumi.Output, collections.abc.Awaitable) or typing.is_typeddict(hint)
