"""What accounts this node has, and which of them this program made."""

from __future__ import annotations

import grp
import json
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..library.changes import Changes
from ..library.faults import Fault

STATE = Path("/var/lib/hpcstack/local-users.json")
_SHADOW = Path("/etc/shadow")
_EXPIRES = 7


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    home: str
    shell: str
    expired: bool
    """Whether it was locked by an expiry in the past."""


@dataclass(frozen=True)
class Group:
    name: str
    gid: int
    members: frozenset[str]


@dataclass(frozen=True)
class Own:
    """What this program made here: the only accounts that it changes. Of groups those that it gives and takes membership of."""

    users: Mapping[str, int] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    users: Mapping[str, Account]
    groups: Mapping[str, Group]
    own: Own

    def holder_of_uid(self, uid: int) -> str | None:
        return next((one.name for one in self.users.values() if one.uid == uid), None)

    def holder_of_gid(self, gid: int) -> str | None:
        return next((one.name for one in self.groups.values() if one.gid == gid), None)


def look() -> Found:
    """This node's accounts. Raises Fault if the program's own mark cannot be read."""
    expired = _expired()
    users = {
        one.pw_name: Account(one.pw_name, one.pw_uid, one.pw_gid, one.pw_dir, one.pw_shell, one.pw_name in expired)
        for one in pwd.getpwall()
    }
    groups = {one.gr_name: Group(one.gr_name, one.gr_gid, frozenset(one.gr_mem)) for one in grp.getgrall()}
    return Found(users, groups, _own())


def keep(changes: Changes, own: Own) -> None:
    """Write down what is this program's own."""
    text = json.dumps({"users": dict(sorted(own.users.items())), "groups": sorted(own.groups)}, indent=1)
    changes.file(STATE, f"{text}\n", mode=0o600)


def _own() -> Own:
    if not STATE.exists():
        return Own()
    try:
        state = json.loads(STATE.read_text())
        return Own({str(name): int(uid) for name, uid in state["users"].items()}, frozenset(state["groups"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fault(
            f"{STATE} is damaged ({error}); bring it back, or remove it and every account it was about"
        ) from None


def _expired() -> set[str]:
    """Names whose expiry (days since 1970) is set to the first day, as this program locks."""
    rows = [line.split(":") for line in _SHADOW.read_text().splitlines()]
    return {row[0] for row in rows if len(row) > _EXPIRES and row[_EXPIRES] == "1"}
