"""A strict Pulumi plugin made of resource types, on top of Pulumi's own provider interface for Python.

This module checks inputs against the SDK's schema, names resources, compares, keeps secrets secret, runs calls in
threads. What a stand-in does not know is refused, never dropped.
"""

import asyncio
from collections.abc import Iterable
from contextvars import ContextVar

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import schema as schemas
from localcloud.plugins import values
from localcloud.plugins.answers import failures, inputs_of, is_internal, refreshed, replacing, unimplemented
from localcloud.plugins.checking import check
from localcloud.plugins.configured import Configured
from localcloud.plugins.resource import DEFAULTS, DELETE_SECONDS, C, Function, PluginError, ResourceType
from localcloud.plugins.rules import APPLY, DELETE, PREVIEW
from localcloud.plugins.schema import Schema
from localcloud.plugins.values import Plain, Properties

OLD_INPUTS: ContextVar[Properties | None] = ContextVar("OLD_INPUTS", default=None)
"""The former inputs of the object of a diff or an update: the engine sends them, Pulumi's requests leave them out."""


class HalfCreated(Exception):
    """The object exists but is not as it should be: the engine keeps it in the state and repairs or deletes it later."""

    def __init__(self, resource_id: str, properties: Properties, reason: str) -> None:
        super().__init__(reason)
        self.resource_id, self.properties, self.reason = resource_id, properties, reason


class Plugin(Configured[C]):
    """A Pulumi provider made of resource types and functions."""

    def __init__(self, types: Iterable[ResourceType[C]], functions: Iterable[Function[C]] = ()) -> None:
        super().__init__()
        self.types = {one.token: one for one in types}
        self.functions = {one.token: one for one in functions}

    # Resources.

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        kind = self.type(request.type)
        given = {k: v for k, v in request.new_inputs.items() if not is_internal(k) and v.value is not None}
        named = kind.autoname.fill(request, given) if kind.autoname else {}
        problems = list(check(kind.schema.inputs, given | values.wire_map(named)))
        problems += unimplemented(given, kind.inputs, kind.schema.inputs, kind.token)
        secret = self._secrets(kind, given)
        inputs = kind.normalise(values.plain_map(given)) | named
        # Rules take values of the right kinds: those with another problem count as not known.
        judged = inputs | dict.fromkeys((problem.root for problem in problems), values.UNKNOWN)
        problems += [*kind.refusals(judged, PREVIEW), *kind.faults(judged)]
        if problems:
            return protocol.CheckResponse(request.new_inputs, failures(problems, secret & set(given)))
        checked = values.wire_map(inputs | kind.derived(self.context, inputs), secret)
        if named:
            checked[DEFAULTS] = values.wire(sorted(named))
        return protocol.CheckResponse(checked)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        kind = self.type(request.type)
        # Assets come without their content here, hence the notes of what they held, which the check added.
        before: Properties = {k: v for k, v in (OLD_INPUTS.get() or {}).items() if k != DEFAULTS}
        after: Properties = {k: v for k, v in request.new_inputs.items() if k != DEFAULTS}
        # What the program newly says of an object, and is so already, is no change: the official providers ask the state.
        before |= {k: request.old_state[k] for k in after if k not in before and k in request.old_state}
        old, new = values.plain_map(before), values.plain_map(after)
        detail: dict[str, protocol.PropertyDiff] = {}
        replaces: list[str] = []
        for key in sorted(kind.compared(old, new)):
            equal = key in old and key in new and kind.same(key, old[key], new[key])
            if equal and before[key].contains_secret() == after[key].contains_secret():
                continue
            if new_object := not equal and kind.replaces(key, old, new):
                replaces.append(key)
            found = list(values.differences(old.get(key), new.get(key), key))
            for path, change in found or [(key, protocol.PropertyDiffKind.UPDATE)]:
                detail[path] = protocol.PropertyDiff(replacing(change) if new_object else change, True)
        return protocol.DiffResponse(
            bool(detail), replaces, delete_before_replace=self._delete_first(kind, request, new), detailed_diff=detail
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        kind, inputs = self.type(request.type), inputs_of(request.properties)
        if request.preview:
            unknown = dict.fromkeys(kind.schema.outputs, values.UNKNOWN)
            return protocol.CreateResponse(None, self._outputs(kind, unknown | inputs, request.properties))
        self._refuse(kind, inputs, APPLY, request.properties)
        resource_id = await asyncio.to_thread(kind.create, self.context, inputs)
        try:
            await asyncio.to_thread(kind.settle, self.context, resource_id, inputs)
            outputs = await self._current(kind, resource_id, inputs, request.properties)
        except Exception as error:
            kept = self._outputs(kind, inputs, request.properties)
            raise HalfCreated(resource_id, kept, self.describe(error, request.properties)) from error
        return protocol.CreateResponse(resource_id, outputs)

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        kind, old = self.type(request.type), inputs_of(request.inputs)
        state = await asyncio.to_thread(kind.read, self.context, request.resource_id, old)
        if state is None:
            return protocol.ReadResponse("")
        if old:
            now = {k: refreshed(kind, k, v, state[k]) if k in state else v for k, v in old.items()}
        else:
            # False and 0 say something; an empty text or list is an input that was not given.
            said = {k: v for k, v in state.items() if k in kind.inputs and v is not None and v not in ("", [], {})}
            now = {k: v for k, v in said.items() if v or k in kind.replace}
            now |= {key: state[key] for key in kind.derived(self.context, now) if key in state}
        inputs = values.wire_map(now, self._secrets(kind, request.inputs))
        outputs = self._outputs(kind, now | state, inputs)
        inputs |= {key: value for key, value in request.inputs.items() if is_internal(key)}
        identity = await asyncio.to_thread(kind.identity, self.context, request.resource_id, now | state)
        return protocol.ReadResponse(identity, outputs, inputs)

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        kind, new = self.type(request.type), inputs_of(request.news)
        old = inputs_of(OLD_INPUTS.get() or {})
        if request.preview:
            state = values.plain_map(request.olds) | dict.fromkeys(kind.unstable, values.UNKNOWN)
            dropped = {key for key in old if key not in new}
            kept = {key: value for key, value in state.items() if key not in dropped}
            return protocol.UpdateResponse(self._outputs(kind, kept | new, request.news))
        self._refuse(kind, new, APPLY, request.news)
        await asyncio.to_thread(kind.update, self.context, request.resource_id, old, new)
        await asyncio.to_thread(kind.settle, self.context, request.resource_id, new)
        return protocol.UpdateResponse(await self._current(kind, request.resource_id, new, request.news))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        kind = self.type(request.type)
        state = values.plain_map(request.properties)
        self._refuse(kind, state, DELETE, request.properties)
        DELETE_SECONDS.set(request.timeout)
        await asyncio.to_thread(kind.delete, self.context, request.resource_id, state)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        function = self.functions.get(request.tok)
        if function is None:
            schemas.function_schema(request.tok)
            raise PluginError(self._unsupported("function", request.tok))
        given = {k: v for k, v in request.args.items() if not is_internal(k) and v.value is not None}
        problems = list(check(function.schema.inputs, given))
        problems += unimplemented(given, function.inputs, function.schema.inputs, function.token)
        if problems:
            return protocol.InvokeResponse(failures=failures(problems))
        found = await asyncio.to_thread(function.call, self.context, values.plain_map(given))
        self._known(found, function.schema, function.token)
        return protocol.InvokeResponse(values.wire_map(found, function.secrets))

    # Helpers.

    def type(self, token: str) -> ResourceType[C]:
        """The resource type of a token. Raises PluginError for one that is not implemented, UnknownToken.

        The SDK's server hands over the type as it stands in the URN, where a child has its parents' types in front.
        """
        token = token.rpartition("$")[2]
        if token not in self.types:
            schemas.resource_schema(token)
            raise PluginError(self._unsupported("resource type", token))
        return self.types[token]

    async def _current(self, kind: ResourceType[C], resource_id: str, inputs: Plain, given: Properties) -> Properties:
        state = await asyncio.to_thread(kind.read, self.context, resource_id, inputs)
        if state is None:
            raise PluginError(f"{kind.token} {resource_id} is gone right after it was made or changed")
        self._known(state, kind.schema, kind.token)
        return self._outputs(kind, inputs | state, given)

    def _outputs(self, kind: ResourceType[C], state: Plain, inputs: Properties) -> Properties:
        outputs = {key: value for key, value in state.items() if key in kind.schema.outputs or is_internal(key)}
        return values.wire_map(outputs, self._secrets(kind, inputs))

    def _secrets(self, kind: ResourceType[C], inputs: Properties) -> frozenset[str]:
        secret = values.secret_keys(inputs) | kind.secrets
        return secret | {mirror for mirror, source in kind.mirrors().items() if source in secret}

    def _refuse(self, kind: ResourceType[C], inputs: Plain, stage: str, given: Properties) -> None:
        """Refuse, all at once, what the service itself would refuse when asked. Raises PluginError."""
        secret = self._secrets(kind, given)
        if problems := [f"{one.path}: {one.line(secret)}" for one in kind.refusals(inputs, stage)]:
            raise PluginError("; ".join(problems))

    def _known(self, state: Plain, known: Schema, token: str) -> None:
        if strangers := sorted(set(state) - set(known.outputs)):
            raise PluginError(f"the stand-in of {token} reports outputs that the SDK does not know: {strangers}")

    def _delete_first(self, kind: ResourceType[C], request: protocol.DiffRequest, new: Plain) -> bool:
        """A name that the user fixed cannot be held by the old and the new object at once."""
        if kind.delete_before_replace or not kind.autoname:
            return kind.delete_before_replace
        key, named = kind.autoname.key, values.plain_map(request.new_inputs).get(DEFAULTS, [])
        kept = values.same(values.plain_map(request.old_state).get(key), new.get(key))
        return key in new and key not in named and kept

    def _unsupported(self, what: str, token: str) -> str:
        return f"the local cloud's stand-in for {self.name} does not implement {what} {token}; use the official plugin"
