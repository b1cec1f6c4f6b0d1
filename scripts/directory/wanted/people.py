"""List files as a wanted list: each field is judged, then the whole; all errors at once, with file, line and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..faults import BadInput
from . import fields
from .cells import one, several
from .checks import MOST_USERS
from .model import ABSENT, PRESENT, Group, User
from .rows import Row, Rows, read

GENERATE, MUST_CHANGE = "generate", "must-change"
_KEY_SEPARATORS = r"[;\n]"
_NAME_SEPARATORS = r"[;,\s]+"


@dataclass
class Lists:
    """What the files say. `member_of` is what users say of their groups; None where they say nothing."""

    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    member_of: dict[str, frozenset[str] | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read_lists(paths: Iterable[Path], shell: str, errors: list[str]) -> tuple[dict[str, User], dict[str, Group]]:
    """Users and groups of all files together. Errors are added to `errors`."""
    lists = Lists()
    for path in paths:
        try:
            rows = read(path)
        except BadInput as error:
            lists.errors += error.reasons
            continue
        lists.errors += rows.errors
        _add(lists, rows, path, shell)
    if len(lists.users) > MOST_USERS:
        lists.errors.append(f"the lists name {len(lists.users)} users: at most {MOST_USERS} at once")
    _check_whole(lists)
    errors += lists.errors
    return lists.users, _groups(lists)


def _add(lists: Lists, rows: Rows, path: Path, shell: str) -> None:
    for row in rows.users:
        user = _user(row, lists, shell)
        if user is None:
            continue
        if user.name in lists.users:
            lists.errors.append(
                f"{row.where('name')}: {user.name!r} is listed already in {lists.users[user.name].origin}"
            )
            continue
        lists.users[user.name] = user
        if user.password and not rows.private:
            lists.errors.append(
                f"{row.where('password')}: {path} holds a password and others may read it: chmod 600 {path}"
            )
    for row in rows.groups:
        group = _group(row, lists)
        if group and group.name in lists.groups:
            lists.errors.append(
                f"{row.where('name')}: {group.name!r} is listed already in {lists.groups[group.name].origin}"
            )
        elif group:
            lists.groups[group.name] = group


def _user(row: Row, lists: Lists, shell: str) -> User | None:
    """None when it has no name to speak of."""
    name = one(row, "name", fields.account, lists.errors, required=True)
    attributes: dict[str, str] = {}
    parts = [(key, one(row, key, fields.person, lists.errors)) for key in ("givenName", "surname")]
    for (_, part), attribute in zip(parts, ("givenName", "sn"), strict=True):
        if part is not None:
            attributes[attribute] = part
    if attributes:
        attributes["displayName"] = " ".join(part for _, part in parts if part)
    if (mail := one(row, "mail", fields.mail, lists.errors)) is not None:
        attributes["mail"] = mail
    if own_shell := one(row, "shell", fields.shell, lists.errors):
        attributes["loginShell"] = own_shell
    state = one(row, "state", fields.state, lists.errors) or PRESENT
    groups = several(row, "groups", fields.group, _NAME_SEPARATORS, lists.errors)
    keys = several(row, "sshPublicKey", fields.ssh_key, _KEY_SEPARATORS, lists.errors)
    expires = one(row, "expires", fields.expires, lists.errors)
    uid = one(row, "uidNumber", fields.number, lists.errors)
    password, must_change = _password(row, name or "", lists)
    if name is None:
        return None
    lists.member_of.setdefault(name, None if groups is None else frozenset(groups))
    return User(
        name,
        origin=row.where(),
        state=state,
        attributes=attributes,
        shell=shell,
        ssh_keys=keys,
        expires=expires,
        uid=uid,
        password=password,
        must_change=must_change,
    )


def _password(row: Row, name: str, lists: Lists) -> tuple[str | None, bool]:
    """The user's own password or None, and whether it must be changed. It is never repeated in a message."""
    given = row.text("password")
    if given is None or given == GENERATE:
        return None, False
    if given == MUST_CHANGE:
        return None, True
    try:
        return fields.password(given), False
    except ValueError as error:
        lists.errors.append(f"{row.where('password')}: not allowed: {GENERATE}, {MUST_CHANGE}, or a password: {error}")
        return None, False


def _group(row: Row, lists: Lists) -> Group | None:
    name = one(row, "name", fields.group, lists.errors, required=True)
    members = several(row, "members", fields.account, _NAME_SEPARATORS, lists.errors)
    prefix = one(row, "prefix", fields.prefix, lists.errors)
    gid = one(row, "gidNumber", fields.number, lists.errors)
    if members is not None and prefix is not None:
        lists.errors.append(f"{row.where('prefix')}: a group has members or a prefix, not both")
    if name is None:
        return None
    exact = members is not None or prefix is not None
    return Group(name, origin=row.where(), gid=gid, members=frozenset(members or ()), prefix=prefix, exact=exact)


def _check_whole(lists: Lists) -> None:
    """What no line by itself can tell."""
    for name in sorted(lists.users.keys() & lists.groups.keys()):
        lists.errors.append(
            f"{lists.groups[name].origin}: name: {name!r} is also a user, in {lists.users[name].origin}"
        )
    _check_numbers("uidNumber", {user.name: (user.uid, user.origin) for user in lists.users.values()}, lists)
    _check_numbers("gidNumber", {group.name: (group.gid, group.origin) for group in lists.groups.values()}, lists)


def _check_numbers(name: str, numbers: Mapping[str, tuple[int | None, str]], lists: Lists) -> None:
    first: dict[int, str] = {}
    for number, origin in numbers.values():
        if number is not None and number in first:
            lists.errors.append(f"{origin}: {name}: {number} is given already in {first[number]}")
        elif number is not None:
            first[number] = origin


def _groups(lists: Lists) -> dict[str, Group]:
    """Members by both ways of saying it. A group that only users name has to be in the directory."""
    groups = dict(lists.groups)
    for user, named in lists.member_of.items():
        for name in named or ():
            groups.setdefault(name, Group(name, origin=lists.users[user].origin, make=False))
    absent = {name for name, user in lists.users.items() if user.state == ABSENT}
    for name, group in groups.items():
        inside = {user for user, named in lists.member_of.items() if named is not None and name in named}
        outside = {user for user, named in lists.member_of.items() if named is not None and name not in named}
        members = (group.members | inside) - absent
        groups[name] = replace(
            group, members=members, without=frozenset(outside - members) if group.make else frozenset()
        )
    return groups
