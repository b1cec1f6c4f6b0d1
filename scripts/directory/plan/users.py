"""One user: what has to be done so that the account is as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..wanted.model import ABSENT, DISABLED, User
from .found import DISABLED_FLAG, MARK, NEVER, SSH_KEYS, Found

ADD, CHANGE, DELETE = "add", "change", "delete"
PASSWORD = "unicodePwd"
ADOPTED = f"{MARK}adopted"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000
_LONGEST_MARK = 1024


@dataclass(frozen=True)
class Change:
    """One attribute that gets other values; without any it goes. `label`, `old` and `new` are for people."""

    attribute: str
    values: tuple[bytes, ...]
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Action:
    """What one account needs. `found` is None for one that has to be made."""

    kind: str
    user: User
    found: Found | None = None
    changes: tuple[Change, ...] = ()

    @property
    def sets_password(self) -> bool:
        return self.kind == ADD or any(change.attribute == PASSWORD for change in self.changes)


class Refusal(str):
    """Why a user cannot be as wanted."""


def judge(user: User, entries: Sequence[Found], adopt: bool, reset_done: bool = False) -> Action | Refusal | None:
    """The action that `user` needs; None when all is well."""
    if len(entries) > 1 or any(entry.conflict for entry in entries):
        places = " and ".join(sorted(entry.dn.replace("\n", "\\n") for entry in entries))
        return Refusal(f"there are several accounts of this name: {places}; remove all but one with another tool")
    if not entries:
        return _of_absent(user)
    (entry,) = entries
    if not entry.is_user:
        return Refusal("the name belongs to a group, a computer or another object that is not a user")
    if user.state == ABSENT:
        return _unless_foreign(Action(DELETE, user, entry), entry, adopt)
    if user.uid is not None and entry.uid is not None and entry.uid != user.uid:
        return Refusal(f"has uidNumber {entry.uid}, not {user.uid}; it is never changed, because files belong to it")
    changes = tuple(_changes(user, entry, reset_done))
    if changes or (adopt and not entry.ours):
        return _unless_foreign(Action(CHANGE, user, entry, changes), entry, adopt)
    return None


def _of_absent(user: User) -> Action | Refusal | None:
    if user.state == ABSENT:
        return None
    return Action(ADD, user) if user.make else Refusal("is not in the directory")


def _unless_foreign(action: Action, entry: Found, adopt: bool) -> Action | Refusal:
    """Accounts of others are changed with --adopt only, and marked then."""
    if entry.ours:
        return action
    if not adopt:
        what = "deleted" if action.kind == DELETE else f"changed ({', '.join(c.label for c in action.changes)})"
        return Refusal(f"was not made by this tool, so it is not {what}; --adopt lets it")
    former = f": {entry.mark}" if entry.mark else ""
    mark = Change("adminDescription", ((ADOPTED + former)[:_LONGEST_MARK].encode(),), "mark", entry.mark, ADOPTED)
    return Action(action.kind, action.user, entry, (*action.changes, mark))


def _changes(user: User, entry: Found, reset_done: bool) -> Iterator[Change]:
    for attribute, text in user.attributes.items():
        old = entry.values.get(attribute.lower(), ())
        if old != ((text,) if text else ()):
            yield Change(attribute, (text.encode(),) if text else (), attribute, " ".join(old), text)
    if user.uid is not None and entry.uid is None:
        yield Change("uidNumber", (str(user.uid).encode(),), "uidNumber", "", str(user.uid))
    if user.expires is not None and user.expires != entry.expires:
        new = str(user.expires).encode()
        yield Change("accountExpires", (new,), "expires", day(entry.expires), day(user.expires))
    if user.ssh_keys is not None:
        yield from _key_changes(user.ssh_keys, entry)
    if user.state is not None and entry.disabled != (user.state == DISABLED):
        control = str(entry.control ^ DISABLED_FLAG).encode()
        states = ("disabled", "enabled") if entry.disabled else ("enabled", "disabled")
        yield Change("userAccountControl", (control,), "state", *states)
    if user.reset and not reset_done:
        yield Change(PASSWORD, (), "password", "", "must be changed at logon" if user.must_change else "new")


def _key_changes(keys: tuple[str, ...], entry: Found) -> Iterator[Change]:
    """Only the public keys among the values: certificates and Kerberos names of the account stay."""
    held = entry.values.get(SSH_KEYS.lower(), ())
    old = {value for value in held if is_ssh_key(value)}
    if old != set(keys):
        others = [value for value in held if not is_ssh_key(value)]
        values = tuple(value.encode() for value in (*others, *keys))
        yield Change(SSH_KEYS, values, "sshPublicKey", f"{len(old)} keys", f"{len(keys)} keys")


def is_ssh_key(text: str) -> bool:
    return text.startswith(("ssh-", "ecdsa-", "sk-"))


def ticks(last_day: datetime) -> int:
    """accountExpires of an account that may log on until the end of that day (UTC)."""
    return int((last_day + timedelta(days=1) - _EPOCH).total_seconds()) * _TICKS


def day(expires: int) -> str:
    """The last day of `accountExpires`, for people."""
    if expires == NEVER:
        return "never"
    return (_EPOCH + timedelta(seconds=expires / _TICKS) - timedelta(seconds=1)).date().isoformat()
