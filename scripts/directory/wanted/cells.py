"""Values of a row's fields by their rules; what is not allowed becomes an error with file, line and field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .fields import REMOVED, split
from .rows import Row

Value = TypeVar("Value")


def one(row: Row, name: str, rule: Callable[[str], Value], errors: list[str], required: bool = False) -> Value | None:
    """The field's value; None when it is not told or not allowed."""
    text = row.text(name)
    if text is None:
        if required:
            errors.append(f"{row.where(name)}: is required")
        return None
    try:
        return rule(text.strip())
    except ValueError as error:
        errors.append(f"{row.where(name)}: {text.strip()!r} is not allowed: {error}")
        return None


def several(
    row: Row, name: str, rule: Callable[[str], str], separators: str, errors: list[str]
) -> tuple[str, ...] | None:
    """The field's values; () when it says that there are none."""
    cell = row.cells.get(name)
    if cell is None:
        return None
    found: list[str] = []
    for part in split(cell.texts, separators):
        if part == REMOVED:
            continue
        try:
            found.append(rule(part))
        except ValueError as error:
            errors.append(f"{row.where(name)}: {part!r} is not allowed: {error}")
    return tuple(dict.fromkeys(found))
