"""What all plugins have in common: strict configuration, the context that it opens, errors in one line."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, Generic

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import schema as schemas
from localcloud.plugins import values
from localcloud.plugins.answers import decoded, failures, unimplemented, where
from localcloud.plugins.checking import check
from localcloud.plugins.resource import C, PluginError
from localcloud.plugins.values import Plain


class Configured(protocol.Provider, Generic[C]):
    """A Pulumi provider with a strict configuration."""

    name: ClassVar[str]
    config: ClassVar[frozenset[str]] = frozenset()
    """Configuration keys that have an effect here, or need none; another one is refused."""
    config_replaces: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
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

    def describe(self, error: BaseException, inputs: Mapping[str, Any] | None = None) -> str:
        """One line for an error, without any secret of the inputs."""
        text = self.explain(error)
        if text is None and isinstance(error, PluginError | schemas.UnknownToken):
            text = str(error)
        if text is None:
            text = f"unexpected fault in the local cloud's stand-in for {self.name}: {where(error)}"
        for secret in sorted(set(values.secret_texts(inputs or {})), key=len, reverse=True):
            text = text.replace(secret, "[secret]") if secret else text
        return text

    # Configuration. The SDKs send what is not a string as JSON text.

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        given = decoded(request.new_inputs, known)
        problems = [*check(known, given), *unimplemented(given, self.config, known, "the provider")]
        return protocol.CheckResponse(request.new_inputs, failures(problems))

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        old, new = (values.plain_map(decoded(side, known)) for side in (request.old_state, request.new_inputs))
        changed = [key for key in sorted({*old, *new}) if not values.same(old.get(key), new.get(key))]
        replaces = [key for key in changed if key in self.config_replaces]
        return protocol.DiffResponse(bool(changed), replaces, diffs=changed)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        known = schemas.resource_schema(f"pulumi:providers:{self.name}").inputs
        self._context = await asyncio.to_thread(self.open, values.plain_map(decoded(request.args, known)))
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def cancel(self) -> None:
        self.stopping.set()
