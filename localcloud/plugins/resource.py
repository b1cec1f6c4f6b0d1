"""What a stand-in says about one resource type or one function; localcloud.plugins.serving does the rest."""

import hashlib
import secrets as randomness
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import schema as schemas
from localcloud.plugins import values
from localcloud.plugins.checking import Problem
from localcloud.plugins.rules import Rule
from localcloud.plugins.schema import Schema
from localcloud.plugins.values import Plain, Properties

C = TypeVar("C")
"""What the plugin's configuration opens: clients, default tags. Passed to every call of a resource type."""

DEFAULTS = "__defaults"
"""Key beside the inputs in which the official plugins note the inputs that they filled in themselves."""


DELETE_SECONDS: ContextVar[float] = ContextVar("DELETE_SECONDS", default=0)
"""How long the deletion under way may take; 0 if the program does not say so."""


class PluginError(Exception):
    """A foreseeable fault; the text is one clear line for the user."""


class Stopped(PluginError):
    """A wait was given up because the user cancelled."""


@dataclass(frozen=True)
class Autoname:
    """How a name is made of the resource's logical name: name, `-` and seven hexadecimal digits."""

    key: str = "name"
    unless: tuple[str, ...] = ("namePrefix",)
    limit: int = 255
    lower: bool = False

    def fill(self, request: protocol.CheckRequest, given: Properties) -> Plain:
        """The name to add to the inputs: none if the user gave one, the former one if it was made here too."""
        if any(key in given for key in (self.key, *self.unless)):
            return {}
        old = values.plain_map(request.old_inputs)
        if self.key in old.get(DEFAULTS, []) and self.key in old:
            return {self.key: old[self.key]}
        seed = request.random_seed
        suffix = (hashlib.sha256(seed).hexdigest() if seed else randomness.token_hex(4))[:7]
        name = f"{request.name[: self.limit - 8]}-{suffix}"
        return {self.key: name.lower() if self.lower else name}


class ResourceType(Generic[C]):
    """One resource type. Inputs and states are plain values by wire name (localcloud.plugins.values)."""

    token: ClassVar[str]
    inputs: ClassVar[frozenset[str]]
    """The inputs that are implemented; another one is refused at preview."""
    replace: ClassVar[frozenset[str]] = frozenset()
    """The inputs that cannot change in place."""
    computed: ClassVar[frozenset[str]] = frozenset()
    """The inputs that the service fills in where the program leaves them open: to leave one out changes nothing."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Inputs and outputs that are always secret."""
    unstable: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change, unknown in its preview."""
    autoname: ClassVar[Autoname | None] = None
    delete_before_replace: ClassVar[bool] = False

    @property
    def schema(self) -> Schema:
        """The SDK's schema of this type."""
        return schemas.resource_schema(self.token)

    rules: ClassVar[tuple[Rule, ...]] = ()
    """What is refused that the kinds of inputs cannot show."""

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """The rules of the type, and those that follow from what it is."""
        return self.rules

    def refusals(self, inputs: Plain, stage: str) -> Iterator[Problem]:
        """Yield what the rules of a stage refuse. Values may be UNKNOWN."""
        for rule in self.every_rule:
            if rule.stage == stage:
                yield from rule.problems(inputs)

    def faults(self, inputs: Plain) -> Iterator[Problem]:
        """Yield what else is wrong at preview, where no rule can say it, such as files that do not exist."""
        yield from ()

    def normalise(self, inputs: Plain) -> Plain:
        """Inputs as they are kept and compared, for example documents as text."""
        return inputs

    def same(self, key: str, old: Any, new: Any) -> bool:
        """Whether two values of an input mean the same."""
        return values.same(old, new)

    def compared(self, old: Plain, new: Plain) -> set[str]:
        """The inputs by which old and new may differ."""
        return {*old, *new} - (self.computed - set(new))

    def replaces(self, key: str, old: Plain, new: Plain) -> bool:
        """Whether a change of `key` needs a new object."""
        return key in self.replace

    def derived(self, context: C, inputs: Plain) -> Plain:
        """Inputs that the check adds to the user's own, so that a change of them is an update.

        Either an output that follows from inputs and configuration, such as all tags; or, under a key that begins with
        `__`, a note of the stand-in's own in the state, such as a hash of an asset's content, which a diff cannot see.
        """
        return {}

    def mirrors(self) -> Mapping[str, str]:
        """Derived inputs and outputs that carry the value of another input, and are secret if that is."""
        return {}

    def create(self, context: C, inputs: Plain) -> str:
        """Make the object and return its id at once; whatever takes longer or may fail belongs in `settle`."""
        raise PluginError(f"{self.token} cannot be created")

    def settle(self, context: C, resource_id: str, inputs: Plain) -> None:
        """Finish a new or changed object and wait until it is usable. Run again on the next update after a failure."""

    def read(self, context: C, resource_id: str, inputs: Plain) -> Plain | None:
        """What the object is now, inputs included where it tells them; None if it is gone. `inputs` may be empty."""
        raise PluginError(f"{self.token} cannot be read")

    def identity(self, context: C, resource_id: str, state: Plain) -> str:
        """The id under which the state keeps an object; another one than `resource_id` where it was imported by that."""
        return resource_id

    def update(self, context: C, resource_id: str, old: Plain, new: Plain) -> None:
        """Change the object from the old inputs to the new ones."""
        raise PluginError(f"{self.token} cannot be updated")

    def delete(self, context: C, resource_id: str, state: Plain) -> None:
        """Delete the object and wait until it is gone; absence is success. `state` holds inputs and outputs."""
        raise PluginError(f"{self.token} cannot be deleted")


class Function(Generic[C]):
    """One function of the plugin."""

    token: ClassVar[str]
    inputs: ClassVar[frozenset[str]]
    secrets: ClassVar[frozenset[str]] = frozenset()

    @property
    def schema(self) -> Schema:
        """The SDK's schema of this function."""
        return schemas.function_schema(self.token)

    def call(self, context: C, arguments: Plain) -> Plain:
        """Answer the call. Raises PluginError."""
        raise PluginError(f"{self.token} cannot be called")


def wait_until(
    done: Callable[[], bool], what: str, stopping: threading.Event, timeout: float = 600, every: float = 0.2
) -> None:
    """Poll `done` until it is true. Raises PluginError after `timeout` seconds, Stopped when the user cancels."""
    deadline = time.monotonic() + timeout
    while not done():
        if stopping.wait(every):
            raise Stopped(f"cancelled while waiting until {what}")
        if time.monotonic() > deadline:
            raise PluginError(f"gave up waiting until {what} after {timeout:g} s")
