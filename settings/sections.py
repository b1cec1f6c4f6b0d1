"""Finds the model's own facts about a place of the stack file: its field, its section's keys, its limits."""

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from settings.kinds import is_mark, members
from settings.problem import Path


def section_at(path: Path, root: type[BaseModel]) -> type[BaseModel] | None:
    """The section class at a path, which may have the marks of settings.kinds; None where something else stands."""
    section, field = root, None
    for part in path:
        if isinstance(part, int):
            continue
        if is_mark(part) and field and (marked := members(field.annotation).get(part)):
            section = marked
            continue
        field = _field(section, part)
        found = section_of(field.annotation) if field else None
        if found is None:
            return None
        section = found
    return section


def field_at(path: Path, root: type[BaseModel]) -> FieldInfo | None:
    """The field that a path, or the list item it ends in, belongs to."""
    keys = list(path)
    while keys and (isinstance(keys[-1], int) or is_mark(keys[-1])):
        keys.pop()
    if not keys:
        return None
    section = section_at(tuple(keys[:-1]), root)
    return _field(section, str(keys[-1])) if section else None


def known_keys(section: type[BaseModel]) -> list[str]:
    """The keys of a section in the spelling of the stack file."""
    return [field.alias or name for name, field in section.model_fields.items()]


def places(section: type[BaseModel], before: str = "") -> Iterator[str]:
    """All keys of the model, dotted: `cluster.queues[].name`."""
    for name, field in section.model_fields.items():
        path = f"{before}{field.alias or name}"
        yield path
        for inner in sections_of(field.annotation):
            yield from places(inner, f"{path}{'[]' if is_list(field) else ''}.")


def section_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := section_of(inner))), None)


def sections_of(annotation: object) -> list[type[BaseModel]]:
    """The section, or all classes of one that differs by its kind."""
    first = section_of(annotation)
    return list(members(annotation).values()) or ([first] if first else [])


def is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple


def choices(field: FieldInfo) -> list[str]:
    """The values of a Literal, or of a list of these."""
    parts = _parts(field.annotation)
    parts += [inner for part in parts if get_origin(part) is tuple for inner in _parts(get_args(part)[0])]
    return [str(value) for part in parts if get_origin(part) is Literal for value in get_args(part)]


def limits(field: FieldInfo) -> tuple[int | None, int | None]:
    """(least, most) of a number or of a list's length."""
    return _limits(field.metadata, field.annotation)


def item_limits(field: FieldInfo) -> tuple[int | None, int | None]:
    """(least, most) of each number of a list."""
    return _limits([], get_args(field.annotation)[0])


def _limits(metadata: list[Any], annotation: Any) -> tuple[int | None, int | None]:
    marks = [*metadata, *(mark for part in _parts(annotation) for mark in getattr(part, "__metadata__", ()))]
    marks = [inner for mark in marks for inner in getattr(mark, "metadata", [mark])]
    least = next((getattr(mark, key) for mark in marks for key in ("ge", "min_length") if hasattr(mark, key)), None)
    most = next((getattr(mark, key) for mark in marks for key in ("le", "max_length") if hasattr(mark, key)), None)
    return least, most


def _field(section: type[BaseModel], key: str) -> FieldInfo | None:
    return next((field for name, field in section.model_fields.items() if (field.alias or name) == key), None)


def _parts(annotation: Any) -> list[Any]:
    """The annotation and, of a union, its members; `Annotated` is kept whole."""
    if get_origin(annotation) in (types.UnionType, typing.Union):
        return [part for inner in get_args(annotation) for part in _parts(inner)]
    if get_origin(annotation) is Annotated:
        return [annotation, *_parts(get_args(annotation)[0])]
    return [annotation]
