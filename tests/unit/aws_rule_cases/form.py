"""How a case is written."""

from collections.abc import Iterator
from typing import Any

Inputs = dict[str, Any]
Case = tuple[Inputs, Inputs]
POLICY = '{"Version": "2012-10-17", "Statement": []}'


def one(key: str, refused: Any, taken: Any, **more: Any) -> Case:
    """A case about one input."""
    return {key: refused, **more}, {key: taken, **more}


def names(limit: int, wrong: str, key: str = "name", prefix: str = "namePrefix") -> Iterator[Case]:
    """The cases of a name and of the prefix that may stand instead."""
    yield {key: "a", prefix: "b"}, {prefix: "b"}
    yield from name(limit, wrong, key)
    yield one(prefix, "a" * (limit - 25), "a" * (limit - 26))
    yield one(prefix, wrong, "right")


def name(limit: int, wrong: str, key: str = "name") -> Iterator[Case]:
    """The cases of a name."""
    yield one(key, "a" * (limit + 1), "a" * limit)
    yield one(key, wrong, "right")


def within(key: str, part: str, refused: Any, taken: Any) -> Case:
    """A case about one part of an object."""
    return {key: {part: refused}}, {key: {part: taken}}
