"""Work that survives the loss of its connection: reconnect to the same controller, look again, go on; within a bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import ldap

from .faults import Refused, Unreachable
from .session import LOST, Server, reason

Result = TypeVar("Result")

_LONGEST_PAUSE = 2.0
_FIRST_CONNECT_SECONDS = 8


def connect(server: Server) -> None:
    """The first connection. A controller that has just started refuses Kerberos for some seconds; all else fails at once."""
    deadline = time.monotonic() + _FIRST_CONNECT_SECONDS
    while True:
        try:
            server.connect()
            return
        except ldap.LDAPError as error:
            if not isinstance(error, ldap.LOCAL_ERROR) or time.monotonic() > deadline:
                raise Unreachable(f"{server.address} refused the sealed connection: {reason(error)}") from error
        time.sleep(0.5)


class Steady:
    """Runs work against one server. `patience`: seconds without any progress after which a lost server is given up."""

    def __init__(self, server: Server, patience: float, stop: threading.Event, note: Callable[[str], None]) -> None:
        self.server = server
        self._patience = patience
        self._stop = stop
        self._note = note

    def run(self, work: Callable[[], Result], progress: Callable[[], int] = lambda: 0) -> Result:
        """`work()`, repeated from its start after each loss, so it must look before it acts. Unreachable at the end of patience."""
        last, since, pause = progress(), time.monotonic(), 0.2
        while True:
            try:
                if not self.server.connected:
                    self.server.connect()
                return work()
            except Refused:
                raise
            except (Unreachable, *LOST) as error:
                why = reason(error) if isinstance(error, ldap.LDAPError) else str(error)
            except ldap.LDAPError as error:
                raise Refused(f"{self.server.address} refused the work: {reason(error)}") from error
            self.server.close()
            if progress() != last:
                last, since, pause = progress(), time.monotonic(), 0.2
            if time.monotonic() - since > self._patience or self._stop.is_set():
                raise Unreachable(f"the connection to {self.server.address} was lost and not regained: {why}")
            self._note(f"connection to {self.server.address} lost ({why}); trying again")
            self._stop.wait(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
