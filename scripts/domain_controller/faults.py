"""What can go wrong, and the exit code of each."""

from __future__ import annotations

DONE = 0
FAILED = 1
BAD_INPUT = 2
UNREACHABLE = 3


class BadInput(Exception):
    """The configuration or the command line cannot be used; holds every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class Fault(Exception):
    """A step failed; the text says which, why, and what to do. Running the program again goes on."""


class Unreachable(Fault):
    """AWS or the other controller does not answer."""
