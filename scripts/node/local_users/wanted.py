"""The list as it lies in the bucket. `planning.local_users` writes it; what is in it is weighed again before root acts on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any

from ..library.faults import Fault

FORMAT = 1
LOCK, KEEP, DELETE = "lock", "keep", "delete"
_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_PATH = re.compile(r"(?!.*/\.{1,2}(/|$))(/[A-Za-z0-9._+-]+)+")
_LINE = re.compile(r"[^\x00-\x1f\x7f]+")
_PERMISSIONS = re.compile(r"[r-][w-][xX-]")
_IDS = (1000, 2_000_000_000)


@dataclass(frozen=True)
class User:
    name: str
    uid: int
    group: str
    """Name of the primary group."""
    groups: tuple[str, ...]
    """Names of the others, sorted."""
    shell: str
    sudo: str | None
    """What follows the name in sudoers."""
    keys: tuple[str, ...] | None
    """Lines of authorized_keys; None leaves that file alone."""
    locked: bool


@dataclass(frozen=True)
class Acl:
    """An entry of a folder's access and default ACL."""

    path: str
    kind: str
    """user or group."""
    name: str
    permissions: str


@dataclass(frozen=True)
class Wanted:
    users: Mapping[str, User]
    groups: Mapping[str, int]
    """gid by name, private groups of users too."""
    absent: frozenset[str]
    """Names of accounts that are to go."""
    shared_group: str
    home_root: str
    scratch_dir: str | None
    unlisted: str
    acls: tuple[Acl, ...]


def read(content: bytes, origin: str) -> Wanted:
    """Raises Fault with the first thing that is wrong."""
    try:
        found = _json(content)
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise _Wrong(f"is no list of users of format {FORMAT}")
        return _wanted(found)
    except ValueError as error:
        raise Fault(f"{origin} {error}; nothing was changed; write it with: pulumi up") from None
    except KeyError as error:
        raise Fault(f"{origin} lacks {error.args[0]}; nothing was changed; write it with: pulumi up") from None


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _Wrong(f"is no JSON: {error}") from None


class _Wrong(ValueError):
    """What is wrong with the list; goes on from its name."""


def _wanted(found: Mapping[str, Any]) -> Wanted:
    users = [_user(one) for one in found["users"]]
    groups = {_text(one["name"], _NAME, "group name"): _number(one["gid"], "gid") for one in found["groups"]}
    scratch = found["scratchDir"]
    wanted = Wanted(
        users={one.name: one for one in users},
        groups=groups,
        absent=frozenset(_text(name, _NAME, "user name") for name in found["absent"]),
        shared_group=_text(found["sharedGroup"], _NAME, "group name"),
        home_root=_text(found["homeRoot"], _PATH, "path"),
        scratch_dir=None if scratch is None else _text(scratch, _PATH, "path"),
        unlisted=_choice(found["unlisted"], (LOCK, KEEP, DELETE)),
        acls=tuple(_acl(one) for one in found["folderAcls"]),
    )
    _distinct([one.name for one in users], "user")
    _distinct([one.uid for one in users], "uid")
    _distinct([one["name"] for one in found["groups"]], "group")
    _distinct(list(groups.values()), "gid")
    for one in users:
        if one.name in wanted.absent:
            raise _Wrong(f"has the user {one.name}, and among the absent ones too")
        for name in (one.group, *one.groups):
            if name not in groups:
                raise _Wrong(f"has the user {one.name} in the group {name}, which it does not list")
    return wanted


def _user(one: Mapping[str, Any]) -> User:
    keys = one["sshPublicKeys"]
    return User(
        name=_text(one["name"], _NAME, "user name"),
        uid=_number(one["uid"], "uid"),
        group=_text(one["group"], _NAME, "group name"),
        groups=tuple(sorted({_text(name, _NAME, "group name") for name in one["groups"]} - {one["group"]})),
        shell=_text(one["shell"], _PATH, "shell"),
        sudo=None if one["sudo"] is None else _text(one["sudo"], _LINE, "sudo rule"),
        keys=None if keys is None else tuple(_text(key, _LINE, "public key") for key in keys),
        locked=one["locked"] is True,
    )


def _acl(one: Mapping[str, Any]) -> Acl:
    return Acl(
        path=_text(one["path"], _PATH, "path"),
        kind=_choice(one["kind"], ("user", "group")),
        name=_text(one["name"], _NAME, "name"),
        permissions=_text(one["permissions"], _PERMISSIONS, "permissions"),
    )


def _text(value: object, form: Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _Wrong(f"has {value!r}, which is no {what}")
    return value


def _number(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not _IDS[0] <= value <= _IDS[1]:
        raise _Wrong(f"has {value!r}, which is no {what} from {_IDS[0]} to {_IDS[1]}")
    return value


def _choice(value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise _Wrong(f"has {value!r}, which is none of {', '.join(allowed)}")
    return value


def _distinct(values: list[Any], what: str) -> None:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise _Wrong(f"has the {what} {value} twice")
        seen.add(value)
