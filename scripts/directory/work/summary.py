"""The end of a run in figures and in words."""

from __future__ import annotations

import threading
from typing import Any

from ..wanted.model import Wanted
from .outcome import Outcome

_COUNTS = ("changed", "enabled", "disabled", "deleted", "reset")


class Summary:
    """What a run tells when it ends. `lost` and `faults` are sentences; `handed_over` is where new passwords are."""

    def __init__(self, outcome: Outcome, wanted: Wanted, kind: str, by_ldaps: bool, stop: threading.Event) -> None:
        self._outcome, self._wanted = outcome, wanted
        self._kind = kind
        self._way = "LDAPS bind" if by_ldaps else "Kerberos ticket"
        self._stop = stop
        self.lost: list[str] = []
        self.faults: list[str] = []
        self.handed_over: str | None = None

    @property
    def remaining(self) -> int:
        return max(0, self._outcome.total - self._outcome.done)

    def name_what_was_not_reached(self) -> None:
        """After the loss of a controller: everybody whom the run did not settle."""
        if self.lost:
            for name in self._wanted.users.keys() - self._outcome.settled - self._outcome.created:
                self._outcome.failed.setdefault(name, "not reached: the connection to its controller was lost")

    def values(self, checked: int, seconds: float) -> dict[str, Any]:
        outcome = self._outcome
        existing = outcome.existing - outcome.created - outcome.deleted
        return {
            "created": len(outcome.created),
            "existing": len(existing),
            **{name: len(getattr(outcome, name)) for name in _COUNTS},
            "failed": [{"name": name, "reason": why} for name, why in sorted(outcome.failed.items())],
            "remaining": self.remaining,
            "interrupted": self._stop.is_set(),
            "groups_made": sorted(outcome.groups_made),
            "members_added": outcome.members_added,
            "members_removed": outcome.members_removed,
            "verified": len((outcome.created | existing) - outcome.failed.keys()),
            "passwords_tried": checked,
            "seconds": round(seconds, 2),
            "users_per_second": round(len(outcome.created) / seconds, 1) if seconds else 0.0,
            **{"credentials_file": None, self._kind: self.handed_over},
        }

    def lines(self, checked: int, seconds: float) -> list[str]:
        values = self.values(checked, seconds)
        lines = [f"failed: {item['name']}: {item['reason']}" for item in values["failed"]]
        if values["interrupted"]:
            lines.append(
                f"stopped before the end: {self.remaining} of {self._outcome.total} not begun; run it again to go on"
            )
        done = [f"{values[name]} {name}" for name in _COUNTS if values[name]]
        lines.append(
            ", ".join([f"{values['created']} created", f"{values['existing']} existed already", *done])
            + f", {len(values['failed'])} failed"
        )
        if self._wanted.groups:
            names = ", ".join(sorted(self._wanted.groups))
            removed = f", {values['members_removed']} removed" if values["members_removed"] else ""
            lines.append(f"{values['members_added']} members added{removed} in the groups {names}")
        lines.append(f"{values['verified']} accounts verified, {checked} passwords tried by {self._way}")
        lines.append(f"{values['seconds']} s, {values['users_per_second']} new users a second")
        if self.handed_over:
            who = "readable by its owner only" if self._kind == "credentials_file" else "and nowhere else"
            lines.append(f"new passwords are in {self.handed_over}, {who}")
        return lines
