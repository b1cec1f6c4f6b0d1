"""Looks for what a pending creation made: by name where the type's id is its name, by tags and inputs elsewhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.operator.repair.deployment import Json
from scripts.operator.repair.plan import Found, Undecidable

_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|^404$")
_UNIQUE = "[0-9a-f]{26}"
"""What the AWS provider puts behind a name prefix."""
_RANDOM = "-[0-9a-f]{7}"
"""What pulumi puts behind a logical name."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How pulumi writes a value that is not known before something else exists."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `client` gives the client of a service in the resource's region. With `anew`, automatic names are
    those of another run: their random ends count for nothing."""

    urn: str
    inputs: Json
    tags: Mapping[str, str]
    client: Callable[[str], Any]
    anew: bool = False

    def text(self, key: str) -> str:
        """An input. Raises Undecidable if it is missing, a secret, or not known yet."""
        value = self.inputs.get(key)
        if not isinstance(value, str) or value == UNKNOWN:
            raise Undecidable(f"its input {key} is not in the state")
        return value

    def bears(self, tags: Iterable[Mapping[str, str]] | None) -> bool:
        """Whether a list of Key and Value has all tags that the object was made with."""
        found = {tag["Key"]: tag["Value"] for tag in tags or []}
        return all(found.get(key) == value for key, value in self.tags.items())

    def named(self, name: str, key: str = "name", prefix: str = "namePrefix") -> bool:
        """Whether a name is the one in the inputs, or made of the prefix there."""
        if self.automatic(key):
            return bool(re.fullmatch(re.escape(self.urn.rpartition("::")[2].lower()) + _RANDOM, name.lower()))
        if isinstance(self.inputs.get(key), str):
            return name == self.inputs[key]
        return bool(re.fullmatch(re.escape(self.text(prefix)) + _UNIQUE, name))

    def automatic(self, key: str = "name") -> bool:
        """Whether the name in the inputs is not that of the object, only of its kind."""
        return self.anew and key in (self.inputs.get("__defaults") or [])


Finder = Callable[[Wanted], Iterable[Found]]


def found_by(finder: Finder, wanted: Wanted) -> list[Found]:
    """What a finder finds; an error that says that something does not exist finds nothing."""
    try:
        return list(finder(wanted))
    except ClientError as error:
        if not _ABSENT.search(str(error.response.get("Error", {}).get("Code", ""))):
            raise
        return []


def pages(client: Any, call: str, key: str, **arguments: Any) -> Iterator[Json]:
    """The items under `key` of all pages of a call."""
    if client.can_paginate(call):
        answers = client.get_paginator(call).paginate(**arguments)
    else:
        answers = [getattr(client, call)(**arguments)]
    for answer in answers:
        yield from answer.get(key) or []
