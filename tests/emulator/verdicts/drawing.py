"""Random documents of a given shape, and random changes of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class One:
    """A key with one of some values."""

    values: Sequence[Any]
    likely: float = 0.3
    """How often it is there; 1 for a key that must be."""


@dataclass(frozen=True)
class Section:
    """A mapping of keys."""

    keys: Mapping[str, "One | Section | Items"]
    likely: float = 0.4


@dataclass(frozen=True)
class Items:
    """A list of sections that `key` tells apart."""

    key: str
    names: Sequence[str]
    section: Section
    least: int = 0
    likely: float = 0.5
    most: int = field(default=3)


def draw(shape: Section, random: Random) -> Document:
    """A new document."""
    found = {key: _value(below, random) for key, below in shape.keys.items() if random.random() < below.likely}
    return _tidy(found)


def redraw(shape: Section, document: Document, random: Random, rate: float) -> Document:
    """The same document with about `rate` of its keys drawn anew: changed, added or taken away; list items come and go."""
    result: Document = {}
    for key, below in shape.keys.items():
        if key in document and not isinstance(below, One) and random.random() > rate / 4:
            result[key] = _below(below, document[key], random, rate)
        elif random.random() < rate:
            if random.random() < max(below.likely, 0.5):
                result[key] = _value(below, random)
        elif key in document:
            result[key] = document[key]
        if below.likely == 1 and key not in result:
            result[key] = document.get(key, _value(below, random))
    return _tidy(result)


def _tidy(document: Document) -> Document:
    """Without sections and lists that came out empty, as a person would write it, and in the order that YAML is dumped in."""
    return {key: document[key] for key in sorted(document) if document[key] not in ({}, [])}


def _value(shape: One | Section | Items, random: Random) -> Any:
    if isinstance(shape, One):
        return random.choice(shape.values)
    if isinstance(shape, Section):
        return draw(shape, random)
    count = random.randint(shape.least, min(shape.most, len(shape.names)))
    return [_tidy({shape.key: name, **draw(shape.section, random)}) for name in random.sample(shape.names, count)]


def _below(shape: Section | Items, value: Any, random: Random, rate: float) -> Any:
    if isinstance(shape, Section):
        return redraw(shape, value, random, rate)
    kept = [item for item in value if random.random() > rate / 3]
    items = [_tidy({shape.key: item[shape.key], **redraw(shape.section, item, random, rate)}) for item in kept]
    free = [name for name in shape.names if name not in {item[shape.key] for item in items}]
    while free and (len(items) < shape.least or (len(items) < shape.most and random.random() < rate / 2)):
        name = free.pop(random.randrange(len(free)))
        items.append(_tidy({shape.key: name, **draw(shape.section, random)}))
    random.shuffle(items)
    return items
