"""Parts of answers to the engine: failures, decoded configuration, refreshed inputs, errors in words."""

import contextlib
import json
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.provider.experimental import provider as protocol

from localcloud.plugins import values
from localcloud.plugins.checking import Problem
from localcloud.plugins.kinds import Field
from localcloud.plugins.resource import ResourceType
from localcloud.plugins.values import Plain, Properties


def inputs_of(properties: Properties) -> Plain:
    """The plain inputs among properties, without notes of plugin and engine."""
    return values.plain_map({key: value for key, value in properties.items() if not is_internal(key)})


def is_internal(key: str) -> bool:
    """Whether a property is a note of a plugin or of the engine."""
    return key.startswith("__")


def decoded(config: Properties, known: Mapping[str, Field]) -> Properties:
    """Configuration as the schema has it: the SDKs send everything that is not a string as JSON text."""
    decoded: Properties = {}
    for key, value in config.items():
        if is_internal(key) or key in ("version", "pluginDownloadURL"):
            continue
        if key in known and known[key].kind.name != "string" and isinstance(value.value, str):
            # Text that is no JSON stays text: the check of its kind reports it.
            with contextlib.suppress(json.JSONDecodeError):
                value = values.wire(json.loads(value.value), secret=value.is_secret)
        decoded[key] = value
    return decoded


def refreshed(kind: ResourceType[Any], key: str, old: Any, live: Any) -> Any:
    """An input as it really is now: what the user left open inside an object stays open."""
    live = _shaped(old, live)
    return old if kind.same(key, old, live) else live


def _shaped(old: Any, live: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(live, Mapping):
        return {key: _shaped(old.get(key), value) for key, value in live.items() if key in old}
    if isinstance(old, list) and isinstance(live, list) and len(old) == len(live):
        return [_shaped(*pair) for pair in zip(old, live, strict=True)]
    return live


def failures(problems: Iterable[Problem], secret: frozenset[str] = frozenset()) -> list[protocol.CheckFailure]:
    """Failures at their paths; that of a secret has none, only text, as the engine prints the value at a path."""
    return [
        protocol.CheckFailure("", f"{problem.path}: {problem.line(secret)}")
        if problem.path in secret
        else protocol.CheckFailure(problem.path, problem.line(secret))
        for problem in problems
    ]


def replacing(change: protocol.PropertyDiffKind) -> protocol.PropertyDiffKind:
    """The same change as one that needs a new object."""
    return protocol.PropertyDiffKind[f"{change.name}_REPLACE"]


def where(error: BaseException) -> str:
    """Kind, text and place of an unforeseen exception, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def unimplemented(
    given: Mapping[str, Any], implemented: frozenset[str], known: Mapping[str, Any], of: str
) -> list[Problem]:
    """A problem for each input that the SDK knows and the stand-in does not."""
    return [
        Problem(key, f"the local cloud's stand-in does not implement input {key} of {of}; use the official plugin")
        for key in sorted(given)
        if key in known and key not in implemented
    ]
