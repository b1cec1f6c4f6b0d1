"""The uid numbers of a run, settled once, when the first account is to be made: looking at all that are in use takes a while."""

from __future__ import annotations

import threading
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
        self._lock = threading.Lock()
        self._settled = False
        self._numbers: dict[str, int] = {}
        self._conflicts: dict[str, str] = {}

    def settle(self, server: Server) -> None:
        """Ask `server`, the first time only, which numbers are in use."""
        with self._lock:
            if self._settled:
                return
            query = server.search("(uidNumber=*)", ["sAMAccountName", "uidNumber"])
            entries = [found.from_entry(*entry) for entry in query]
            holders = {entry.uid: entry.name for entry in entries if entry.uid is not None}
            self._numbers, self._conflicts = shares.assign_uids(self._exact, self._liked, holders)
            self._settled = True

    def number(self, name: str) -> int | None:
        """The account's number; None before anything was settled."""
        return self._numbers.get(name)

    def holder(self, name: str) -> str | None:
        """Who has the number that this account was to have."""
        return self._conflicts.get(name)
