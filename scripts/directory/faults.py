"""What can go wrong, and the exit code of each."""

from __future__ import annotations

DONE = 0
SOME_FAILED = 1
BAD_INPUT = 2
UNREACHABLE = 3


class BadInput(Exception):
    """What the caller asked for cannot be done; holds every reason, not only the first."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class Unreachable(Exception):
    """The directory cannot be worked with: no connection, no ticket, or a connection that stays lost."""


class Refused(Unreachable):
    """The directory answered and said no to the administrator: trying again would only lock the account."""


class NotYet(Unreachable):
    """The directory answered, and refused some of the work in a way that may pass: a full disk, a busy controller."""


class LocalFault(Exception):
    """This machine cannot go on, for example because its disk is full; what was done so far is reported."""
