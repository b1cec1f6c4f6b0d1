"""Faults on demand: an AWS call that fails, is throttled, cut, delayed or held, by name and count. Off by default.

`/localcloud/faults` (JSON): GET tells rules, counts of calls and calls that are held; POST adds a rule; DELETE removes all
rules, forgets the counts and cuts what is held. docs/emulator.md has the keys of a rule.
"""

import contextlib
import io
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from localcloud.emulator import fault_answers
from localcloud.emulator.calls import Call, body_of, call_of
from localcloud.emulator.clients import OWN

PATH = "/localcloud/faults"
FAULTS = ("error", "throttle", "refuse", "close", "lose", "delay", "hold", "hold-done")
"""HTTP 500; the service's own throttling; AWS's error `code`; cut before the call is done; cut after it was done; wait before it;
held before it or after it until the rules go."""

_WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Rule:
    """`service` and `operation` None match any. The first `after` calls that match pass, the next `times` get the fault; with
    `each`, this holds for every name of a call by itself. `besides` are names (`ec2:CreateVpc`) that are spared."""

    fault: str
    service: str | None = None
    operation: str | None = None
    after: int = 0
    times: int = 1
    each: bool = False
    besides: list[str] = field(default_factory=list[str])
    seconds: float = 1.0
    code: str = ""
    fired: int = 0
    seen: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise ValueError(f"fault {self.fault!r} is not one of {', '.join(FAULTS)}")
        if (self.fault == "refuse") != bool(self.code):
            raise ValueError(
                "`code`, such as InsufficientInstanceCapacity, belongs to the fault refuse and to no other"
            )
        if min(self.after, self.times, self.seconds) < 0:
            raise ValueError("after, times and seconds must not be negative")

    def meets(self, call: Call) -> bool:
        """Count the call, and say whether it gets the fault."""
        if self.service not in (None, call.service) or self.operation not in (None, call.operation):
            return False
        if call.name in self.besides:
            return False
        key = call.name if self.each else ""
        self.seen[key] += 1
        hit = self.after < self.seen[key] <= self.after + self.times
        self.fired += hit
        return hit


class Injection:
    """WSGI middleware. Calls of the emulator itself are neither counted nor disturbed."""

    def __init__(self, application: _WSGI) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._counts: Counter[str] = Counter()
        self._held: dict[int, str] = {}
        self._active = 0
        self._released = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PATH:
            return self._control(environ, start_response)
        if OWN in environ.get("HTTP_USER_AGENT", ""):
            return self._application(environ, start_response)
        body = body_of(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        if (call := call_of(environ, body)) is None:
            return self._application(environ, start_response)
        with self._lock:
            self._counts[call.name] += 1
            hits = [rule for rule in self._rules if rule.meets(call)]
            self._active += 1
        try:
            return self._serve(call, hits[0] if hits else None, environ, start_response)
        finally:
            with self._lock:
                self._active -= 1

    def _serve(self, call: Call, rule: Rule | None, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        fault = rule.fault if rule else None
        if rule and fault in ("error", "throttle", "refuse"):
            status, headers, body = fault_answers.answer(call, throttled=fault == "throttle", refused=rule.code)
            start_response(status, headers)
            return [body]
        if rule and fault == "delay":
            time.sleep(rule.seconds)
        if fault == "hold":
            self._hold(call)
        if fault in ("close", "hold"):
            _cut(environ)
        answer = self._done(environ)
        if fault == "hold-done":
            self._hold(call)
        if fault in ("lose", "hold-done"):
            _cut(environ)
        start_response(*answer[:2])
        return answer[2]

    def _done(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], list[bytes]]:
        """The call done, and its whole answer."""
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [status, headers]

        parts = self._application(environ, start)
        try:
            body = list(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        return begun[0], begun[1], body

    def _hold(self, call: Call) -> None:
        with self._lock:
            self._held[threading.get_ident()] = call.name
            released = self._released
        released.wait()
        with self._lock:
            self._held.pop(threading.get_ident(), None)

    def _control(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status = "200 OK"
        try:
            if environ["REQUEST_METHOD"] == "POST":
                given = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
                rule = Rule(**given)
                with self._lock:
                    self._rules.append(rule)
            elif environ["REQUEST_METHOD"] == "DELETE":
                self._reset()
        except (ValueError, TypeError) as error:
            status, told = "400 Bad Request", {"error": str(error)}
        else:
            told = self._told()
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    def _reset(self) -> None:
        with self._lock:
            self._rules, self._counts = [], Counter()
            self._released.set()
            self._released = threading.Event()

    def _told(self) -> dict[str, Any]:
        with self._lock:
            return {
                "rules": [vars(rule) for rule in self._rules],
                "calls": dict(self._counts),
                "total": self._counts.total(),
                "held": sorted(self._held.values()),
                "active": self._active,
            }


def _cut(environ: dict[str, Any]) -> None:
    """Close the connection without an answer."""
    # The other side may be gone already.
    with contextlib.suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("cut on demand")
