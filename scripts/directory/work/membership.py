"""Complete the groups for one controller's share: one modify a group with all that differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ldap

from ..faults import NotYet
from ..link.session import LOST, may_pass, reason
from ..plan.found import Found
from ..plan.membership import MemberChange, changes
from ..plan.users import ADOPTED
from . import groups
from .share import Share

_TRIES = 3
_AT_ONCE = 5000

Leftovers = Mapping[str, Mapping[str, str]]
"""Group -> name -> DN of members who should not be, and whom no share looks after."""


class Memberships:
    """The work of one share, after its users are there."""

    def __init__(self, share: Share, leftovers: Leftovers) -> None:
        self._share, self._run = share, share.run
        self._leftovers = leftovers
        self._steps = 0
        self._passing = False

    def changes(self) -> list[MemberChange]:
        """What the groups need, by the last look."""
        users: dict[str, Found] = {name: self._share.view.entries[name][0] for name in self._share.present()}
        found = changes(self._run.wanted.groups, self._share.view.groups, users, self._leftovers)
        for change in found:
            self._spare_foreign(change)
        return [change for change in found if change]

    def complete(self) -> None:
        """Safe to repeat: every repetition reads the members anew."""
        why = ""
        for turn in range(_TRIES):
            if turn or self._stale():
                self._share.view.groups.update(groups.with_members(self._share.server, self._run.wanted.groups))
            wanted = self.changes()
            if not wanted:
                return
            for change in wanted:
                why = self._apply(change) or why
            self._steps += 1
        self._share.view.groups.update(groups.with_members(self._share.server, self._run.wanted.groups))
        left = self.changes()
        if left and self._passing:
            raise NotYet(f"groups were not changed for the time being: {why}")
        for change in left:
            self.fail(change, why or "the group does not hold what was written")

    def progress(self) -> int:
        return self._steps

    def _stale(self) -> bool:
        """A repetition after a loss, or groups that this run made after the look."""
        again, self._steps = self._steps > 0, self._steps + 1
        return again or bool(self._run.wanted.groups.keys() - self._share.view.groups.keys())

    def _apply(self, change: MemberChange) -> str:
        """Write it; what the directory said when somebody else was faster."""
        names = [*change.enter, *change.leave]
        for start in range(0, len(names), _AT_ONCE):
            part = set(names[start : start + _AT_ONCE])
            some = MemberChange(
                change.group,
                {name: dn for name, dn in change.enter.items() if name in part},
                {name: dn for name, dn in change.leave.items() if name in part},
            )
            try:
                self._share.server.ldap.modify_ext_s(change.group.dn, self._request(some))
            except LOST:
                raise
            except ldap.LDAPError as error:
                # Often somebody else was faster with one of them, and then all are refused: the next look tells.
                self._passing = may_pass(error)
                return reason(error)
            with self._run.outcome.lock:
                self._run.outcome.members_added += len(some.enter)
                self._run.outcome.members_removed += len(some.leave)
        return ""

    def _request(self, change: MemberChange) -> list[tuple[int, str, Any]]:
        parts: list[tuple[int, str, Any]] = []
        if change.enter:
            parts.append((ldap.MOD_ADD, "member", [dn.encode() for dn in change.enter.values()]))
        if change.leave:
            parts.append((ldap.MOD_DELETE, "member", [dn.encode() for dn in change.leave.values()]))
            if not change.group.ours:
                parts.append((ldap.MOD_REPLACE, "adminDescription", [ADOPTED.encode()]))
        return parts

    def _spare_foreign(self, change: MemberChange) -> None:
        """Nobody is taken out of a group of others, unless the caller says so."""
        if change.leave and not change.group.ours and not self._run.wanted.adopt:
            some = ", ".join(sorted(change.leave)[:5])
            why = f"was not made by this tool, so nobody is removed from it ({some}); --adopt lets it"
            with self._run.outcome.lock:
                self._run.outcome.failed[f"group {change.group.name}"] = why
            change.leave.clear()

    def fail(self, change: MemberChange, why: str) -> None:
        group = change.group.name
        with self._run.outcome.lock:
            for name in change.enter:
                self._run.outcome.failed[name] = f"could not be put into the group {group}: {why}"
            for name in change.leave:
                self._run.outcome.failed[name] = f"could not be removed from the group {group}: {why}"
