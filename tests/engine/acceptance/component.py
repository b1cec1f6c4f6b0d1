"""A row of the components' table: a component with its real arguments, and what its life must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.engine.acceptance.case import Kept, No
from tests.engine.acceptance.ground import Clients, Ground

Parts = Mapping[str, Kept]
"""The resources of a component, by type's last name and logical name: `Bucket::data`."""
Meddle = Callable[[Clients, Parts], object]
NO_IMPORT = No("a component has no id: its resources are imported as their types are")


@dataclass(frozen=True, kw_only=True)
class Component:
    """A step overlays arguments on those before it. What is expected of it names every resource that is not the same after it."""

    token: str
    make: Callable[[str, Ground, dict[str, Any], Any], object]
    """Declares it by name and arguments, with the options that carry the provider; the engine's program calls it."""
    first: Callable[[Ground], dict[str, Any]]
    change: Callable[[Ground], dict[str, Any]] | No
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By resource: the inputs that differ."""
    made: frozenset[str] = frozenset()
    """The resources that the change adds."""
    replace: Callable[[Ground], dict[str, Any]] | No
    replaced: frozenset[str] = frozenset()
    """The resources that are replaced, and no other."""
    look: Callable[[Clients, Parts], object]
    """What the cloud says of the thing that the steps change."""
    looks: Callable[[dict[str, Any]], object]
    """What it must say, by the arguments in force."""
    drift: Meddle | No
    drifted: str = ""
    """The resource that somebody changes."""
    vanish: Meddle
    vanished: frozenset[str]
    """The resources that are gone with what somebody deletes, and are made again."""

    @property
    def name(self) -> str:
        return self.token.rpartition(":")[2].lower()

    def arguments(self, ground: Ground, step: str) -> dict[str, Any]:
        """The arguments from this step on: first, changed or replaced."""
        values = self.first(ground)
        for name, more in (("changed", self.change), ("replaced", self.replace)):
            if not isinstance(more, No) and step in (name, "replaced"):
                values = values | more(ground)
        return values
