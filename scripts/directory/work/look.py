"""What one controller holds of the names of its share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..link.session import Server
from ..plan import shares
from ..plan.found import ATTRIBUTES, MARK, SSH_KEYS, USER_TYPE, Found, FoundGroup, from_entry
from ..wanted.model import KEEP, User, Wanted
from . import groups


@dataclass(frozen=True)
class Place:
    """Which of the controllers, of how many."""

    index: int
    of: int

    def has(self, name: str) -> bool:
        return shares.place(name, self.of) == self.index


@dataclass(frozen=True)
class View:
    """Entries by name (more than one is a fault of the directory), and the groups with their members."""

    entries: dict[str, list[Found]] = field(default_factory=dict)
    groups: dict[str, FoundGroup] = field(default_factory=dict)

    def users(self) -> dict[str, Found]:
        return {name: some[0] for name, some in self.entries.items() if len(some) == 1 and some[0].is_user}


def look(server: Server, wanted: Wanted, place: Place) -> View:
    """The names, and one read a group. Groups that are missing are absent from the view."""
    attributes = attributes_of(wanted)
    entries: dict[str, dict[str, Found]] = {}
    answers = [server.look_up((name for name in wanted.names if place.has(name)), attributes)]
    answers += [server.search(query, attributes) for query in _queries(wanted)]
    for found in (from_entry(*entry) for entry in itertools.chain(*answers)):
        if place.has(found.name):
            entries.setdefault(found.name, {})[found.dn] = found
    return View(
        {name: list(some.values()) for name, some in entries.items()},
        groups.with_members(server, wanted.groups) if wanted.groups else {},
    )


def attributes_of(wanted: Wanted) -> list[str]:
    """What has to be read: no more than the list tells."""
    users = wanted.users.values()
    more = {attribute for user in users for attribute in user.attributes}
    more |= {"accountExpires"} if any(user.expires is not None for user in users) else set()
    more |= {SSH_KEYS} if any(user.ssh_keys is not None for user in users) else set()
    return [*ATTRIBUTES, *sorted(more)]


def unlisted(wanted: Wanted, view: View) -> dict[str, User]:
    """Accounts of the tool's own that the list does not name, as users of the state that they should get."""
    if wanted.unlisted == KEEP:
        return {}
    named = set(wanted.names)
    states = {"disable": "disabled", "delete": "absent"}
    return {
        name: User(name, origin="not listed", state=states[wanted.unlisted], make=False)
        for name, entry in view.users().items()
        if entry.ours and name not in named
    }


def _queries(wanted: Wanted) -> Iterator[str]:
    """For those who matter without being named."""
    for prefix in sorted({group.prefix for group in wanted.groups.values() if group.prefix}):
        yield f"(&(sAMAccountType={USER_TYPE})(sAMAccountName={prefix}*))"
    if wanted.unlisted != KEEP:
        yield f"(&(sAMAccountType={USER_TYPE})(adminDescription={MARK}*))"
