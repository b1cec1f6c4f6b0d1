"""The rules that inputs of clusters and images have in common."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from provider.environment import versions
from provider.resource import DEFAULTS, Failure
from provider.values import UNKNOWN, Plain, as_list, as_map
from provider.worker_client import Caller

_ALL = re.compile(r"ALL(:.*)?", re.DOTALL)
"""Every validator, and why."""
LEVELS = ("INFO", "WARNING", "ERROR")


def shape(inputs: Plain, kinds: Mapping[str, type], required: Iterable[str]) -> list[Failure]:
    """Unknown keys, missing keys and values of the wrong type."""
    failures = [Failure(key, f"unknown input {key}; known: {', '.join(kinds)}") for key in inputs if key not in kinds]
    failures += [Failure(key, f"{key} is required") for key in required if key not in inputs]
    for key, kind in kinds.items():
        value: Any = inputs.get(key, UNKNOWN)
        if value is not UNKNOWN and not isinstance(value, kind):
            name = type(cast(object, value)).__name__
            hint = "; put it in quotes" if kind is str and name in ("int", "float") else ""
            failures.append(Failure(key, f"{key} must be of type {kind.__name__}, not {name}{hint}"))
    return failures


def mirrored(inputs: Plain) -> Plain:
    """The inputs as they stand among the outputs."""
    return {key: value for key, value in inputs.items() if key != DEFAULTS}


def common(inputs: Plain) -> list[Failure]:
    """The version must be one that can be had, the validators' options must be ParallelCluster's, the region one and the same."""
    failures: list[Failure] = []
    version = inputs.get("version", UNKNOWN)
    if isinstance(version, str) and version not in versions():
        failures.append(
            Failure("version", f"ParallelCluster {version} cannot be had; take one of: {', '.join(versions())}")
        )
    level = inputs.get("validationFailureLevel", UNKNOWN)
    if isinstance(level, str) and level not in LEVELS:
        failures.append(Failure("validationFailureLevel", f"{level!r} is not one of {', '.join(LEVELS)}"))
    for index, name in enumerate(as_list(inputs.get("suppressValidators"))):
        if name == "ALL" or (isinstance(name, str) and _ALL.fullmatch(name) and not name[4:].strip()):
            reason = "suppressing every validator needs a reason: write 'ALL: why', or name validators one by one"
            failures.append(Failure(f"suppressValidators[{index}]", reason))
    region: Any = inputs.get("region", UNKNOWN)
    given: Any = as_map(inputs.get("configuration")).get("Region", region)
    if UNKNOWN not in (given, region) and given != region:
        failures.append(Failure("configuration.Region", f"{given} contradicts the input region {region}; leave it out"))
    return failures


def unknown_validators(worker: Caller, inputs: Plain) -> list[Failure]:
    """Names in suppressValidators that the version does not have, and so would suppress nothing. Raises ProviderError."""
    given = [
        (index, name) for index, name in enumerate(as_list(inputs.get("suppressValidators"))) if name is not UNKNOWN
    ]
    named = [(index, str(name).removeprefix("type:")) for index, name in given if not _ALL.fullmatch(str(name))]
    if not named:
        return []
    there: list[str] = worker.call("validators", inputs["region"])
    failures: list[Failure] = []
    for index, name in named:
        if name not in there:
            near = difflib.get_close_matches(name, there, 3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            reason = f"ParallelCluster {inputs['version']} has no validator {name}{hint}"
            failures.append(Failure(f"suppressValidators[{index}]", reason))
    return failures


def suppressors(inputs: Plain) -> dict[str, Any]:
    """The validators' options as arguments of the library: validators are suppressed by `type:Name`."""
    arguments: dict[str, Any] = {}
    if names := inputs.get("suppressValidators"):
        arguments["suppress_validators"] = [
            "ALL" if _ALL.fullmatch(name) else f"type:{name.removeprefix('type:')}" for name in names
        ]
    if level := inputs.get("validationFailureLevel"):
        arguments["validation_failure_level"] = level
    return arguments
