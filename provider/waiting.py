"""Waiting for CloudFormation, with its events as progress."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from provider.errors import ProviderError
from provider.resource import Task
from provider.worker_client import Caller, ParallelClusterError

T = TypeVar("T")

_PATIENCE = 6
"""Faults of the services in a row that a wait bears."""


class Events:
    """The events of one stack: what came since the last look, and the first failure since the start."""

    def __init__(self, worker: Caller, region: str, operation: str, **arguments: str) -> None:
        """`operation` is a stack-events function of the library, `arguments` name the cluster or image."""

        def page(token: dict[str, str]) -> dict[str, Any]:
            return worker.call(operation, region, **arguments, **token)

        self._page = page
        self._seen: set[str] = set()
        self.first_failure: dict[str, Any] | None = None

    def skip(self) -> None:
        """Forget what has happened so far: it belongs to an earlier operation."""
        self.new()
        self.first_failure = None

    def new(self) -> list[dict[str, Any]]:
        """The events not seen yet, oldest first; none if there are no events to be had."""
        fresh: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            try:
                page = self._page(token)
            except ParallelClusterError:
                break
            unseen = [event for event in page.get("events", []) if event["eventId"] not in self._seen]
            fresh += unseen
            if len(unseen) < len(page.get("events", [])) or not page.get("nextToken"):
                break
            token = {"next_token": page["nextToken"]}
        fresh.reverse()
        for event in fresh:
            self._seen.add(event["eventId"])
            if self.first_failure is None and _failed(event):
                self.first_failure = event
        return fresh


def settled(task: Task, status: Callable[[], str | None], events: Events) -> str | None:
    """Wait until a status no longer says IN_PROGRESS, and return it; None stands for absence.

    Shows the events as they come. Raises Cut at the deadline or a cancellation, ProviderError if the services stay faulty.
    """
    started, faults = time.monotonic(), 0
    while True:
        try:
            now, faults = status(), 0
            if now is None or not now.endswith("_IN_PROGRESS"):
                events.new()
                return now
            for event in events.new():
                task.progress(event_line(event))
        except ParallelClusterError as error:
            faults += 1
            if not error.passing or faults > _PATIENCE:
                raise ProviderError(f"its state cannot be read: {error}") from error
            task.progress(f"{error}; trying again")
        look_again(task, started)


def look_again(task: Task, started: float) -> None:
    """Wait until the next look at what began at `started` (monotonic): close looks at first, for what is there at once, every
    ten seconds after three minutes. Raises Cut.
    """
    task.pause(min(10.0, 0.5 + (time.monotonic() - started) / 20))


def patiently(task: Task, ask: Callable[[], T]) -> T:
    """The answer of `ask`, asked again while the services are faulty. Raises what it raises for good, and Cut."""
    for attempt in range(_PATIENCE):
        try:
            return ask()
        except ParallelClusterError as error:
            if not error.passing:
                raise
            task.progress(f"{error}; trying again")
            task.pause(0.5 * 2**attempt)
    return ask()


class Patient:
    """A worker that is asked again while the services are faulty. For questions, and for what may be asked for twice."""

    def __init__(self, worker: Caller, task: Task) -> None:
        self._worker, self._task = worker, task

    def call(self, operation: str, region: str, **arguments: Any) -> Any:
        """As the worker's own; also raises Cut."""
        return patiently(self._task, lambda: self._worker.call(operation, region, **arguments))


def event_line(event: dict[str, Any]) -> str:
    """One event for the user: status, resource, kind, and the reason where there is one."""
    reason = event.get("resourceStatusReason", "")
    line = f"{event['resourceStatus']} {event.get('logicalResourceId', '')} ({event.get('resourceType', '')})"
    return f"{line}: {reason}" if reason else line


def _failed(event: dict[str, Any]) -> bool:
    # Resources that were under way when another failed are "cancelled": an effect, not the cause.
    return (
        event["resourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("resourceStatusReason", "").lower()
    )
