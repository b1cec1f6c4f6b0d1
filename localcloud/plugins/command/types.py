"""The resource types: remote commands, uploads, local commands.

Semantics are those of pulumi-command 1.2.1 (provider/pkg/provider/{remote,local}): an object is what its command
printed, there is nothing to read back, and every changed input but `triggers` runs `update`, or `create` without one.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

import pulumi

from localcloud.plugins.checking import Problem
from localcloud.plugins.command import execution, ssh
from localcloud.plugins.command.execution import STREAMS, Output, Say
from localcloud.plugins.command.log import EngineLog
from localcloud.plugins.command.sftp import Sftp
from localcloud.plugins.command.upload import content_hash, upload
from localcloud.plugins.resource import PluginError, ResourceType
from localcloud.plugins.values import UNKNOWN, Plain, has_unknown

CONTENT = "contentHash"
"""Derived input of an upload: the content to copy. A path alone does not tell that a file changed."""

PREVIOUS = {"stdout": "PULUMI_COMMAND_STDOUT", "stderr": "PULUMI_COMMAND_STDERR"}
PREVIOUS_LIMIT = 65536
"""Characters of a former output up to which it is offered to the next command; the kernel takes no more than 128 KiB."""

COMMAND_INPUTS = frozenset(
    {"create", "update", "delete", "triggers", "stdin", "logging", "environment", "addPreviousOutputInEnv"}
)
UNSUPPORTED = ("proxy", "password", "privateKeyPassword")


@dataclass(frozen=True)
class Call:
    """One call of the engine: where status lines go, and the event that cancels."""

    log: EngineLog
    urn: str
    stopping: threading.Event

    def say(self, line: str) -> None:
        self.log.status(self.urn, line)

    def streams(self, inputs: Plain) -> dict[str, Say]:
        """What is logged under the input `logging`."""
        return dict.fromkeys(STREAMS[inputs.get("logging")], self.say)


class CommandType(ResourceType[EngineLog]):
    """A type whose life is a number of calls, each of which returns outputs."""

    replace = frozenset({"triggers"})
    results: ClassVar[frozenset[str]] = frozenset()
    """Outputs that are not inputs."""

    def on_create(self, call: Call, inputs: Plain) -> Plain:
        """Outputs beside the inputs."""
        raise PluginError(f"{self.token} cannot be created")

    def on_update(self, call: Call, inputs: Plain, state: Plain) -> Plain:
        """Outputs beside the new inputs; `state` holds the former inputs and outputs."""
        raise PluginError(f"{self.token} cannot be updated")

    def on_delete(self, call: Call, state: Plain) -> None:
        """Undo, if there is something to undo."""


class _Command(CommandType):
    results = frozenset({"stdout", "stderr"})

    def faults(self, inputs: Plain) -> Iterator[Problem]:
        logging = inputs.get("logging")
        if logging is not UNKNOWN and logging not in STREAMS:
            yield Problem("logging", f"expected one of {', '.join(sorted(filter(None, STREAMS)))}, got {logging!r}")
        yield from _connection_rules(inputs.get("connection", UNKNOWN))

    def on_create(self, call: Call, inputs: Plain) -> Plain:
        return self._maybe(call, inputs.get("create"), inputs, {})

    def on_update(self, call: Call, inputs: Plain, state: Plain) -> Plain:
        return self._maybe(call, inputs.get("update", inputs.get("create")), inputs, state)

    def on_delete(self, call: Call, state: Plain) -> None:
        self._maybe(call, state.get("delete"), state, state)

    def _maybe(self, call: Call, command: str | None, inputs: Plain, state: Plain) -> Plain:
        former = {key: str(state.get(key, "")) for key in PREVIOUS}
        if command is None:
            return former
        previous: dict[str, str] = {}
        if inputs.get("addPreviousOutputInEnv", True):
            previous = {PREVIOUS[key]: text for key, text in former.items() if 0 < len(text) < PREVIOUS_LIMIT}
        done = self.execute(call, command, inputs, previous)
        if done.code:
            raise PluginError(f"{self.exit_text(done.code)}: running {command!r}:\n{done.both}")
        return {**done.as_outputs()}

    def execute(self, call: Call, command: str, inputs: Plain, previous: Mapping[str, str]) -> Output:
        """Run the command. Raises PluginError if it cannot be run."""
        raise PluginError(f"{self.token} cannot be run")

    def exit_text(self, code: int) -> str:
        """How the official plugin words a failure."""
        return f"exit status {code}"


class RemoteCommand(_Command):
    """A command on another host."""

    token = "command:remote:Command"
    inputs = COMMAND_INPUTS | {"connection"}
    secrets = frozenset({"connection"})

    def normalise(self, inputs: Plain) -> Plain:
        return _with_defaults(inputs)

    def execute(self, call: Call, command: str, inputs: Plain, previous: Mapping[str, str]) -> Output:
        wanted = inputs.get("environment", {})
        with ssh.dial(_with_defaults(inputs)["connection"], call.stopping, call.say) as channel:
            if wanted:
                channel.require_accepted(wanted)
            # Former outputs are only offered: a server that does not accept them is no fault.
            environment = {**wanted, **previous}
            stdin = inputs.get("stdin", "")
            return channel.run(command, stdin=stdin, environment=environment, log=call.streams(inputs))

    def exit_text(self, code: int) -> str:
        return f"Process exited with status {code}"


class LocalCommand(_Command):
    """A command on this machine, in the program's folder."""

    token = "command:local:Command"
    inputs = COMMAND_INPUTS | {"interpreter", "dir"}

    def execute(self, call: Call, command: str, inputs: Plain, previous: Mapping[str, str]) -> Output:
        argv = [*(inputs.get("interpreter") or ["/bin/sh", "-c"]), command]
        env = {**os.environ, **inputs.get("environment", {}), **previous}
        log, stdin = call.streams(inputs), inputs.get("stdin", "")
        return execution.run(argv, stopping=call.stopping, stdin=stdin, env=env, cwd=inputs.get("dir"), log=log)


class CopyToRemote(CommandType):
    """A file, a folder or a text, copied to another host. Deleting it deletes nothing there."""

    token = "command:remote:CopyToRemote"
    inputs = frozenset({"connection", "source", "remotePath", "triggers"})
    secrets = frozenset({"connection"})

    def normalise(self, inputs: Plain) -> Plain:
        return _with_defaults(inputs)

    def faults(self, inputs: Plain) -> Iterator[Problem]:
        source = inputs.get("source", UNKNOWN)
        if _is_local(source):
            if not os.path.exists(source.path):
                yield Problem("source", f"there is no file or folder {source.path}")
        elif source is not UNKNOWN and not isinstance(source, pulumi.StringAsset):
            yield Problem("source", "expected a FileAsset, a StringAsset or a FileArchive")
        yield from _connection_rules(inputs.get("connection", UNKNOWN))

    def derived(self, context: EngineLog, inputs: Plain) -> Plain:
        source = inputs.get("source")
        if isinstance(source, pulumi.StringAsset) or (_is_local(source) and os.path.exists(source.path)):
            return {CONTENT: content_hash(source)}
        return {CONTENT: UNKNOWN} if source is UNKNOWN else {}

    def mirrors(self) -> Mapping[str, str]:
        return {CONTENT: "source"}

    def on_create(self, call: Call, inputs: Plain) -> Plain:
        with ssh.dial(inputs["connection"], call.stopping, call.say) as channel, channel.subsystem("sftp") as pipes:
            upload(Sftp(*pipes), inputs["source"], inputs["remotePath"])
        return {}

    def on_update(self, call: Call, inputs: Plain, state: Plain) -> Plain:
        if any(state.get(key) != inputs[key] for key in (CONTENT, "remotePath")):
            self.on_create(call, inputs)
        return {}


def _is_local(source: Any) -> TypeGuard[pulumi.FileAsset | pulumi.FileArchive]:
    return isinstance(source, pulumi.FileAsset | pulumi.FileArchive)


def _with_defaults(inputs: Plain) -> Plain:
    connection = inputs.get("connection")
    return inputs | {"connection": ssh.DEFAULTS | connection} if isinstance(connection, dict) else inputs


def _connection_rules(connection: Any) -> Iterator[Problem]:
    if not isinstance(connection, dict):
        return
    for key in UNSUPPORTED:
        if key in connection:
            reason = (
                f"the local cloud's stand-in does not implement {key} of a connection; use a private key or an agent"
            )
            yield Problem(f"connection.{key}", reason)
    key = connection.get("hostKey", UNKNOWN)
    if not has_unknown(key) and len(key.split()) < 2:
        yield Problem("connection.hostKey", "expected a public key line: its type, a space, its text")
    port = connection["port"]
    if port is not UNKNOWN and not (isinstance(port, int) and 0 < port < 65536):
        yield Problem("connection.port", "expected a whole number from 1 to 65535")
