"""A numbered series of users as a wanted list."""

from __future__ import annotations

import argparse

from . import checks as rules
from .checks import Checks
from .model import Group, User, Wanted


def series(options: argparse.Namespace, checks: Checks, base_dn: str) -> Wanted:
    """The users <prefix><number>, in one group. What exists is left as it is."""
    accounts = numbers(options, checks)
    group = checks.text("group", rules.GROUP, rules.GROUP_FORM, required=False)
    for name in (group, *accounts):
        if name in rules.RESERVED:
            checks.errors.append(f"{name!r} is reserved for the system; choose another --group or --prefix")
    if group and group in accounts:
        checks.errors.append(f"--group {group!r} is also the name of one of the users; choose another")
    users_ou = rules.users_ou(options, checks, base_dn)
    uid_base = checks.number("uid-base", *rules.UID_RANGE) if options.uid_base is not None else None
    gid = checks.number("gid", *rules.UID_RANGE) or 0
    shell = checks.text("shell", rules.SHELL, "an absolute path, for example /bin/bash")
    users = {
        name: User(
            name,
            shell=shell,
            uid=None if uid_base is None else uid_base + number,
            liked_uid=rules.FIRST_ID + number,
        )
        for name, number in accounts.items()
    }
    groups = {group: Group(group, gid=gid, members=frozenset(users))} if group else {}
    return Wanted(users, groups, users_ou, gid, primary_group=group or None)


def numbers(options: argparse.Namespace, checks: Checks) -> dict[str, int]:
    """Name -> number; empty after an error."""
    prefix = checks.text("prefix", rules.PREFIX, "a lower-case letter or _, then a-z 0-9 _ -")
    count = checks.number("count", 1, rules.MOST_USERS)
    start = checks.number("start", 0, 999_999_999)
    width = checks.number("width", 1, 9)
    if count is None or start is None or width is None or not rules.PREFIX.fullmatch(prefix):
        return {}
    last = start + count - 1
    if len(str(last)) > width:
        checks.errors.append(
            f"--width {width} is too narrow: the last number is {last}, so at least {len(str(last))} is needed"
        )
        return {}
    if not rules.NAME.fullmatch(f"{prefix}{last:0{width}}"):
        checks.errors.append(
            f"--prefix {prefix!r} with --width {width} makes names of {len(prefix) + width} characters: at most 20 are allowed"
        )
        return {}
    return {f"{prefix}{number:0{width}}": number for number in range(start, last + 1)}
