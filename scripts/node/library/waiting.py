"""Bounded waits."""

from __future__ import annotations

import time
from typing import Callable, TypeVar

from .faults import Fault

Found = TypeVar("Found")


def until(look: Callable[[], Found | None], what: str, seconds: float, pause: float = 0.5) -> Found:
    """The first answer that is neither None nor False. Raises Fault after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise Fault(f"waited {seconds:g} s for {what}, in vain")
        time.sleep(pause)
