"""What became of each name; shared by all shares of a run."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ..plan.users import ADD, DELETE, PASSWORD, Action


@dataclass
class Outcome:
    """Sets of names. Hold `lock` to change them."""

    total: int
    created: set[str] = field(default_factory=set)
    existing: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    enabled: set[str] = field(default_factory=set)
    disabled: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    reset: set[str] = field(default_factory=set)
    # Nothing is left to do for these.
    settled: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    # Names for which a password was promised but whose account certainly does not have it.
    not_made: set[str] = field(default_factory=set)
    groups_made: set[str] = field(default_factory=set)
    members_added: int = 0
    members_removed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        return len(self.settled | self.created | self.failed.keys())

    def record(self, action: Action) -> None:
        """The directory has done this."""
        name = action.user.name
        if action.kind == ADD:
            self.created.add(name)
            return
        if action.kind == DELETE:
            self.deleted.add(name)
            return
        self.changed.add(name)
        for change in action.changes:
            if change.attribute == PASSWORD:
                self.reset.add(name)
            if change.label == "state":
                (self.enabled if change.new == "enabled" else self.disabled).add(name)
