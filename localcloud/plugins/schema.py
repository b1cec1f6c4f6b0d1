"""What a resource type or a function accepts and returns, read from the pinned Pulumi SDK package itself.

The generated SDK packages carry no schema file, but their classes say all of it: the arguments class of a resource has
the inputs (keyword parameters; those without a default are required), `pulumi.getter` on its properties gives the wire
names, annotations give the kinds, and the resource class has the outputs. Reading it there means it cannot drift.
"""

import importlib
import inspect
import re
import typing
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

import pulumi

from localcloud.plugins import kept
from localcloud.plugins.kinds import FORWARD, LOCK, Field, fields_of, getters_of, kind_of


class UnknownToken(Exception):
    """The SDK package has no such resource type or function; the text names the token."""


@dataclass(frozen=True)
class Schema:
    """Inputs and outputs of a resource type or of a function, by wire name."""

    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field] = field(default_factory=dict)


def resource_schema(token: str) -> Schema:
    """Read the schema of a resource type (`aws:ec2/vpc:Vpc`, `pulumi:providers:aws`). Raises UnknownToken."""
    with LOCK:
        return _resource_schema(token)


def function_schema(token: str) -> Schema:
    """Read the schema of a function (`aws:ec2/getAmi:getAmi`). Raises UnknownToken."""
    with LOCK:
        return _function_schema(token)


@cache
def _resource_schema(token: str) -> Schema:
    return _kept("resource", token, _read_resource)


@cache
def _function_schema(token: str) -> Schema:
    return _kept("function", token, _read_function)


def _kept(what: str, token: str, read: Callable[[str], Schema]) -> Schema:
    """As it was kept, else read from the SDK's classes and kept. A token that the SDK does not know is not kept."""
    if len(token.split(":")) == 3 and (found := kept.recall(what, token)):
        return Schema(token, *found)
    schema = read(token)
    kept.keep(what, token, schema.inputs, schema.outputs)
    return schema


def _read_resource(token: str) -> Schema:
    module, name = _locate(token)
    cls = getattr(module, name, None)
    if not (isinstance(cls, type) and issubclass(cls, pulumi.CustomResource)):
        raise UnknownToken(f"{token}: the SDK package has no such resource type")
    # The arguments class stands beside the resource class; it is an InitArgs where a nested type took the other name.
    beside = vars(importlib.import_module(cls.__module__))
    args = beside.get(f"{name}InitArgs") or beside[f"{name}Args"]
    outputs = {key: known for key, known in getters_of(cls).items() if key not in ("id", "urn")}
    return Schema(token, fields_of(args), outputs)


def _read_function(token: str) -> Schema:
    module, name = _locate(token)
    function = getattr(module, _snake(name), None)
    result = getattr(module, f"{name[0].upper()}{name[1:]}Result", None)
    if not (inspect.isfunction(function) and isinstance(result, type)):
        raise UnknownToken(f"{token}: the SDK package has no such function")
    hints, parameters = typing.get_type_hints(function, localns=FORWARD), inspect.signature(function).parameters
    wire = re.findall(r"__args__\['(\w+)'\] = (\w+)", inspect.getsource(function))
    inputs = {
        key: Field(kind_of(hints[python]), parameters[python].default is inspect.Parameter.empty)
        for key, python in wire
    }
    return Schema(token, inputs, getters_of(result))


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
