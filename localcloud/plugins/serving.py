"""A strict Pulumi plugin made of resource types, on top of Pulumi's own provider interface for Python.

This module checks inputs against the SDK's schema, names resources, compares, keeps secrets secret, runs calls in
threads and describes errors in one line. What a stand-in does not know is refused, never dropped.
"""

import asyncio
import contextlib
import json
import threading
import traceback
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, Generic

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import schema as schemas
from localcloud.plugins import values
from localcloud.plugins.resource import DEFAULTS, C, Function, PluginError, ResourceType
from localcloud.plugins.schema import Problem, Schema
from localcloud.plugins.values import Plain, Properties

OLD_INPUTS: ContextVar[Properties | None] = ContextVar("OLD_INPUTS", default=None)
"""The former inputs of the object of a diff or an update: the engine sends them, Pulumi's requests leave them out."""


class HalfCreated(Exception):
    """The object exists but is not as it should be: the engine keeps it in the state and repairs or deletes it later."""

    def __init__(self, resource_id: str, properties: Properties, reason: str) -> None:
        super().__init__(reason)
        self.resource_id, self.properties, self.reason = resource_id, properties, reason


class Plugin(protocol.Provider, Generic[C]):
    """A Pulumi provider made of resource types and functions."""

    name: ClassVar[str]
    config: ClassVar[frozenset[str]] = frozenset()
    """Configuration keys that have an effect here, or need none; another one is refused."""
    config_replaces: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, types: Iterable[ResourceType[C]], functions: Iterable[Function[C]] = ()) -> None:
        self.types = {one.token: one for one in types}
        self.functions = {one.token: one for one in functions}
        self.stopping = threading.Event()
        self._context: C | None = None

    def open(self, config: Plain) -> C:
        """Make the context of all calls from the checked configuration. Raises PluginError."""
        raise PluginError(f"the plugin {self.name} cannot be configured")

    def explain(self, error: BaseException) -> str | None:
        """One line for an error of the service's own library; None if the error is not one of these."""
        return None

    @property
    def context(self) -> C:
        """What `open` made. Raises PluginError before the plugin is configured."""
        if self._context is None:
            raise PluginError(f"the plugin {self.name} is used before it is configured")
        return self._context

    # Configuration. The SDKs send what is not a string as JSON text.

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        given = _decoded(request.new_inputs, known)
        problems = [*schemas.check(known, given), *self._unimplemented(given, self.config, known, "the provider")]
        return protocol.CheckResponse(request.new_inputs, _failures(problems))

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        old, new = (values.plain_map(_decoded(side, known)) for side in (request.old_state, request.new_inputs))
        changed = [key for key in sorted({*old, *new}) if not values.same(old.get(key), new.get(key))]
        replaces = [key for key in changed if key in self.config_replaces]
        return protocol.DiffResponse(bool(changed), replaces, diffs=changed)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        self._context = await asyncio.to_thread(self.open, values.plain_map(_decoded(request.args, known)))
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def cancel(self) -> None:
        self.stopping.set()

    # Resources.

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        kind = self.type(request.type)
        given = {k: v for k, v in request.new_inputs.items() if not _internal(k) and v.value is not None}
        named = kind.autoname.fill(request, given) if kind.autoname else {}
        problems = list(schemas.check(kind.schema.inputs, given | values.wire_map(named)))
        problems += self._unimplemented(given, kind.inputs, kind.schema.inputs, kind.token)
        secret = self._secrets(kind, given)
        if problems:
            return protocol.CheckResponse(request.new_inputs, _failures(problems, secret & set(given)))
        inputs = kind.normalise(values.plain_map(given)) | named
        if problems := list(kind.rules(inputs)):
            return protocol.CheckResponse(request.new_inputs, _failures(problems, secret & set(given)))
        checked = values.wire_map(inputs | kind.derived(self.context, inputs), secret)
        if named:
            checked[DEFAULTS] = values.wire(sorted(named))
        return protocol.CheckResponse(checked)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        kind = self.type(request.type)
        # Assets come without their content here, hence the notes of what they held, which the check added.
        before: Properties = {k: v for k, v in (OLD_INPUTS.get() or {}).items() if k != DEFAULTS}
        after: Properties = {k: v for k, v in request.new_inputs.items() if k != DEFAULTS}
        old, new = values.plain_map(before), values.plain_map(after)
        detail: dict[str, protocol.PropertyDiff] = {}
        replaces: list[str] = []
        for key in sorted({*old, *new}):
            equal = key in old and key in new and kind.same(key, old[key], new[key])
            if equal and before[key].contains_secret() == after[key].contains_secret():
                continue
            if replacing := not equal and kind.replaces(key, old, new):
                replaces.append(key)
            found = list(values.differences(old.get(key), new.get(key), key))
            for path, change in found or [(key, protocol.PropertyDiffKind.UPDATE)]:
                detail[path] = protocol.PropertyDiff(_replacing(change) if replacing else change, True)
        return protocol.DiffResponse(
            bool(detail), replaces, delete_before_replace=self._delete_first(kind, request, new), detailed_diff=detail
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        kind, inputs = self.type(request.type), _inputs(request.properties)
        if request.preview:
            unknown = dict.fromkeys(kind.schema.outputs, values.UNKNOWN)
            return protocol.CreateResponse(None, self._outputs(kind, unknown | inputs, request.properties))
        resource_id = await asyncio.to_thread(kind.create, self.context, inputs)
        try:
            await asyncio.to_thread(kind.settle, self.context, resource_id, inputs)
            outputs = await self._current(kind, resource_id, inputs, request.properties)
        except Exception as error:
            kept = self._outputs(kind, inputs, request.properties)
            raise HalfCreated(resource_id, kept, self.describe(error, request.properties)) from error
        return protocol.CreateResponse(resource_id, outputs)

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        kind, old = self.type(request.type), _inputs(request.inputs)
        state = await asyncio.to_thread(kind.read, self.context, request.resource_id, old)
        if state is None:
            return protocol.ReadResponse("")
        if old:
            now = {k: _refreshed(kind, k, v, state[k]) if k in state else v for k, v in old.items()}
        else:
            now = {k: v for k, v in state.items() if k in kind.inputs and (v or k in kind.replace) and v is not None}
            now |= {key: state[key] for key in kind.derived(self.context, now) if key in state}
        inputs = values.wire_map(now, self._secrets(kind, request.inputs))
        outputs = self._outputs(kind, now | state, inputs)
        inputs |= {key: value for key, value in request.inputs.items() if _internal(key)}
        return protocol.ReadResponse(request.resource_id, outputs, inputs)

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        kind, new = self.type(request.type), _inputs(request.news)
        old = _inputs(OLD_INPUTS.get() or {})
        if request.preview:
            state = values.plain_map(request.olds) | dict.fromkeys(kind.unstable, values.UNKNOWN)
            dropped = {key for key in old if key not in new}
            kept = {key: value for key, value in state.items() if key not in dropped}
            return protocol.UpdateResponse(self._outputs(kind, kept | new, request.news))
        await asyncio.to_thread(kind.update, self.context, request.resource_id, old, new)
        await asyncio.to_thread(kind.settle, self.context, request.resource_id, new)
        return protocol.UpdateResponse(await self._current(kind, request.resource_id, new, request.news))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        kind = self.type(request.type)
        state = values.plain_map(request.properties)
        await asyncio.to_thread(kind.delete, self.context, request.resource_id, state)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        function = self.functions.get(request.tok)
        if function is None:
            schemas.function_schema(request.tok)
            raise PluginError(self._unsupported("function", request.tok))
        given = {k: v for k, v in request.args.items() if not _internal(k) and v.value is not None}
        problems = list(schemas.check(function.schema.inputs, given))
        problems += self._unimplemented(given, function.inputs, function.schema.inputs, function.token)
        if problems:
            return protocol.InvokeResponse(failures=_failures(problems))
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

    def describe(self, error: BaseException, inputs: Mapping[str, Any] | None = None) -> str:
        """One line for an error, without any secret of the inputs."""
        text = self.explain(error)
        if text is None and isinstance(error, PluginError | schemas.UnknownToken):
            text = str(error)
        if text is None:
            text = f"unexpected fault in the local cloud's stand-in for {self.name}: {_where(error)}"
        for secret in sorted(set(values.secret_texts(inputs or {})), key=len, reverse=True):
            text = text.replace(secret, "[secret]") if secret else text
        return text

    async def _current(self, kind: ResourceType[C], resource_id: str, inputs: Plain, given: Properties) -> Properties:
        state = await asyncio.to_thread(kind.read, self.context, resource_id, inputs)
        if state is None:
            raise PluginError(f"{kind.token} {resource_id} is gone right after it was made or changed")
        self._known(state, kind.schema, kind.token)
        return self._outputs(kind, inputs | state, given)

    def _outputs(self, kind: ResourceType[C], state: Plain, inputs: Properties) -> Properties:
        outputs = {key: value for key, value in state.items() if key in kind.schema.outputs or _internal(key)}
        return values.wire_map(outputs, self._secrets(kind, inputs))

    def _secrets(self, kind: ResourceType[C], inputs: Properties) -> frozenset[str]:
        secret = values.secret_keys(inputs) | kind.secrets
        return secret | {mirror for mirror, source in kind.mirrors().items() if source in secret}

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

    def _unimplemented(
        self, given: Mapping[str, Any], implemented: frozenset[str], known: Mapping[str, Any], of: str
    ) -> list[Problem]:
        return [
            Problem(key, f"the local cloud's stand-in does not implement input {key} of {of}; use the official plugin")
            for key in sorted(given)
            if key in known and key not in implemented
        ]

    def _unsupported(self, what: str, token: str) -> str:
        return f"the local cloud's stand-in for {self.name} does not implement {what} {token}; use the official plugin"


def _inputs(properties: Properties) -> Plain:
    return values.plain_map({key: value for key, value in properties.items() if not _internal(key)})


def _internal(key: str) -> bool:
    return key.startswith("__")


def _decoded(config: Properties, known: Mapping[str, schemas.Field]) -> Properties:
    """Configuration as the schema has it: the SDKs send everything that is not a string as JSON text."""
    decoded: Properties = {}
    for key, value in config.items():
        if _internal(key) or key in ("version", "pluginDownloadURL"):
            continue
        if key in known and known[key].kind.name != "string" and isinstance(value.value, str):
            # Text that is no JSON stays text: the check of its kind reports it.
            with contextlib.suppress(json.JSONDecodeError):
                value = values.wire(json.loads(value.value), secret=value.is_secret)
        decoded[key] = value
    return decoded


def _refreshed(kind: ResourceType[Any], key: str, old: Any, live: Any) -> Any:
    """An input as it really is now: what the user left open inside an object stays open."""
    live = _shaped(old, live)
    return old if kind.same(key, old, live) else live


def _shaped(old: Any, live: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(live, Mapping):
        return {key: _shaped(old.get(key), value) for key, value in live.items() if key in old}
    if isinstance(old, list) and isinstance(live, list) and len(old) == len(live):
        return [_shaped(*pair) for pair in zip(old, live, strict=True)]
    return live


def _failures(problems: Iterable[Problem], secret: frozenset[str] = frozenset()) -> list[protocol.CheckFailure]:
    """Failures at their paths; that of a secret has none, only text, as the engine prints the value at a path."""
    return [
        protocol.CheckFailure("", f"{problem.path}: {problem.reason}")
        if problem.path in secret
        else protocol.CheckFailure(problem.path, problem.reason)
        for problem in problems
    ]


def _replacing(change: protocol.PropertyDiffKind) -> protocol.PropertyDiffKind:
    return protocol.PropertyDiffKind[f"{change.name}_REPLACE"]


def _where(error: BaseException) -> str:
    """Kind, text and place of an unforeseen exception, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
