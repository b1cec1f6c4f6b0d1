"""The environment as it is kept: without what looks like a secret, by its name or by its value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping, Sequence
    from typing import Any

_REMOVED = "<left out>"
_VALUES = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}"  # JSON web tokens
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # access keys of AWS
    r"|\b(?:ghp|gho|ghs|github_pat|glpat|xox[bp]|hf)[_-]\w{16,}"  # tokens of well-known services
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"  # an address with a password in it
)
_SIGNS = ("-----begin", "eyj", "akia", "asia", "ghp", "gho", "ghs", "github_pat", "glpat", "xox", "hf_", "hf-", "://")
"""Each value that `_VALUES` finds has one of these in it: `re` alone costs half of a script, and mostly there is none."""


def kept(environment: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """One variable a line, sorted. A function of bash is code, and is named only."""
    words = [word.lower() for word in settings["secretNames"]]
    lines = (f"{name}={_value(name, value, words)}" for name, value in sorted(environment.items()))
    return "".join(f"{line}\n" for line in lines)


def _value(name: str, value: str, words: Sequence[str]) -> str:
    """A word counts anywhere in the name, in any case."""
    if any(word in name.lower() for word in words) or name.startswith("BASH_FUNC_") or _secret(value):
        return _REMOVED
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _secret(value: str) -> bool:
    plain = value.lower()
    if not any(sign in plain for sign in _SIGNS):
        return False
    import re

    return re.search(_VALUES, value, re.IGNORECASE) is not None
