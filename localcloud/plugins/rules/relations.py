"""Rules about several inputs: what excludes, needs or bounds what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localcloud.plugins.rules.base import Rule, found
from localcloud.plugins.values import UNKNOWN, Plain


@dataclass(frozen=True)
class AtMostOne(Rule):
    """Inputs that exclude each other."""

    keys: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.keys[-1]

    @property
    def demand(self) -> str:
        return f"conflicts with {', '.join(self.keys[:-1])}; give one of them"

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        if len([key for key in self.keys if key in inputs]) > 1:
            yield self.subject, inputs.get(self.subject)


@dataclass(frozen=True)
class ExactlyOne(Rule):
    """Inputs of which one and only one must be there."""

    keys: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.keys[0]

    @property
    def demand(self) -> str:
        return f"give exactly one of {', '.join(self.keys)}"

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        if len(given := [key for key in self.keys if key in inputs]) != 1:
            yield given[-1] if given else self.subject, given or None


@dataclass(frozen=True)
class Needed(Rule):
    """An input that must be there."""

    key: str

    @property
    def subject(self) -> str:
        return self.key

    @property
    def demand(self) -> str:
        return "required"

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        if self.key not in inputs:
            yield self.key, None


@dataclass(frozen=True)
class Refused(Rule):
    """Something that must not be there; empty, false, or one of the values `free`, it does no harm."""

    path: str
    free: tuple[Any, ...] = ()

    @property
    def subject(self) -> str:
        return self.path

    @property
    def demand(self) -> str:
        return "not allowed"

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        for path, value in found(inputs, self.path):
            # 0 is a value, an empty list and False are none.
            if value is not False and value not in ([], {}, "", *self.free):
                yield path, value


@dataclass(frozen=True)
class Least(Rule):
    """A number that is 0 or at least as large as another."""

    key: str
    other: str

    @property
    def subject(self) -> str:
        return self.key

    @property
    def demand(self) -> str:
        return f"must be 0 or at least {self.other}"

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        value, least = inputs.get(self.key, 0), inputs.get(self.other, 0)
        if UNKNOWN not in (value, least) and 0 < value < least:
            yield self.key, value
