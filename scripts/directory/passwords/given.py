"""Passwords that the caller gives: by the ARN of a secret, as one JSON object on stdin, or asked for on a terminal."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from dataclasses import dataclass, field
from typing import Any

from ..faults import LocalFault, Unreachable
from ..wanted.checks import Checks, Target
from . import secrets_manager

ADMIN, SERVICE_USER, USERS = "adminPassword", "serviceUserPassword", "passwords"


@dataclass(frozen=True)
class Given:
    """`users`: account name -> the password that it is to get."""

    admin: str = field(default="", repr=False)
    service_user: str = field(default="", repr=False)
    users: dict[str, str] = field(default_factory=dict, repr=False)


def take(
    options: argparse.Namespace, checks: Checks, target: Target, *, service_user: bool = False, users: bool = False
) -> Given:
    """What the command needs; finishes the checks, so that nothing is asked for in vain. With an ARN, stdin is not read
    for the administrator's password.
    """
    arns = {ADMIN: options.admin_secret_arn, **({SERVICE_USER: options.password_secret_arn} if service_user else {})}
    flags = {ADMIN: "--admin-secret-arn", SERVICE_USER: "--password-secret-arn"}
    for key, arn in arns.items():
        if arn and not secrets_manager.ARN.fullmatch(arn):
            checks.errors.append(f"{flags[key]} {arn!r} is not allowed: {secrets_manager.ARN_FORM}")
    wanted = [key for key, arn in arns.items() if not arn]
    more = [USERS] if users and (not arns[ADMIN] or options.passwords_stdin) else []
    values = _from_stdin(checks, target.admin, wanted, more) if wanted or more else {}
    checks.finish()
    values |= {key: _from_secret(arn, flags[key]) for key, arn in arns.items() if arn}
    return Given(admin=values[ADMIN], service_user=values.get(SERVICE_USER, ""), users=values.get(USERS, {}))


def _from_secret(arn: str, flag: str) -> str:
    """The secret's text, or what it holds under `password` if it is a JSON object."""
    try:
        text = secrets_manager.get(arn)
    except LocalFault as error:
        raise Unreachable(f"{flag}: {error}") from error
    try:
        inside = json.loads(text or "")
    except ValueError:
        inside = None
    password = inside.get("password") if isinstance(inside, dict) else text
    if not isinstance(password, str) or not password:
        raise Unreachable(f"{flag}: the secret {arn} holds no password")
    return password.removesuffix("\n")


def _from_stdin(checks: Checks, admin: str, wanted: list[str], more: list[str]) -> dict[str, Any]:
    """The keys `wanted` and, if they are there, `more`; {} after an error."""
    if sys.stdin.isatty():
        if checks.errors:
            return {}
        labels = {ADMIN: f"Password of {admin}: ", SERVICE_USER: "Password of the service user: "}
        given: dict[str, Any] | None = {key: getpass.getpass(labels[key]) for key in wanted}
    else:
        given = _json_object(sys.stdin.read(), checks)
    if given is None:
        return {}
    for key in wanted:
        # The value is never repeated in a message: it is a secret.
        if not _is_password(given.get(key)):
            checks.errors.append(f'stdin: "{key}" is required: a text that is not empty and has no line break')
    users = given.get(USERS, {})
    if USERS in more and not (isinstance(users, dict) and all(_is_password(value) for value in users.values())):
        checks.errors.append(f'stdin: "{USERS}" must be an object of account names and passwords, none of them empty')
    unknown = sorted(set(given) - {*wanted, *more})
    if unknown:
        checks.errors.append(f"stdin: unknown key(s) {', '.join(unknown)}; allowed: {', '.join([*wanted, *more])}")
    return given


def _is_password(value: object) -> bool:
    return isinstance(value, str) and bool(value) and "\n" not in value and "\0" not in value


def _json_object(text: str, checks: Checks) -> dict[str, Any] | None:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        checks.errors.append('stdin must hold one JSON object, for example {"adminPassword": "..."}')
        return None
    return given
