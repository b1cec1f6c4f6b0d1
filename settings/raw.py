"""What is wrong with raw values before the model sees them: secrets in clear text, and keys with nothing behind them."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from settings.model import SECRET_KEYS
from settings.problem import NAMESPACE, Path, Problem, dotted, holds_secret, looks_secret

_TIME = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+")
"""What pulumi makes of a date without quotes."""


def clear_text_secrets(values: Mapping[str, Any], secret: Collection[str]) -> Iterator[Problem]:
    """Secrets that everybody who can read the stack file can read."""
    for key in SECRET_KEYS:
        if key in values and key not in secret:
            yield Problem(
                key,
                "(hidden)",
                "stands in clear text in the stack file",
                "an encrypted value, or none: then it is generated, or the SSH agent is asked",
                f"change the secret where it was used, then run: pulumi config set --secret {NAMESPACE}:{key}",
                "secret-clear",
                ((key,),),
            )
    for key, value in values.items():
        if key not in SECRET_KEYS and key not in secret:
            yield from _hidden_in(value, (key,))


def _hidden_in(value: object, path: Path) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, inner in cast(Mapping[str, object], value).items():
            # Below overrides everything is ParallelCluster's, whose passwords are ARNs; elsewhere the model refuses the key itself.
            if "overrides" in path and looks_secret(key) and isinstance(inner, str):
                yield _found((*path, key), "has the name of a secret, in clear text")
            else:
                yield from _hidden_in(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast(list[object], value)):
            yield from _hidden_in(inner, (*path, index))
    elif isinstance(value, str) and holds_secret(value):
        yield _found(path, "has the looks of a private key, an access key or a token, in clear text")


def _found(path: Path, fault: str) -> Problem:
    allowed = "the ARN of a secret of Secrets Manager where a key takes one, or a secret key of docs/configuration.md"
    fix = "make that secret invalid where it was issued, then remove it from the stack file and its history"
    return Problem(dotted(path), "(hidden)", fault, allowed, fix, "secret-elsewhere", (path,))


def empty_values(values: object, path: Path = ()) -> Iterator[Problem]:
    """Keys with nothing behind them: YAML's null, or, at the top, the empty text that pulumi makes of it."""
    if isinstance(values, Mapping):
        for key, inner in cast(Mapping[str, object], values).items():
            if inner is None or (inner == "" and not path):
                yield _empty((*path, key))
            elif key != "overrides":
                yield from empty_values(inner, (*path, key))
    elif isinstance(values, list):
        for index, inner in enumerate(cast(list[object], values)):
            if inner is None:
                yield _empty((*path, index))
            else:
                yield from empty_values(inner, (*path, index))


def _empty(path: Path) -> Problem:
    sections = {"databases.applications", "databases.slurm"}
    fix = "write {} behind it to take all defaults" if dotted(path) in sections else "give it a value, or remove it"
    return Problem(dotted(path), "nothing", "stands behind the key", "a value, or no such key", fix, "empty", (path,))


def dates(values: object, path: Path = ()) -> Iterator[Problem]:
    """Dates without quotes, which nobody means as a point in time."""
    if isinstance(values, Mapping):
        for key, inner in cast(Mapping[str, object], values).items():
            if key != "overrides":
                yield from dates(inner, (*path, key))
    elif isinstance(values, list):
        for index, inner in enumerate(cast(list[object], values)):
            yield from dates(inner, (*path, index))
    elif isinstance(values, str) and (match := _TIME.fullmatch(values)):
        fix = f'put it in quotes: "{match[1]}"'
        yield Problem(dotted(path), f'"{values}"', "is a date that YAML took for a time", "text", fix, "date", (path,))
