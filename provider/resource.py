"""What a resource type of the provider is: the steps of its life in plain values, apart from Pulumi's wire format."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from provider.errors import Cut
from provider.values import Plain

DEFAULTS = "__defaults"
"""Key of the checked inputs that lists what the provider filled in."""


@dataclass(frozen=True)
class Failure:
    """What is wrong with an input, at its property path."""

    path: str
    reason: str


@dataclass(frozen=True)
class Checked:
    inputs: Plain
    failures: list[Failure] = field(default_factory=list[Failure])


@dataclass(frozen=True)
class Change:
    """One changed property: `kind` is add, delete or update."""

    path: str
    kind: str
    replaces: bool = False


@dataclass(frozen=True)
class Difference:
    """What changes; with no change at all nothing is done. `delete_first` where old and new cannot exist at once."""

    changes: list[Change]
    delete_first: bool = False


@dataclass(frozen=True)
class Found:
    """A resource as it is now."""

    identity: str
    outputs: Plain
    inputs: Plain


@dataclass(frozen=True)
class Task:
    """One operation of the engine's on one resource: how to speak to the user, and how long there is."""

    urn: str
    progress: Callable[[str], None]
    """Shows a line beside the resource while it is worked on."""
    warn: Callable[[str], None]
    """Warns the user; it stays on the screen."""
    tell: Callable[[str], None]
    """Tells the user something that stays on the screen and is no reason to worry."""
    stopping: threading.Event
    seconds: float = 3600.0
    started: float = field(default_factory=time.monotonic)

    def pause(self, seconds: float) -> None:
        """Wait. Raises Cut when the operation is called off or its time is over."""
        left = self.started + self.seconds - time.monotonic()
        if left <= 0:
            raise Cut(f"not done within {_minutes(self.seconds)} (the resource option customTimeouts sets the limit)")
        if self.stopping.wait(min(seconds, left)):
            raise Cut("called off; what was started at AWS goes on there")


class ResourceType(Protocol):
    """A resource type. Every step may raise ProviderError; create and update may raise PartialFailure."""

    token: str
    seconds: float
    """The deadline of an operation for which the user sets none."""

    def check(self, logical: str, old: Plain, new: Plain, seed: bytes, task: Task) -> Checked:
        """Judge and complete the inputs, warn of what is only dubious; `old` is empty for a new resource and for a replacement."""
        ...

    def diff(self, state: Plain, inputs: Plain, task: Task) -> Difference:
        """Compare what is in the state with what is wanted; warn of what a replacement loses."""
        ...

    def planned(self, state: Plain, inputs: Plain, task: Task) -> Plain:
        """The outputs that a create (empty `state`) or an update will have, with UNKNOWN where only AWS can say."""
        ...

    def create(self, inputs: Plain, task: Task) -> tuple[str, Plain]:
        """Make it and wait; returns id and outputs."""
        ...

    def read(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Found | None:
        """What is there now; None if it is gone. `state` and `inputs` are empty at an import."""
        ...

    def update(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Plain:
        """Bring it from its state to the inputs and wait; returns the outputs."""
        ...

    def delete(self, identity: str, state: Plain, task: Task) -> None:
        """Remove it and wait until it is gone; one that is gone already is a success."""
        ...


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
