"""The provider's resources without an engine: a state of one resource, and the steps in the engine's order, on the emulator."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provider.errors import PartialFailure
from provider.resource import Difference, Found, ResourceType, Task
from provider.worker_client import Worker, Workers
from tests.engine import provider_rig as rig

URN = "urn:pulumi:dev::rig::parallelcluster:index:Cluster::{}"


@contextmanager
def running(folder: Path) -> Iterator[tuple[rig.Cloud, Workers]]:
    """An emulator, and workers of the real ParallelCluster that talk to it."""
    with rig.cloud(folder) as cloud:
        before = dict(os.environ)
        os.environ.update(cloud.variables)
        workers = Workers(lambda version: Worker(version, print))
        try:
            yield cloud, workers
        finally:
            workers.close()
            os.environ.clear()
            os.environ.update(before)


@dataclass
class Life:
    """One resource as the engine would lead it through its life."""

    kind: ResourceType
    logical: str
    identity: str = ""
    state: dict[str, Any] = field(default_factory=dict[str, Any])
    inputs: dict[str, Any] = field(default_factory=dict[str, Any])
    lines: list[str] = field(default_factory=list[str])
    stopping: threading.Event = field(default_factory=threading.Event)

    def task(self, seconds: float = 1200.0) -> Task:
        return Task(
            URN.format(self.logical), self.lines.append, self.lines.append, self.lines.append, self.stopping, seconds
        )

    def checked(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.kind.check(self.logical, self.inputs, given, b"seed", self.task())
        assert found.failures == [], found.failures
        return found.inputs

    def diff(self, given: dict[str, Any]) -> Difference:
        return self.kind.diff(self.state, self.checked(given), self.task())

    def preview(self, given: dict[str, Any]) -> str:
        """What a preview tells."""
        self.lines.clear()
        self.kind.planned(self.state, self.checked(given), self.task())
        return "\n".join(self.lines)

    def up(self, given: dict[str, Any], seconds: float = 1200.0) -> str:
        """Create or update; the lines shown meanwhile. A partial failure is kept in the state, and raised."""
        self.lines.clear()
        inputs, task = self.checked(given), self.task(seconds)
        try:
            if self.state:
                assert not any(change.replaces for change in self.kind.diff(self.state, inputs, task).changes)
                self.state = self.kind.update(self.identity, self.state, inputs, task)
            else:
                self.identity, self.state = self.kind.create(inputs, task)
            self.inputs = inputs
        except PartialFailure as failure:
            self.identity, self.state, self.inputs = failure.resource_id, dict(failure.properties), inputs
            raise
        return "\n".join(self.lines)

    def refresh(self) -> Found | None:
        found = self.kind.read(self.identity, self.state, self.inputs, self.task())
        self.state = found.outputs if found else {}
        self.inputs = found.inputs if found else {}
        return found

    def destroy(self) -> None:
        self.kind.delete(self.identity, self.state, self.task())
        self.state, self.identity = {}, ""
