"""The uid numbers of a run, settled once, when the first account is to be made: looking at all that are in use takes a while."""

from __future__ import annotations

import threading

from . import plan
from .session import Server


class UidNumbers:
    """Shared by all shares of a run, so that no two of them settle the same number."""

    def __init__(self, accounts: dict[str, int], base: int | None) -> None:
        self._accounts = accounts
        self._base = base
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._conflicts: dict[str, str] = {}

    def settle(self, server: Server) -> None:
        """Ask `server`, the first time only, which numbers are in use."""
        with self._lock:
            if self._numbers:
                return
            found = [
                plan.from_entry(*entry) for entry in server.search("(uidNumber=*)", ["sAMAccountName", "uidNumber"])
            ]
            holders = {entry.uid: entry.name for entry in found if entry.uid is not None}
            self._numbers, self._conflicts = plan.assign_uids(self._accounts, self._base, holders)

    def number(self, name: str) -> int | None:
        """The account's number; None before anything was settled."""
        return self._numbers.get(name)

    def holder(self, name: str) -> str | None:
        """Who has the number that this account was to have."""
        return self._conflicts.get(name)
