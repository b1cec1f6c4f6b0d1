"""What is there, what is wanted, and what follows: pure functions without a connection."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

USER_TYPE = 805306368
DEFAULT_UID_BASE = 10_000
_DISABLED = 2


@dataclass(frozen=True)
class Found:
    """An entry of the directory whose account name or uid number matters here."""

    dn: str
    name: str
    type: int
    uid: int | None
    control: int
    password_set: bool
    groups: frozenset[str]
    mark: str

    @property
    def is_user(self) -> bool:
        return self.type == USER_TYPE

    @property
    def disabled(self) -> bool:
        return bool(self.control & _DISABLED)


# What `from_entry` reads.
ATTRIBUTES = [
    *("sAMAccountName", "sAMAccountType", "uidNumber", "userAccountControl", "pwdLastSet", "memberOf"),
    "adminDescription",
]


def from_entry(dn: str, entry: dict[str, list[bytes]]) -> Found:
    """An entry as a search returns it. Names of attributes are compared without case, as the directory does."""
    values = {key.lower(): [value.decode(errors="replace") for value in many] for key, many in entry.items()}

    def first(attribute: str) -> str:
        return values.get(attribute.lower(), [""])[0]

    return Found(
        dn=dn,
        name=first("sAMAccountName").lower(),
        type=int(first("sAMAccountType") or 0),
        uid=int(first("uidNumber")) if first("uidNumber") else None,
        control=int(first("userAccountControl") or 0),
        password_set=first("pwdLastSet") not in ("", "0"),
        groups=frozenset(dn.lower() for dn in values.get("memberof", [])),
        mark=first("adminDescription"),
    )


def share_out(names: list[str], servers: int) -> list[list[str]]:
    """Each name to one server, always the same one.

    The same name added on two controllers before they have told each other makes a conflict that locks the user out.
    """
    shares: list[list[str]] = [[] for _ in range(servers)]
    for name in names:
        shares[zlib.crc32(name.encode()) % servers].append(name)
    return shares


def assign_uids(
    accounts: dict[str, int], base: int | None, holders: dict[int, str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Name -> uid number, and name -> who holds its number already. The directory accepts a second holder without a word.

    With a base the number is base + the account's number, or a conflict. Without one it is that from 10000 where free, else
    the next one above all that are in use.
    """
    wanted = {name: (base or DEFAULT_UID_BASE) + number for name, number in accounts.items()}
    conflicts = {name: holders[uid] for name, uid in wanted.items() if holders.get(uid, name) != name}
    if base is not None:
        return wanted, conflicts
    following = max([*holders, *wanted.values()]) + 1
    return {**wanted, **{name: following + place for place, name in enumerate(conflicts)}}, {}


def defect(entry: Found | None, uid: int | None) -> str | None:
    """Why an account is not as `create` makes it; None when it is. `uid` None: any number will do."""
    if entry is None:
        return "is not in the directory"
    if entry.disabled:
        return "is disabled"
    if not entry.password_set:
        return "has no password"
    if uid is not None and entry.uid != uid:
        return f"has uidNumber {entry.uid}, not {uid}"
    return None
