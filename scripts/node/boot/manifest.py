"""What the stack has written down for a kind of node: its programs, each with place and hash, and what runs at which event."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from .faults import Fault

FORMAT = 1
_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
OBJECT = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/\S+")
HASH = re.compile(r"[0-9a-f]{64}")
_AGAIN = "run pulumi up, which writes it anew"


@dataclass(frozen=True)
class Program:
    name: str
    uri: str
    sha256: str


@dataclass(frozen=True)
class Step:
    program: Program
    arguments: Sequence[str]


def steps(content: bytes, origin: str, event: str, names: Sequence[str]) -> list[Step]:
    """What runs at an event, in order, of exactly the names that the cluster's document has. Raises Fault."""
    found = _read(content, origin)
    try:
        rows = found["events"].get(event, [])
        listed = list(dict.fromkeys(row["name"] for row in rows))
        made = [Step(_program(found, row["program"]), row["arguments"]) for row in rows]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Fault(f"{origin} is no manifest of programs ({type(error).__name__} {error}); {_AGAIN}") from None
    if listed != list(names):
        here, there = " ".join(listed) or "nothing", " ".join(names) or "nothing"
        raise Fault(f"{origin} lists {here} for {event}, and the cluster's document {there}; {_AGAIN}")
    wrong = [one.program.name for one in made if not _words(one.arguments)]
    if wrong:
        raise Fault(f"{origin}: the arguments of {wrong[0]} are no list of texts; {_AGAIN}")
    return made


def _read(content: bytes, origin: str) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except ValueError as error:
        raise Fault(f"{origin} is no JSON ({error}); {_AGAIN}") from None
    if not isinstance(read, dict):
        raise Fault(f"{origin} is no manifest of programs; {_AGAIN}")
    found = cast(dict[str, Any], read)
    if found.get("format") != FORMAT:
        raise Fault(
            f"{origin} is of format {found.get('format')!r}, and this boot program reads {FORMAT}; "
            "run pulumi up, which brings a boot program that fits"
        )
    return found


def _program(found: dict[str, Any], name: str) -> Program:
    row = found["programs"][name]
    fields = ((_NAME, name), (OBJECT, row["uri"]), (HASH, row["sha256"]))
    for form, text in fields:
        if not form.fullmatch(text):
            raise ValueError(repr(text))
    return Program(name, row["uri"], row["sha256"])


def _words(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in cast(list[Any], found))
