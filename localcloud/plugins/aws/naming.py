"""Rules that many AWS types share: names with their prefixes, tags."""

from dataclasses import dataclass
from typing import Any

from localcloud.plugins.rules import PREVIEW, AtMostOne, Length, Matches, Rule
from localcloud.plugins.rules.base import ValueRule
from localcloud.plugins.values import UNKNOWN

SUFFIX = 26
"""Characters that the official plugin adds to a prefix."""


def names(limit: int, pattern: str, says: str, key: str = "name", prefix: str = "namePrefix") -> tuple[Rule, ...]:
    """A name and the prefix that may stand instead: length, form, not both."""
    return (
        AtMostOne((key, prefix)),
        *name(limit, pattern, says, key),
        Length(prefix, 1, limit - SUFFIX),
        Matches(prefix, pattern, says),
    )


def name(limit: int, pattern: str, says: str, key: str = "name", stage: str = PREVIEW) -> tuple[Rule, ...]:
    """A name: length and form."""
    return Length(key, 1, limit, stage=stage), Matches(key, pattern, says, stage=stage)


@dataclass(frozen=True)
class TagTexts(ValueRule):
    """Keys and values of tags."""

    @property
    def demand(self) -> str:
        return "must have keys of 1 to 128 characters that do not begin with aws:, and values of at most 256"

    def fits(self, value: Any) -> bool:
        return all(
            0 < len(key) <= 128 and not key.lower().startswith("aws:") and (text is UNKNOWN or len(text) <= 256)
            for key, text in value.items()
        )
