"""The order of steps that every life goes through, of types and of components alike."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from tests.engine.acceptance.once import once
from tests.engine.acceptance.place import Place
from tests.engine.acceptance.stack import Run, Stack

Step = TypeVar("Step")


class Steps(ABC, Generic[Step]):
    """Each step is made when a test first asks for it, after those before it."""

    def __init__(self, place: Place, stack: str) -> None:
        self.place = place
        self.stack: Stack = place.stack(stack)
        self.outside: dict[str, Exception] = {}
        """What went wrong outside, by name."""

    @abstractmethod
    def up(self, inputs: str) -> Step:
        """An `up` with the inputs of that name, and what it did."""

    @abstractmethod
    def watched(self, run: Run) -> Step:
        """What a run did, and what the cloud says after it."""

    @abstractmethod
    def meddle(self, what: str) -> None:
        """Do what the table says under `what` ("drift", "vanish") past the engine."""

    @once
    def created(self) -> Step:
        return self.up("first")

    @once
    def planned(self) -> Step:
        """The plan of an unchanged program."""
        assert self.created
        return self.watched(self.stack.run("preview"))

    @once
    def changed(self) -> Step:
        assert self.planned
        return self.up("changed")

    @once
    def replaced(self) -> Step:
        assert self.changed
        return self.up("replaced")

    @once
    def drifted(self) -> Step:
        assert self.replaced
        self.meddle("drift")
        return self.watched(self.stack.run("refresh"))

    @once
    def repaired(self) -> Step:
        assert self.drifted
        return self.up("replaced")

    @once
    def vanished(self) -> Step:
        assert self.repaired
        self.meddle("vanish")
        return self.watched(self.stack.run("refresh"))

    @once
    def recreated(self) -> Step:
        assert self.vanished
        return self.up("replaced")
