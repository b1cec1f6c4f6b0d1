"""A row of the acceptance table: one resource type, and what its life must be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine.acceptance.ground import Clients, Ground


class Gone(Exception):
    """The cloud does not know the thing."""


Values = dict[str, Any]
"""Properties by their names on the wire, e.g. `cidrBlock`."""


@dataclass(frozen=True)
class No:
    """A step that makes no sense for a type."""

    reason: str


def possible(step: Any) -> Any:
    """The step; skips, with the table's reason, where it makes no sense."""
    if isinstance(step, No):
        pytest.skip(step.reason)
    return step


@dataclass(frozen=True)
class Kept:
    """A resource as the engine's state has it."""

    id: str
    outputs: Values


Outside = Callable[[Clients, Kept], object]
"""What somebody else does to a resource, by boto3."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a type is given, and how it changes. `change` and `replace` are laid over the inputs, one after the other."""

    token: str
    inputs: Callable[[Ground], Values]
    look: Callable[[Clients, Kept], Values]
    """The cloud's own answer, in the words of the inputs: after every step it must be what the program asks for.

    AWS's error that it does not exist, or Gone, means that it is gone.
    """
    change: Callable[[Ground], Values] | No
    replace: Callable[[Ground], Values] | No
    drift: Outside | No
    """Changes what `look` sees."""
    vanish: Outside | No
    import_id: Callable[[Kept], str] | No
    along: frozenset[str] = frozenset()
    """Inputs of `replace` that do not need a replacement themselves."""
    named: str = ""
    """The input that is made of the logical name where the program gives none; an import has to give it."""
    unread: frozenset[str] = frozenset()
    """Inputs that the service does not tell, so that the program's own are written right after an import."""
    stays: str = ""
    """Why something is left after `destroy`, on AWS too."""

    @property
    def name(self) -> str:
        """The logical name, and the name of the tests."""
        _, module, name = self.token.split(":")
        return f"{module.partition('/')[0]}-{name.lower()}"

    def wanted(self, ground: Ground, step: str) -> Values:
        """The inputs from this step on: first, changed or replaced."""
        values = self.inputs(ground)
        for name, more in (("changed", self.change), ("replaced", self.replace)):
            if not isinstance(more, No) and step in (name, "replaced"):
                values = values | more(ground)
        return values
