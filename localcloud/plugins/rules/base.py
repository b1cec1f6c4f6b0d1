"""A rule, and how it finds the values that it is about."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.plugins.checking import Problem
from localcloud.plugins.values import UNKNOWN, Plain

PREVIEW, APPLY, DELETE = "preview", "apply", "delete"


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """One refusal."""

    stage: str = PREVIEW
    when: str = ""
    has: tuple[Any, ...] = ()
    """The rule holds only if the input `when` has one of these values; None stands for absent."""
    ours: str = ""
    """Why only the stand-in refuses; empty where the official plugin or AWS do."""

    @property
    @abstractmethod
    def subject(self) -> str:
        """The input or inputs that it is about."""

    @property
    @abstractmethod
    def demand(self) -> str:
        """What it asks for, as the rest of a sentence that begins with the subject."""

    @abstractmethod
    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        """Yield path and value of what is wrong, whatever the condition. A value that is UNKNOWN is never wrong."""

    def problems(self, inputs: Plain) -> Iterator[Problem]:
        """Yield what is wrong: path, what is allowed, value."""
        if not self.when or inputs.get(self.when) in self.has:
            yield from (Problem(path, self.text, value) for path, value in self.violations(inputs))

    @property
    def text(self) -> str:
        """The demand with its condition, and why only the stand-in makes it."""
        words = {None: "absent", True: "true", False: "false"}
        values = " or ".join(words.get(one, str(one)) for one in self.has)
        condition = f" if {self.when} is {values}" if self.when else ""
        return f"{self.demand}{condition}{f' ({self.ours})' if self.ours else ''}"


@dataclass(frozen=True)
class ValueRule(Rule):
    """A rule about each value at one path; `[]` in the path stands for every item of a list."""

    path: str

    @property
    def subject(self) -> str:
        return self.path

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Whether a value, never UNKNOWN, is allowed."""

    def violations(self, inputs: Plain) -> Iterator[tuple[str, Any]]:
        yield from ((path, value) for path, value in found(inputs, self.path) if not self.fits(value))


def found(values: Any, path: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every known value at a path, with its own path; none where something on the way is absent or not known yet."""
    name, _, rest = path.partition(".")
    key = name.removesuffix("[]")
    if not isinstance(values, Mapping) or key not in values:
        return
    here, value = f"{at}.{key}" if at else key, values[key]
    many = name.endswith("[]") and isinstance(value, list)
    for place, item in [(f"{here}[{n}]", one) for n, one in enumerate(value)] if many else [(here, value)]:
        if item is not UNKNOWN:
            yield from found(item, rest, place) if rest else [(place, item)]
