"""Rules about numbers, choices and the size of lists."""

from dataclasses import dataclass
from typing import Any

from localcloud.plugins.rules.base import ValueRule
from localcloud.plugins.values import UNKNOWN


@dataclass(frozen=True)
class OneOf(ValueRule):
    """A choice."""

    allowed: tuple[str | int, ...]

    @property
    def demand(self) -> str:
        return f"must be one of {', '.join(str(one) for one in self.allowed)}"

    def fits(self, value: Any) -> bool:
        return value in self.allowed


@dataclass(frozen=True)
class Within(ValueRule):
    """A number within limits, both allowed; or one of `also`."""

    low: int
    high: int
    also: tuple[int, ...] = ()

    @property
    def demand(self) -> str:
        others = "".join(f"{one} or " for one in self.also)
        return f"must be {others}within {self.low}..{self.high}"

    def fits(self, value: Any) -> bool:
        return self.low <= value <= self.high or value in self.also


@dataclass(frozen=True)
class Items(ValueRule):
    """The number of items of a list or map; `distinct`: none twice."""

    low: int
    high: int
    distinct: bool = False

    @property
    def demand(self) -> str:
        many = str(self.low) if self.low == self.high else f"{self.low} to {self.high}"
        return f"must have {many} {'different ' if self.distinct else ''}item{'' if many == '1' else 's'}"

    def fits(self, value: Any) -> bool:
        known = [item for item in value if item is not UNKNOWN]
        return self.low <= len(value) <= self.high and not (self.distinct and len(set(known)) != len(known))
