"""Sections of one list that differ by their `kind`: which class reads which item, and how pydantic's findings name it."""

from collections.abc import Mapping
from typing import Annotated, cast, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag

_MARK = "kind:"


def tag(kind: str) -> Tag:
    """Marks a class of such a union; the mark stands in the places that pydantic names."""
    return Tag(_MARK + kind)


def told_by_kind(default: str) -> Discriminator:
    """Chooses by the key `kind`; without it, or where no mapping stands, the default."""

    def chosen(value: object) -> str:
        if isinstance(value, Mapping):
            return f"{_MARK}{cast(Mapping[str, object], value).get('kind', default)}"
        return f"{_MARK}{getattr(value, 'kind', default)}"

    return Discriminator(chosen)


def is_mark(part: object) -> bool:
    return isinstance(part, str) and part.startswith(_MARK)


def plain(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A place of pydantic as the stack file has it: without marks, which follow the number of an item."""
    return tuple(
        part for index, part in enumerate(path) if not (is_mark(part) and index and isinstance(path[index - 1], int))
    )


def members(annotation: object) -> dict[str, type[BaseModel]]:
    """The classes of a union by their marks; empty where there is none."""
    found: dict[str, type[BaseModel]] = {}
    for part in get_args(annotation):
        if get_origin(part) is Annotated:
            inner, *marks = get_args(part)
            for mark in marks:
                if isinstance(mark, Tag) and isinstance(inner, type) and issubclass(inner, BaseModel):
                    found[mark.tag] = inner
        found |= members(part)
    return found


def kinds(annotation: object) -> dict[str, type[BaseModel]]:
    """The same by the values of `kind`."""
    return {mark.removeprefix(_MARK): found for mark, found in members(annotation).items()}
