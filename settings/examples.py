"""An example of each key, for the reference: from Pulumi.dev.yaml, else from examples.yaml, else a value beside the default."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path as File
from typing import Any, cast, get_args

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from settings.base import Form
from settings.problem import NAMESPACE
from settings.sections import choices, is_list, limits

_DEV = File(__file__).parent.parent / "Pulumi.dev.yaml"
_MORE = File(__file__).parent / "examples.yaml"
NONE = object()


def example(path: str, field: FieldInfo) -> Any:
    """A value of the key at a path, `cluster.queues[].name`; NONE where nobody has thought of one."""
    keys = path.replace("[]", "").split(".")
    shown = _found(_dev(), keys)
    if shown:
        return shown[0]
    # The longest end of the path that has an example.
    for start in range(len(keys)):
        if (end := ".".join(keys[start:])) in _more():
            return _more()[end]
    return _beside_the_default(field)


def _found(values: list[Any], keys: list[str]) -> list[Any]:
    """Below several mappings and lists of them, what stands at these keys."""
    for key in keys:
        values = [one for value in values for one in (cast(list[Any], value) if isinstance(value, list) else [value])]
        values = [cast(dict[str, Any], one)[key] for one in values if isinstance(one, dict) and key in one]
    return [value for value in values if value is not None]


def _beside_the_default(field: FieldInfo) -> Any:
    if field.annotation is bool or field.annotation == bool | None:
        return not field.default
    if known := choices(field):
        other = next((one for one in known if one != str(field.default)), known[0])
        return int(other) if other.isdecimal() else other
    if isinstance(field.default, int | str):
        return field.default
    least, _ = limits(field)
    return least if least is not None and not is_list(field) else _named(field)


def _named(field: FieldInfo) -> Any:
    """What the form of a text names itself: "a path such as /team"."""
    for allowed in forms(field.annotation, field.metadata):
        if found := re.search(r"such as (\S*[^\s,;:])", allowed):
            return [found[1]] if is_list(field) else found[1].strip('"')
    return NONE


def forms(annotation: Any, metadata: Sequence[Any] = ()) -> Iterator[str]:
    """What forms of texts allow, at any depth of an annotation."""
    marks = [*metadata, *getattr(annotation, "__metadata__", ())]
    yield from (mark.allowed for mark in marks if isinstance(mark, Form))
    for part in get_args(annotation):
        if not isinstance(part, type) or not issubclass(part, BaseModel):
            yield from forms(part)


@cache
def _dev() -> list[Any]:
    config = cast(dict[str, Any], yaml.safe_load(_DEV.read_text())["config"])
    return [{key.removeprefix(f"{NAMESPACE}:"): value for key, value in config.items()}]


@cache
def _more() -> dict[str, Any]:
    return yaml.safe_load(_MORE.read_text())
