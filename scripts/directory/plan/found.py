"""What a search tells of accounts and groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

USER_TYPE = 805306368
GROUP_TYPES = (268435456, 536870912)
MARK = "hpcstack "
SERVICE_MARK = "hpcstack service user"
"""Of the account by which nodes read: the tool's own, but nobody's, so lists never touch it."""
SSH_KEYS = "altSecurityIdentities"
"""Holds public keys: every Active Directory has it, and sssd reads them there (`ldap_user_ssh_public_key`)."""

DISABLED_FLAG = 2
NEVER = 0
_NEVER_TOO = 9223372036854775807
_CONFLICT = re.compile(r"(\\0A|\n)CNF:", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """An entry of the directory whose account name or uid number matters here. Attributes of `values` are in lower case."""

    dn: str
    name: str
    type: int
    uid: int | None
    control: int
    password_set: bool
    # accountExpires; 0 never, whichever of its two ways the directory says it.
    expires: int
    groups: frozenset[str]
    mark: str
    values: Mapping[str, tuple[str, ...]]

    @property
    def is_user(self) -> bool:
        return self.type == USER_TYPE

    @property
    def is_group(self) -> bool:
        return self.type in GROUP_TYPES

    @property
    def disabled(self) -> bool:
        return bool(self.control & DISABLED_FLAG)

    @property
    def ours(self) -> bool:
        """Whether the tool made it, or took it over."""
        return self.mark.startswith(MARK) and self.mark != SERVICE_MARK

    @property
    def conflict(self) -> bool:
        """Whether it is what replication makes of the second of two accounts of one name."""
        return bool(_CONFLICT.search(self.dn))


@dataclass(frozen=True)
class FoundGroup:
    """A group with its members' names (DN in lower case -> DN)."""

    dn: str
    name: str
    gid: int | None
    mark: str
    members: Mapping[str, str]

    @property
    def ours(self) -> bool:
        return self.mark.startswith(MARK)


# What `from_entry` reads of every entry; a run adds what its list sets.
ATTRIBUTES = [
    *("sAMAccountName", "sAMAccountType", "uidNumber", "userAccountControl", "pwdLastSet", "adminDescription"),
]


def from_entry(dn: str, entry: Mapping[str, list[bytes]]) -> Found:
    """An entry as a search returns it. Names of attributes are compared without case, as the directory does."""
    values = {key.lower(): tuple(value.decode(errors="replace") for value in many) for key, many in entry.items()}

    def first(attribute: str) -> str:
        return values.get(attribute, ("",))[0]

    expires = int(first("accountexpires") or NEVER)
    return Found(
        dn=dn,
        name=first("samaccountname").lower(),
        type=int(first("samaccounttype") or 0),
        uid=int(first("uidnumber")) if first("uidnumber") else None,
        control=int(first("useraccountcontrol") or 0),
        password_set=first("pwdlastset") not in ("", "0"),
        expires=NEVER if expires == _NEVER_TOO else expires,
        groups=frozenset(dn.lower() for dn in values.get("memberof", ())),
        mark=first("admindescription"),
        values=values,
    )


def defect(entry: Found | None, uid: int | None, must_change: bool = False) -> str | None:
    """Why an account is not fit for a logon; None when it is. `uid` None: any number will do."""
    if entry is None:
        return "is not in the directory"
    if entry.disabled:
        return "is disabled"
    if not entry.password_set and not must_change:
        return "has no password, or has to change it before the first logon"
    if uid is not None and entry.uid != uid:
        return f"has uidNumber {entry.uid}, not {uid}"
    return None
