"""Accounts without a directory: what a whole list must be, and the object from which nodes read it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from settings.local_users import FolderAcl, LocalUsers

KEY = "local-users/users.json"
"""In the stack's bucket: always the same, so that a changed list changes no node's configuration."""
FORMAT = 1
MOST_USERS = 1000
"""Each node makes all accounts when it boots, at tens of milliseconds each."""
EVERYTHING = "ALL=(ALL:ALL) NOPASSWD: ALL"
"""What `sudo: true` means, after the name in sudoers."""


@dataclass(frozen=True, kw_only=True)
class LocalUser:
    name: str
    uid: int
    origin: str
    """Where the entry stands: `users.yaml line 7`."""
    gid: int | None = None
    """Of the group of his own; default the uid."""
    group: str | None = None
    """Primary group, in place of one of his own."""
    groups: tuple[str, ...] = ()
    shell: str | None = None
    sudo: str | None = None
    """What follows the name in sudoers."""
    keys: tuple[str, ...] | None = None
    """Lines of authorized_keys; None leaves them to the user."""
    locked: bool = False

    @property
    def own_gid(self) -> int | None:
        """Of the group that has the user's name; None without one."""
        return None if self.group else self.gid or self.uid


@dataclass(frozen=True, kw_only=True)
class LocalGroup:
    name: str
    gid: int
    origin: str


@dataclass(kw_only=True)
class People:
    """What a list file says."""

    users: list[LocalUser] = field(default_factory=list[LocalUser])
    groups: list[LocalGroup] = field(default_factory=list[LocalGroup])
    absent: dict[str, str] = field(default_factory=dict[str, str])
    """Origin by name of accounts that are to go."""


def faults(wanted: LocalUsers, people: People) -> Iterator[str]:
    """What no entry by itself can tell, each with file and line."""
    if len(people.users) > MOST_USERS:
        yield f"lists {len(people.users)} users; {MOST_USERS} at most, a directory holds more"
    yield from _names(wanted, people)
    yield from _numbers("uid", ((user.uid, user.name, f"{user.origin}: uid") for user in people.users))
    yield from _numbers("gid", _gids(wanted, people))
    known = {wanted.group, *(group.name for group in people.groups)}
    for user in people.users:
        yield from _memberships(user, known)
        if user.sudo and not wanted.passwordless_sudo:
            yield f"{user.origin}: sudo: needs localUsers.passwordlessSudo: true in the stack file: local users have no password"
    names = {user.name for user in people.users}
    for index, entry in enumerate(wanted.folder_acls):
        kind, name = _whom(wanted, entry)
        if name not in (names if kind == "user" else known | names):
            yield f"has no {kind} {name}, for whom localUsers.folderAcls[{index}] is"


def document(wanted: LocalUsers, people: People) -> str:
    """The object's text. The same list gives the same bytes."""
    groups = {wanted.group: wanted.gid} | {group.name: group.gid for group in people.groups}
    groups |= {user.name: user.own_gid for user in people.users if user.own_gid}
    whole: dict[str, Any] = {
        "format": FORMAT,
        "homeRoot": wanted.home_root,
        "scratchDir": wanted.scratch_dir,
        "sharedGroup": wanted.group,
        "unlisted": wanted.unlisted,
        "groups": [{"name": name, "gid": gid} for name, gid in sorted(groups.items())],
        "users": [_entry(wanted, user) for user in sorted(people.users, key=lambda user: user.name)],
        "absent": sorted(people.absent),
        "folderAcls": [_acl(wanted, entry) for entry in wanted.folder_acls],
    }
    return f"{json.dumps(whole, indent=1)}\n"


def _entry(wanted: LocalUsers, user: LocalUser) -> dict[str, Any]:
    return {
        "name": user.name,
        "uid": user.uid,
        "group": user.group or user.name,
        "groups": sorted({wanted.group, *user.groups} - {user.group}),
        "shell": user.shell or wanted.shell,
        "sudo": user.sudo,
        "sshPublicKeys": None if user.keys is None else list(user.keys),
        "locked": user.locked,
    }


def _acl(wanted: LocalUsers, entry: FolderAcl) -> dict[str, str]:
    kind, name = _whom(wanted, entry)
    return {"path": entry.path, "kind": kind, "name": name, "permissions": entry.permissions}


def _whom(wanted: LocalUsers, entry: FolderAcl) -> tuple[str, str]:
    return ("user", entry.user) if entry.user else ("group", entry.group or wanted.group)


def _names(wanted: LocalUsers, people: People) -> Iterator[str]:
    """A name is for one user or one group: each user may have a group of the same name."""
    first = {wanted.group: "localUsers.group"}
    entries = [(one.name, one.origin) for one in (*people.groups, *people.users)]
    for name, origin in (*entries, *people.absent.items()):
        if name in first:
            yield f"{origin}: name: {name!r} is taken already by {first[name]}"
        first.setdefault(name, origin)


def _gids(wanted: LocalUsers, people: People) -> Iterator[tuple[int, str, str]]:
    """(gid, whose, where it is told)."""
    yield wanted.gid, wanted.group, "localUsers.gid"
    for group in people.groups:
        yield group.gid, group.name, f"{group.origin}: gid"
    for user in people.users:
        if user.own_gid:
            yield user.own_gid, user.name, f"{user.origin}: {'gid' if user.gid else 'uid, which is the gid too'}"


def _numbers(what: str, found: Iterator[tuple[int, str, str]]) -> Iterator[str]:
    first: dict[int, str] = {}
    for number, name, place in found:
        if number in first:
            yield f"{place}: {number} is the {what} of {first[number]} already"
        first.setdefault(number, name)


def _memberships(user: LocalUser, known: set[str]) -> Iterator[str]:
    for key, names in (("group", (user.group,) if user.group else ()), ("groups", user.groups)):
        for name in names:
            if name not in known:
                yield f"{user.origin}: {key}: {name!r} is no group of the list; add it to groups with its gid"
    if user.gid and user.group:
        yield f"{user.origin}: gid: is of a group of the user's own, and group tells another; one of both"
