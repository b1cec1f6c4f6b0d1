"""A stack's state as `pulumi stack export` gives it: what is pending in it, and the state without that."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

UNREAD = "taken over by `just repair`, not read yet"
"""Among a resource's initErrors: pulumi reads or updates such a resource whatever its inputs say."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Pending:
    """An operation that a run began: `kind` is creating, updating, deleting, reading or importing."""

    kind: str
    resource: Json

    @property
    def urn(self) -> str:
        return str(self.resource["urn"])

    @property
    def type(self) -> str:
        return str(self.resource["type"])

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def inputs(self) -> Json:
        return self.resource.get("inputs") or {}


class Deployment:
    """An exported state. `document` is never changed."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._state: Json = document["deployment"] or {}
        self.resources: list[Json] = self._state.get("resources") or []

    @property
    def pending(self) -> list[Pending]:
        return [Pending(one["type"], one["resource"]) for one in self._state.get("pending_operations") or []]

    @property
    def unread(self) -> list[str]:
        """URNs that an earlier repair took over and could not read any more."""
        return [one["urn"] for one in self.resources if UNREAD in (one.get("initErrors") or [])]

    def has(self, urn: str) -> bool:
        """Whether the state has a living resource of that name."""
        return any(one["urn"] == urn and not one.get("delete") for one in self.resources)

    def knows(self, kind: str, identity: str, inputs: Mapping[str, str]) -> bool:
        """Whether the state has an object of a type: under this id, or with these inputs if there are any."""
        return any(
            one.get("id") == identity or (inputs and inputs.items() <= (one.get("inputs") or {}).items())
            for one in self.resources
            if one["type"] == kind
        )

    def region(self, resource: Mapping[str, Any]) -> str | None:
        """The region of a resource: its own input, else that of its provider."""
        return (resource.get("inputs") or {}).get("region") or self._provider(resource).get("region")

    def tags(self, resource: Mapping[str, Any]) -> dict[str, str]:
        """The tags that a resource has from its inputs and from its provider's default tags."""
        inputs, default = resource.get("inputs") or {}, self._provider(resource).get("defaultTags") or {}
        # The engine hands over what is no text as JSON.
        default = json.loads(default) if isinstance(default, str) else default
        own = {**(inputs.get("tagsAll") or {}), **(inputs.get("tags") or {})}
        return {**(default.get("tags") or {}), **own}

    def without(self, done: Iterable[Pending], added: Iterable[Json]) -> Json:
        """The document with `added` resources and without the pending operations `done`."""
        gone = [one.resource for one in done]
        left = [one for one in self._state.get("pending_operations") or [] if one["resource"] not in gone]
        state = {**self._state, "resources": [*self.resources, *added], "pending_operations": left}
        return {**self.document, "deployment": state}

    def with_pending(self, more: Iterable[Pending]) -> "Deployment":
        """The same state with further pending operations."""
        operations = [{"type": one.kind, "resource": one.resource} for one in [*self.pending, *more]]
        return Deployment({**self.document, "deployment": {**self._state, "pending_operations": operations}})

    def _provider(self, resource: Mapping[str, Any]) -> Json:
        urn = str(resource.get("provider", "")).rpartition("::")[0]
        return next((one.get("inputs") or {} for one in self.resources if one["urn"] == urn), {})


def taken_over(pending: Pending, identity: str, *, to_delete: bool = False) -> Json:
    """The resource of a pending creation that was found under an id. Its outputs come with the next refresh."""
    known = {key: value for key, value in pending.resource.items() if key not in ("id", "outputs", "delete")}
    return {**known, "id": identity, "outputs": {}, "initErrors": [UNREAD], **({"delete": True} if to_delete else {})}
