"""The provider as Pulumi sees it: requests of the engine, turned into steps of the resource types and back."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from provider import values
from provider.cluster import Cluster
from provider.engine_log import EngineLog
from provider.errors import PartialFailure, ProviderError
from provider.functions import Functions
from provider.image import Image
from provider.resource import Change, ResourceType, Task
from provider.schema import package_schema
from provider.values import Plain, Properties
from provider.worker_client import Workers

T = TypeVar("T")


def resource_types(workers: Workers) -> list[ResourceType]:
    """All resource types of the provider."""
    return [Cluster(workers), Image(workers)]


class ParallelClusterProvider(protocol.Provider):
    """The Pulumi provider `parallelcluster`."""

    def __init__(self, workers: Workers, log: EngineLog, stopping: threading.Event | None = None) -> None:
        self._types = {kind.token: kind for kind in resource_types(workers)}
        self._functions, self.log = Functions(workers), log
        self.stopping = stopping or threading.Event()

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        return protocol.GetSchemaResponse(json.dumps(package_schema()))

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        given = [key for key in request.new_inputs if key not in ("version", "pluginDownloadURL")]
        reason = "the provider has no configuration: region and version are inputs of each resource"
        return protocol.CheckResponse(request.new_inputs, [protocol.CheckFailure(key, reason) for key in given])

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        return protocol.DiffResponse(changes=False)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def cancel(self) -> None:
        self.stopping.set()

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        arguments = values.plain_map(request.args)
        failures = self._functions.failures(request.tok, arguments)
        if failures:
            return protocol.InvokeResponse(None, [protocol.CheckFailure(one.path, one.reason) for one in failures])
        answer = await self._run(lambda: self._functions.call(request.tok, arguments))
        return protocol.InvokeResponse(values.wire_map(answer))

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        kind = self._type(request.type)
        old, new = values.plain_map(request.old_inputs), values.plain_map(request.new_inputs)
        task = self._task(request.urn, kind.seconds)
        checked = await self._run(lambda: kind.check(request.name, old, new, request.random_seed, task))
        failures = [
            protocol.CheckFailure(failure.path, _without_secrets(failure.reason, request.new_inputs))
            for failure in checked.failures
        ]
        return protocol.CheckResponse(_wired(checked.inputs, request.new_inputs), failures)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        kind = self._type(request.type)
        state, inputs = values.plain_map(request.old_state), values.plain_map(request.new_inputs)
        task = self._task(request.urn, kind.seconds)
        found = await self._run(lambda: kind.diff(state, inputs, task))
        detail = {path: _property_diff(changes) for path, changes in _by_path(found.changes).items()}
        return protocol.DiffResponse(
            changes=bool(detail),
            replaces=sorted({change.path for change in found.changes if change.replaces}),
            diffs=sorted({_top(change.path) for change in found.changes}),
            delete_before_replace=found.delete_first,
            detailed_diff=detail,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        kind, inputs = self._type(request.type), values.plain_map(request.properties)
        task = self._task(request.urn, request.timeout or kind.seconds)
        if request.preview:
            outputs = await self._run(lambda: kind.planned({}, inputs, task))
            return protocol.CreateResponse(None, _wired(outputs, request.properties))
        identity, outputs = await self._run(lambda: kind.create(inputs, task))
        return protocol.CreateResponse(identity, _wired(outputs, request.properties))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        kind, inputs = self._type(request.type), values.plain_map(request.inputs)
        state, task = values.plain_map(request.properties), self._task(request.urn, kind.seconds)
        found = await self._run(lambda: kind.read(request.resource_id, state, inputs, task))
        if found is None:
            return protocol.ReadResponse("")
        outputs = _wired(found.outputs, request.inputs)
        return protocol.ReadResponse(found.identity, outputs, _wired(found.inputs, request.inputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        kind = self._type(request.type)
        state, inputs = values.plain_map(request.olds), values.plain_map(request.news)
        task = self._task(request.urn, request.timeout or kind.seconds)
        if request.preview:
            outputs = await self._run(lambda: kind.planned(state, inputs, task))
        else:
            outputs = await self._run(lambda: kind.update(request.resource_id, state, inputs, task))
        return protocol.UpdateResponse(_wired(outputs, request.news))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        kind, state = self._type(request.type), values.plain_map(request.properties)
        task = self._task(request.urn, request.timeout or kind.seconds)
        await self._run(lambda: kind.delete(request.resource_id, state, task))

    def describe(self, error: BaseException, given: Mapping[str, PropertyValue]) -> str:
        """An error in words for the user, without any secret of the inputs."""
        text = str(error)
        if not isinstance(error, ProviderError | PartialFailure):
            text = f"unforeseen fault in the provider parallelcluster: {type(error).__name__}: {error}"
        return _without_secrets(text, given)

    def _run(self, step: Callable[[], T]) -> Awaitable[T]:
        return asyncio.to_thread(step)

    def _type(self, token: str) -> ResourceType:
        # The SDK's server hands over the type as it stands in the URN, where a child has its parents' types in front.
        token = token.rpartition("$")[2]
        if token not in self._types:
            raise ProviderError(f"the provider has no resource type {token}; it has {', '.join(self._types)}")
        return self._types[token]

    def _task(self, urn: str, seconds: float) -> Task:
        def progress(line: str) -> None:
            self.log.progress(urn, line)

        def warn(line: str) -> None:
            self.log.warn(urn, line)

        def tell(line: str) -> None:
            self.log.info(urn, line)

        return Task(urn, progress, warn, tell, self.stopping, seconds)


def _wired(plain: Plain, given: Mapping[str, PropertyValue]) -> Properties:
    """Plain values as properties; what was secret among the inputs stays secret among the outputs."""
    return values.wire_map(plain, values.secret_keys(given))


def _without_secrets(text: str, given: Mapping[str, PropertyValue]) -> str:
    hidden = {word for value in given.values() for word in values.secret_texts(value)}
    for word in sorted(hidden, key=len, reverse=True):
        text = text.replace(word, "[secret]")
    return text


def _by_path(changes: Sequence[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.path, []).append(change)
    return found


def _property_diff(changes: Sequence[Change]) -> protocol.PropertyDiff:
    """The changes at one path: an item removed and another added at its place is an update of that place."""
    kinds = {change.kind for change in changes}
    kind = kinds.pop() if len(kinds) == 1 else "update"
    suffix = "_REPLACE" if any(change.replaces for change in changes) else ""
    return protocol.PropertyDiff(protocol.PropertyDiffKind[kind.upper() + suffix], _is_input(changes[0]))


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _is_input(change: Change) -> bool:
    return _top(change.path) not in ("clusterStatus", "imageStatus", "formerState", "leftoverStack")
