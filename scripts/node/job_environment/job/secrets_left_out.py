"""The environment as it is kept: without what looks like a secret, by its name or by its value."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping, Sequence
    from typing import Any

_REMOVED = "<left out>"
_VALUES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}"  # JSON web tokens
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # access keys of AWS
    r"|\b(?:ghp|gho|ghs|github_pat|glpat|xox[bp]|hf)[_-]\w{16,}"  # tokens of well-known services
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@",  # an address with a password in it
    re.IGNORECASE,
)


def kept(environment: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """One variable a line, sorted. A function of bash is code, and is named only."""
    names = _names(settings["secretNames"])
    lines = (f"{name}={_value(name, value, names)}" for name, value in sorted(environment.items()))
    return "".join(f"{line}\n" for line in lines)


def _value(name: str, value: str, names: re.Pattern[str]) -> str:
    if names.search(name) or name.startswith("BASH_FUNC_") or _VALUES.search(value):
        return _REMOVED
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _names(words: Sequence[str]) -> re.Pattern[str]:
    """Each word anywhere in the name, in any case; words are letters, digits and underscores."""
    return re.compile("|".join(re.escape(word) for word in words) or r"(?!)", re.IGNORECASE)
