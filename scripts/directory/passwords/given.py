"""Passwords that the caller gives: one JSON object on stdin, or asked for on a terminal."""

from __future__ import annotations

import getpass
import json
import sys
from typing import Any

from ..wanted.checks import Checks


def from_stdin(checks: Checks, admin: str, *, also: tuple[str, ...] = ()) -> dict[str, str]:
    """`{"adminPassword": ..., <also>: ...}`; {} after an error."""
    wanted = ("adminPassword", *also)
    if sys.stdin.isatty():
        if checks.errors:
            return {}
        labels = {"adminPassword": f"Password of {admin}: ", "serviceUserPassword": "Password of the service user: "}
        given: dict[str, Any] | None = {key: getpass.getpass(labels[key]) for key in wanted}
    else:
        given = _json_object(sys.stdin.read(), checks)
    if given is None:
        return {}
    for key in wanted:
        # The value is never repeated in a message: it is a secret.
        if not isinstance(given.get(key), str) or not given[key] or "\n" in given[key]:
            checks.errors.append(f'stdin: "{key}" is required: a text that is not empty and has no line break')
    unknown = sorted(set(given) - set(wanted))
    if unknown:
        checks.errors.append(f"stdin: unknown key(s) {', '.join(unknown)}; allowed: {', '.join(wanted)}")
    return given


def _json_object(text: str, checks: Checks) -> dict[str, Any] | None:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        checks.errors.append('stdin must hold one JSON object, for example {"adminPassword": "..."}')
        return None
    return given
