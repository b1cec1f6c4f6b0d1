"""The stand-in for pulumi-command, on the serving framework of all stand-ins."""

import asyncio
import secrets as randomness
from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import values
from localcloud.plugins.command.log import EngineLog
from localcloud.plugins.command.types import Call, CommandType, CopyToRemote, LocalCommand, RemoteCommand
from localcloud.plugins.resource import PluginError
from localcloud.plugins.serving import OLD_INPUTS, Plugin
from localcloud.plugins.values import Plain, Properties

VERSION = "1.2.1"
"""Of the official plugin that this one stands for: the one that pyproject.toml pins."""

SECRET_CONNECTION_KEYS = ("privateKey", "password", "privateKeyPassword")
"""The secrets of a connection. The official schema makes all of it secret, host and user too."""


class CommandPlugin(Plugin[EngineLog]):
    """Differs from the framework in one thing: a command's outputs exist once, when it runs, and cannot be read back."""

    name = "command"

    def __init__(self, engine: str | None = None) -> None:
        super().__init__([RemoteCommand(), CopyToRemote(), LocalCommand()])
        self._log = EngineLog(engine)

    def open(self, config: Plain) -> EngineLog:
        return self._log

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        kind, inputs = self._kind(request.type), _plain(request.properties)
        if request.preview:
            return protocol.CreateResponse(None, self._preview(kind, inputs, request.properties))
        outputs = await asyncio.to_thread(kind.on_create, self._call(request.urn), inputs)
        resource_id = f"{request.name}{randomness.token_hex(4)}"
        return protocol.CreateResponse(resource_id, self._outputs(kind, inputs | outputs, request.properties))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        kind, inputs = self._kind(request.type), _plain(request.news)
        state = _plain(OLD_INPUTS.get() or {}) | values.plain_map(request.olds)
        if request.preview:
            return protocol.UpdateResponse(self._preview(kind, inputs, request.news))
        outputs = await asyncio.to_thread(kind.on_update, self._call(request.urn), inputs, state)
        return protocol.UpdateResponse(self._outputs(kind, inputs | outputs, request.news))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        if not request.properties:
            raise PluginError("what a command did cannot be imported: run it again as a new resource")
        return protocol.ReadResponse(request.resource_id, dict(request.properties), dict(request.inputs))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        state = values.plain_map(request.properties)
        await asyncio.to_thread(self._kind(request.type).on_delete, self._call(request.urn), state)

    def describe(self, error: BaseException, inputs: Mapping[str, Any] | None = None) -> str:
        """Host and user may stand in a message although the connection as a whole is secret."""
        shown = dict(inputs or {})
        connection = shown.pop("connection", None)
        if connection is not None and isinstance(connection.value, Mapping):
            kept = {key: item for key, item in connection.value.items() if key in SECRET_CONNECTION_KEYS}
            shown["connection"] = connection.with_value(kept)
        return super().describe(error, shown)

    def _kind(self, token: str) -> CommandType:
        kind = self.type(token)
        assert isinstance(kind, CommandType)
        return kind

    def _call(self, urn: str) -> Call:
        return Call(self.context, urn, self.stopping)

    def _preview(self, kind: CommandType, inputs: Plain, given: Properties) -> Properties:
        return self._outputs(kind, inputs | dict.fromkeys(kind.results, values.UNKNOWN), given)


def _plain(properties: Properties) -> Plain:
    return values.plain_map({key: value for key, value in properties.items() if not key.startswith("__")})
