"""Who has to enter or leave which group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..wanted.model import Group
from .found import Found, FoundGroup


@dataclass
class MemberChange:
    """One modify of one group: name -> DN of those that enter and of those that leave."""

    group: FoundGroup
    enter: dict[str, str] = field(default_factory=dict)
    leave: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.enter or self.leave)


def changes(
    wanted: Mapping[str, Group],
    there: Mapping[str, FoundGroup],
    users: Mapping[str, Found],
    leftovers: Mapping[str, Mapping[str, str]],
) -> list[MemberChange]:
    """What the groups need of `users` (name -> entry) and of `leftovers` (group -> name -> DN of those who are in it wrongly)."""
    found: list[MemberChange] = []
    for name, group in wanted.items():
        known = there.get(name)
        if known is None:
            continue
        change = MemberChange(known)
        for user, entry in users.items():
            inside = entry.dn.lower() in known.members
            if should_be_in(group, user):
                if not inside:
                    change.enter[user] = entry.dn
            elif inside and (user in group.without or group.exact):
                change.leave[user] = known.members[entry.dn.lower()]
        for user, dn in leftovers.get(name, {}).items():
            if dn.lower() in known.members:
                change.leave[user] = known.members[dn.lower()]
        if change:
            found.append(change)
    return found


def should_be_in(group: Group, user: str) -> bool:
    """A member by name, or by the group's rule."""
    return user in group.members or (group.prefix is not None and user.startswith(group.prefix))


def strangers(group: Group, known: FoundGroup, dns: Iterable[str]) -> list[str]:
    """DNs of members of an exact group that belong to none of `dns` (in lower case), of the names looked up."""
    if not group.exact:
        return []
    expected = set(dns)
    return [dn for lower, dn in known.members.items() if lower not in expected]
