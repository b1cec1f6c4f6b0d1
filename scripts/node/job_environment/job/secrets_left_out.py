"""The environment as it is kept: without what looks like a secret, by its name or by its value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping, Sequence
    from typing import Any

_REMOVED = "<left out>"
_VALUES = (
    r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY"
    r"|[\w-]{8}\.(?-i:eyJ)[\w-]{8}"  # JSON web tokens: the end of the first part, and the second one's begin
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # access keys of AWS
    r"|\b(?:ghp|gho|ghs|github_pat|glpat|xox[bp]|hf)[_-]\w{16}"  # tokens of well-known services
    r"|[a-z0-9+.-]://[^/\s:@]*:[^/\s@]+@"  # an address with a password in it
)
"""Root searches what a user has written, so it takes time by the length alone: each part is bounded, or ends before the next
place where it may begin."""
_SIGNS = ("-----begin", "eyj", "akia", "asia", "ghp", "gho", "ghs", "github_pat", "glpat", "xox", "hf_", "hf-", "://")
"""Each value that `_VALUES` finds has one of these in it: `re` alone costs half of a script, and mostly there is none."""
_MOST = 8 << 10
"""Characters of a value; a longer one is not looked through, and left out."""


def kept(environment: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """One variable a line, sorted. A function of bash is code, and is named only."""
    words = [word.lower() for word in settings["secretNames"]]
    lines = (f"{_line(name)}={_value(name, value, words)}" for name, value in sorted(environment.items()))
    return "".join(f"{line}\n" for line in lines)


def _value(name: str, value: str, words: Sequence[str]) -> str:
    """A word counts anywhere in the name, in any case."""
    if (
        len(value) > _MOST
        or any(word in name.lower() for word in words)
        or name.startswith("BASH_FUNC_")
        or _secret(value)
    ):
        return _REMOVED
    return _line(value)


def _line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _secret(value: str) -> bool:
    plain = value.lower()
    if not any(sign in plain for sign in _SIGNS):
        return False
    import re

    return re.search(_VALUES, value, re.IGNORECASE) is not None
