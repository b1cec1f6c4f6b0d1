"""The uid numbers of a run, settled once, before the first account is made: looking at all that are in use takes a while.

The directory accepts a second holder of a number without a word, and another run may settle the same ones in the same moment.
So the numbers of accounts that this run made are looked at once more when they are there, and parted from those of others.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from ..link.session import Entry, Server
from ..plan import found, shares
from ..wanted.checks import FIRST_ID
from ..wanted.model import ABSENT, User

_APART = 1000
_ATTRIBUTES = ["sAMAccountName", "uidNumber"]


class UidNumbers:
    """Shared by all shares of a run, so that no two of them settle the same number."""

    def __init__(self, users: Iterable[User]) -> None:
        some = [user for user in users if user.make and user.state != ABSENT]
        self._exact = {user.name: user.uid for user in some if user.uid is not None}
        self._liked = {user.name: user.liked_uid for user in some if user.uid is None}
        self._holders: dict[int, set[str]] = {}
        self._numbers: dict[str, int] = {}
        self._conflicts: dict[str, str] = {}

    def learn(self, server: Server) -> None:
        """Which numbers are in use, as one controller knows it. All have to be asked: one may not know yet what another gave."""
        self._note(server.search("(uidNumber=*)", _ATTRIBUTES))

    def learn_others(self, server: Server, names: Iterable[str], mark: str) -> None:
        """Who has a number of these, of accounts without this run's mark. That takes as long as the run is large, however many
        accounts there are.
        """
        numbers = [str(number) for name in names if (number := self._numbers.get(name)) is not None]
        self._note(server.with_any("uidNumber", numbers, _ATTRIBUTES, but=f"(adminDescription={mark})"))

    def _note(self, entries: Iterable[tuple[str, Entry]]) -> None:
        for entry in [found.from_entry(*one) for one in entries]:
            if entry.uid is not None:
                self._holders.setdefault(entry.uid, set()).add(entry.name)

    def settle(self) -> None:
        """Give each name its number by what was learnt."""
        holders = {uid: min(names) for uid, names in self._holders.items()}
        self._numbers, self._conflicts = shares.assign_uids(self._exact, self._liked, holders)

    def forget(self) -> None:
        """Before all controllers are asked anew."""
        self._holders.clear()

    def doubled(self, made: Iterable[str]) -> bool:
        """Whether somebody else has a number of these, by what was learnt."""
        return bool(shares.others_with(made, self._numbers, self._holders))

    def part(self, made: Iterable[str]) -> dict[str, int]:
        """New numbers for names of this run whose number somebody else was given too, by what was learnt.

        They begin at a random distance above all that are in use: the other run may be doing the same now. An exact number is no
        choice of ours: it becomes a conflict.
        """
        others = shares.others_with(made, self._numbers, self._holders)
        self._conflicts |= {name: other for name, other in others.items() if name in self._exact}
        doubled = [name for name in others if name not in self._exact]
        start = max([FIRST_ID - 1, *self._holders]) + 1 + secrets.randbelow(_APART)
        fresh = {name: start + ahead for ahead, name in enumerate(doubled)}
        self._numbers |= fresh
        return fresh

    def number(self, name: str) -> int | None:
        """The account's number; None before anything was settled."""
        return self._numbers.get(name)

    def holder(self, name: str) -> str | None:
        """Who has the number that this account was to have."""
        return self._conflicts.get(name)
