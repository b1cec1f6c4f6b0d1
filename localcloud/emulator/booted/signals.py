"""Wait conditions that wait for an HTTP PUT on their handle, or for their timeout: CloudFormation User Guide, "Wait conditions".

Replaces the types of cluster_signals that a timer signals. The reasons are CloudFormation's own words, from which ParallelCluster
takes its failure codes.
"""

import json
import logging
import secrets
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from localcloud.emulator.additions.cloudformation_stacks import end_update
from localcloud.emulator.additions.cluster_signals import WaitCondition
from localcloud.emulator.additions.opaque import Opaque, model
from localcloud.emulator.additions.stack_failures import fail_creation, fail_update
from localcloud.emulator.background import later

_HOST = "cloudformation-waitcondition-{}.s3.amazonaws.com"
_LOG = logging.getLogger("localcloud.emulator")
_WAITING: dict[str, "SignalledCondition"] = {}
_MODELS: list[type] = []


class Handle(Opaque):
    """Its id is the URL, with a part that nobody guesses."""

    def create(self) -> None:
        self.name = f"https://{_HOST.format(self.region)}/{self.stack_id}/{self.name}?id={secrets.token_hex(16)}"


class SignalledCondition(WaitCondition):
    """`awaited` until the signal comes; it ends the creation or the update that made it."""

    def create(self) -> None:
        super().create()
        self.awaited = True
        self._lock = threading.Lock()
        _WAITING[self.properties["Handle"]] = self

    def begin(self) -> None:
        seconds = float(self.properties["Timeout"])
        what = f"the wait for a signal of stack {self.stack_id}"
        later(seconds, what, self._time_out, lambda _: None)

    def receive(self, status: str, reason: str, unique: str) -> None:
        """A signal; only the first counts, as the condition waits for one."""
        failed = f"WaitCondition received failed message: '{reason}' for uniqueId: {unique}"
        self._end(None if status == "SUCCESS" else failed)

    def _time_out(self) -> None:
        self._end("WaitCondition timed out. Received 0 conditions when expecting 1")

    def _end(self, fault: str | None) -> None:
        with self._lock:
            if not self.awaited:
                return
            self.awaited = False
        self.signalled = fault is None
        stack = self._stack()
        if stack is None:
            return
        _LOG.info("wait condition of stack %s: %s", stack.name, fault or "success")
        if stack.status == "UPDATE_IN_PROGRESS":
            end_update(stack) if fault is None else fail_update(stack, fault)
        elif stack.status == "CREATE_IN_PROGRESS":
            stack.verify_readiness() if fault is None else fail_creation(stack, fault, self)


class Signals:
    """Takes signals before the application that it wraps, moto's."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").split(":")[0]
        if not host.startswith("cloudformation-waitcondition-") or environ["REQUEST_METHOD"] != "PUT":
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer
        url = f"https://{host}{unquote(environ['PATH_INFO'])}?{environ['QUERY_STRING']}"
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        condition = _WAITING.get(url)
        if condition is not None:
            signal = (body["Status"], body.get("Reason", ""), body.get("UniqueId", ""))
            # The machine that signals a failure is ended by it: its request is answered first.
            threading.Thread(target=condition.receive, args=signal, daemon=True).start()
        start_response("403 Forbidden" if condition is None else "200 OK", [("Content-Length", "0")])
        return [b""]


def install() -> None:
    _MODELS.append(model("AWS::CloudFormation::WaitConditionHandle", "", Handle))
    _MODELS.append(model("AWS::CloudFormation::WaitCondition", "", SignalledCondition))
