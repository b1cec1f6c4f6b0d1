"""The uid numbers of a run, settled once, before the first account is made: looking at all that are in use takes a while."""

from __future__ import annotations

from collections.abc import Iterable

from ..link.session import Server
from ..plan import found, shares
from ..wanted.model import ABSENT, User


class UidNumbers:
    """Shared by all shares of a run, so that no two of them settle the same number."""

    def __init__(self, users: Iterable[User]) -> None:
        some = [user for user in users if user.make and user.state != ABSENT]
        self._exact = {user.name: user.uid for user in some if user.uid is not None}
        self._liked = {user.name: user.liked_uid for user in some if user.uid is None}
        self._holders: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._conflicts: dict[str, str] = {}

    def learn(self, server: Server) -> None:
        """Which numbers are in use, as one controller knows it. All have to be asked: one may not know yet what another gave."""
        query = server.search("(uidNumber=*)", ["sAMAccountName", "uidNumber"])
        entries = [found.from_entry(*entry) for entry in query]
        self._holders |= {entry.uid: entry.name for entry in entries if entry.uid is not None}

    def settle(self) -> None:
        """Give each name its number by what was learnt."""
        self._numbers, self._conflicts = shares.assign_uids(self._exact, self._liked, self._holders)

    def number(self, name: str) -> int | None:
        """The account's number; None before anything was settled."""
        return self._numbers.get(name)

    def holder(self, name: str) -> str | None:
        """Who has the number that this account was to have."""
        return self._conflicts.get(name)
