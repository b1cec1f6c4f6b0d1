"""The desired state: what every command is turned into before the first connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PRESENT, DISABLED, ABSENT = "present", "disabled", "absent"
STATES = (PRESENT, DISABLED, ABSENT)
KEEP, DISABLE, DELETE = "keep", "disable", "delete"
UNLISTED = (KEEP, DISABLE, DELETE)


@dataclass(frozen=True)
class User:
    """One account. `attributes` are held to; the other fields only say how a new one is made, unless they tell more."""

    name: str
    # Where the caller said so, for example `people.csv line 7`.
    origin: str = ""
    # What it should be; None leaves an account that exists as it is.
    state: str | None = None
    # Whether it is made when it is absent.
    make: bool = True
    # LDAP attribute -> text, held to; an empty text removes the attribute.
    attributes: Mapping[str, str] = field(default_factory=dict)
    shell: str | None = None
    # Public keys as in authorized_keys, held to; None leaves them.
    ssh_keys: tuple[str, ...] | None = None
    # When logons end (accountExpires: 100 ns since 1601; 0 never), held to; None leaves it.
    expires: int | None = None
    # The exact uidNumber, or one that would be liked.
    uid: int | None = None
    liked_uid: int | None = None
    # A password from the caller; None has one generated.
    password: str | None = field(default=None, repr=False)
    must_change: bool = False
    # A new password for an account that exists.
    reset: bool = False


@dataclass(frozen=True)
class Group:
    """One group. Who is in neither `members` nor `without` stays as he is, unless the group is `exact`."""

    name: str
    origin: str = ""
    make: bool = True
    gid: int | None = None
    members: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    # All users of the directory whose names begin so are members.
    prefix: str | None = None
    exact: bool = False


@dataclass(frozen=True)
class Ceiling:
    """How many accounts a run may take away: a number, or a share of the accounts that bear the tool's mark."""

    number: int | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Users and groups by name, and what holds for all of them."""

    users: Mapping[str, User]
    groups: Mapping[str, Group]
    users_ou: str
    gid: int
    # The group whose gidNumber new users get if it has one.
    primary_group: str | None = None
    # Also accounts that this tool did not make may be changed; they are marked then.
    adopt: bool = False
    # What becomes of marked accounts that are not listed.
    unlisted: str = KEEP
    # None: no ceiling, every name was typed by hand.
    ceiling: Ceiling | None = None

    @property
    def names(self) -> list[str]:
        """All names that have to be looked up: users, and members of groups who are not listed as users."""
        others = {name for group in self.groups.values() for name in group.members | group.without}
        return [*self.users, *sorted(others - self.users.keys())]
