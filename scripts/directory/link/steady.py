"""Work that survives the loss of its connection: reconnect to the same controller, look again, go on; within a bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import ldap

from ..faults import NotYet, Refused, Unreachable
from .session import LOST, Server, may_pass, reason

Result = TypeVar("Result")

REPLICATION_SECONDS = 60
"""How long one controller may lag behind another before replication counts as broken; seconds are usual."""
_LONGEST_PAUSE = 2.0
_FIRST_CONNECT_SECONDS = 8


def connect(server: Server, ticket: bool = True) -> None:
    """The first connection. A controller that has just started refuses Kerberos for some seconds; all else fails at once.

    Without `ticket` it is tried with the one that there is, which is good for all controllers.
    """
    deadline = time.monotonic() + _FIRST_CONNECT_SECONDS
    while True:
        try:
            server.connect(ticket)
            return
        except ldap.LDAPError as error:
            if isinstance(error, ldap.AUTH_UNKNOWN):
                raise Unreachable(
                    f"this machine cannot speak Kerberos to {server.address} ({reason(error)}); "
                    "install the package libsasl2-modules-gssapi-mit"
                ) from error
            if not isinstance(error, ldap.LOCAL_ERROR) or time.monotonic() > deadline:
                raise Unreachable(f"{server.address} refused the sealed connection: {reason(error)}") from error
        time.sleep(0.5)
        ticket = True


class Steady:
    """Runs work against one server. `patience`: seconds without any progress after which a lost server is given up."""

    def __init__(self, server: Server, patience: float, stop: threading.Event, note: Callable[[str], None]) -> None:
        self.server = server
        self._patience = patience
        self._stop = stop
        self._note = note

    def run(self, work: Callable[[], Result], progress: Callable[[], int] = lambda: 0) -> Result:
        """`work()`, repeated from its start after each loss, so it must look before it acts.

        Unreachable at the end of patience; NotYet when the controller was there and would not take the work.
        """
        wait = _Patience(self._patience, self._stop, progress)
        while True:
            try:
                if not self.server.connected:
                    self.server.connect()
                return work()
            except Refused:
                raise
            except NotYet as error:
                wait.on(error)
                self._note(f"{error}; trying again")
            except (Unreachable, *LOST) as error:
                why = reason(error) if isinstance(error, ldap.LDAPError) else str(error)
                self.server.close()
                wait.on(Unreachable(f"the connection to {self.server.address} was lost and not regained: {why}"))
                self._note(f"connection to {self.server.address} lost ({why}); trying again")
            except ldap.LDAPError as error:
                why = f"{self.server.address} refused the work: {reason(error)}"
                if not may_pass(error):
                    raise Refused(why) from error
                wait.on(NotYet(why))
                self._note(f"{why}; trying again")
            wait.pause()


class _Patience:
    """How long to go on: the clock starts anew whenever something has come about."""

    def __init__(self, seconds: float, stop: threading.Event, progress: Callable[[], int]) -> None:
        self._seconds, self._stop, self._progress = seconds, stop, progress
        self._begin(progress())

    def _begin(self, standing: int) -> None:
        self._last, self._since, self._next = standing, time.monotonic(), 0.2

    def on(self, error: Unreachable) -> None:
        """Raise `error` when it is time to give up."""
        if (standing := self._progress()) != self._last:
            self._begin(standing)
        if time.monotonic() - self._since > self._seconds or self._stop.is_set():
            raise error

    def pause(self) -> None:
        self._stop.wait(self._next)
        self._next = min(_LONGEST_PAUSE, self._next * 2)
