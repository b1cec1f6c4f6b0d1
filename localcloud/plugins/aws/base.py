"""What all AWS resource types have in common: tags, absence, JSON documents, references to change."""

import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from localcloud.plugins.aws.client import Aws, code_of, is_absent, tag_list
from localcloud.plugins.aws.naming import TagTexts
from localcloud.plugins.aws.outputs import fill
from localcloud.plugins.resource import DELETE_SECONDS, PluginError, ResourceType, Stopped, wait_until
from localcloud.plugins.rules import APPLY, Document, Items, Rule
from localcloud.plugins.values import UNKNOWN, Plain, has_unknown

TAGS = (Items("tags", 0, 50, stage=APPLY), TagTexts("tags", stage=APPLY))
"""What most services demand of tags."""


class Absent(Exception):
    """AWS answered with an empty list where the object should be."""


class AwsType(ResourceType[Aws]):
    """One AWS resource type.

    A subclass writes `create`, `fetch`, `alter`, `remove` and, if it has tags, `tag`. `fetch` gives the live tags
    as `tagsAll`; `tags` and `region` are added here.
    """

    documents: ClassVar[frozenset[str]] = frozenset()
    """Inputs that are JSON documents: kept as text, equal when they mean the same."""
    unordered: ClassVar[frozenset[str]] = frozenset()
    """List inputs whose order means nothing."""
    opened: ClassVar[frozenset[str]] = frozenset()
    """Object inputs in which the service fills in what the program leaves open."""

    busy: ClassVar[frozenset[str]] = frozenset()
    """AWS's errors of a deletion that pass when what hangs on the object is gone: it is tried again until then."""
    patience: ClassVar[float] = 1200
    """Seconds for this where the program sets no timeout; the official plugin's own."""

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        """What the object is now; None, or an error that says so, if it is gone."""
        raise PluginError(f"{self.token} cannot be read")

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        """Change in place what stands in `changed`, which never holds tags and may be empty. A key not in `new` is unset."""

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        """Delete the object; an error that says it is gone is fine."""
        raise PluginError(f"{self.token} cannot be deleted")

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        """Set and remove tags; `state` is what `fetch` gave."""
        raise PluginError(f"{self.token} cannot be tagged")

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        documents = tuple(Document(key) for key in sorted(self.documents))
        return (*self.rules, *documents, *(TAGS if self.tagged else ()))

    @property
    def tagged(self) -> bool:
        """Whether the type takes tags."""
        return "tags" in self.inputs

    def normalise(self, inputs: Plain) -> Plain:
        return {
            key: json.dumps(value) if key in self.documents and isinstance(value, Mapping) else value
            for key, value in inputs.items()
        }

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key in self.unordered and isinstance(old, list) and isinstance(new, list) and not has_unknown([old, new]):
            return sorted(old) == sorted(new)
        if key in self.opened and isinstance(old, dict) and isinstance(new, dict):
            # Tags are the program's alone, as everywhere.
            parts = {*new, *({"tags"} if old.get("tags") else ())}
            return all(super(AwsType, self).same(part, old.get(part), new.get(part)) for part in parts)
        if key in self.documents and isinstance(old, str) and isinstance(new, str):
            return old == new or _document(old) == _document(new)
        return super().same(key, old, new)

    def derived(self, context: Aws, inputs: Plain) -> Plain:
        if not self.tagged:
            return {}
        tags = inputs.get("tags", {})
        return {"tagsAll": UNKNOWN if has_unknown(tags) else context.all_tags(tags)}

    def mirrors(self) -> Mapping[str, str]:
        return {"tagsAll": "tags"} if self.tagged else {}

    def read(self, context: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        try:
            state = self.fetch(context, resource_id, inputs)
        except (ClientError, Absent) as error:
            if not _is_absent(error):
                raise
            return None
        if state is None:
            return None
        if self.tagged:
            own, default = inputs.get("tags", {}), context.default_tags
            live = state.setdefault("tagsAll", {})
            state["tags"] = {key: value for key, value in live.items() if key in own or default.get(key) != value}
        fill(self.token, self.schema.outputs, state, inputs)
        if "region" in self.schema.outputs:
            state.setdefault("region", context.region)
        return state

    def update(self, context: Aws, resource_id: str, old: Plain, new: Plain) -> None:
        changed = {key for key in self.compared(old, new) if not self.same(key, old.get(key), new.get(key))}
        if self.tagged:
            self.retag(context, resource_id, new)
        self.alter(context, resource_id, new, changed - {"tags", "tagsAll"})

    def retag(self, aws: Aws, resource_id: str, inputs: Plain) -> None:
        """Bring the live tags to the default tags and the resource's own."""
        state, wanted = self.fetch(aws, resource_id, inputs) or {}, aws.all_tags(inputs.get("tags"))
        live = state.get("tagsAll", {})
        add = {key: value for key, value in wanted.items() if live.get(key) != value}
        if drop := [key for key in live if key not in wanted]:
            self.tag(aws, resource_id, state, {}, drop)
        if add:
            self.tag(aws, resource_id, state, add, [])

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        try:
            self._remove(context, resource_id, state)
        except (ClientError, Absent) as error:
            # What is absent may be another thing, on which this one still hangs.
            if not _is_absent(error) or self.read(context, resource_id, state) is not None:
                raise
            return
        wait_until(
            lambda: self.read(context, resource_id, state) is None, f"{resource_id} is gone", context.stopping, 1800
        )

    def _remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        """Delete the object, again and again while something still hangs on it; at last with AWS's own error."""
        deadline = time.monotonic() + (DELETE_SECONDS.get() or self.patience)
        while True:
            try:
                return self.remove(aws, resource_id, state)
            except ClientError as error:
                if code_of(error) not in self.busy or time.monotonic() > deadline:
                    raise
            if aws.stopping.wait(1):
                raise Stopped(f"cancelled while waiting until nothing hangs on {resource_id}")


class Ec2Type(AwsType):
    """A type of the EC2 API whose id is what `create_tags` takes."""

    kind: ClassVar[str]
    """The name of the type in tag specifications."""

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_ec2(aws, resource_id, add, drop)

    def tags_at_creation(self, aws: Aws, inputs: Plain) -> dict[str, Any]:
        """The keyword argument by which EC2 tags an object as it makes it; empty if there are no tags."""
        tags = aws.all_tags(inputs.get("tags"))
        return {"TagSpecifications": [{"ResourceType": self.kind, "Tags": tag_list(tags)}]} if tags else {}


def tag_ec2(aws: Aws, resource_id: str, add: dict[str, str], drop: list[str]) -> None:
    """Set and remove tags of something of the EC2 API."""
    if drop:
        aws.client("ec2").delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in drop])
    if add:
        aws.client("ec2").create_tags(Resources=[resource_id], Tags=tag_list(add))


def first(found: list[Any]) -> Any:
    """The one object that was asked for by its id. Raises Absent."""
    if not found:
        raise Absent("AWS knows no such object")
    return found[0]


def given(inputs: Plain, **names: str) -> dict[str, Any]:
    """Keyword arguments of an API call, `Api=input`, for the inputs that are set."""
    return {api: inputs[key] for api, key in names.items() if key in inputs}


def picked(source: Mapping[str, Any], **names: str) -> Plain:
    """Outputs, `output=ApiKey`, of an API's answer; what is missing there is left out."""
    return {output: source[key] for output, key in names.items() if source.get(key) is not None}


def _is_absent(error: ClientError | Absent) -> bool:
    return isinstance(error, Absent) or is_absent(error)


def _document(text: str) -> Any:
    """A JSON document as a comparable value; AWS takes a one-element list and its element for the same."""
    try:
        return _unlisted(json.loads(text))
    except json.JSONDecodeError:
        return text


def _unlisted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unlisted(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted((_unlisted(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return value
