"""Reads a stack's raw configuration once and finds all that is wrong at once."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings import rules
from settings.errors import describe
from settings.legacy import RENAMED, translate
from settings.model import SECRET_KEYS, Settings
from settings.nearest import nearest
from settings.problem import NAMESPACE, Path, Problem, SettingsError, looks_secret, shown
from settings.raw import clear_text_secrets, dates, empty_values
from settings.remainder import without
from settings.shorthand import written_out

_OTHERS = ("aws", "aws-native", "command", "parallelcluster", "pulumi")
"""Namespaces of providers and of pulumi itself."""


@dataclass(frozen=True)
class Reading:
    """`settings` is the whole file, or what is left of it without the values that were refused, for rules that weigh several."""

    settings: Settings | None
    problems: list[Problem]
    left_out: frozenset[Path] = frozenset()

    def more(self, found: Iterable[Problem]) -> list[Problem]:
        """All problems so far, with those of `found` that are about values that stand."""
        return [
            *self.problems,
            *(one for one in found if not any(_touch(a, b) for a in one.about for b in self.left_out)),
        ]


def load(
    raw: Mapping[str, str], secret_keys: Collection[str] = (), warn: Callable[[str], None] = lambda _: None
) -> Settings:
    """Settings from Pulumi's flat configuration. Arguments are those of `read`. Raises SettingsError."""
    reading = read(raw, secret_keys, warn)
    if reading.problems or reading.settings is None:
        raise SettingsError(reading.problems)
    return reading.settings


def read(
    raw: Mapping[str, str], secret_keys: Collection[str] = (), warn: Callable[[str], None] = lambda _: None
) -> Reading:
    """Settings, as far as they can be read, and all problems.

    `raw` maps full keys (`hpcstack:network`) to text; structured values are JSON, as the engine passes them. `secret_keys`
    are the full keys that are encrypted in the stack file. `warn` takes one line for each deprecated key.
    """
    mine = {key.partition(":")[2]: text for key, text in raw.items() if key.startswith(f"{NAMESPACE}:")}
    secret = {key.partition(":")[2] for key in secret_keys if key.startswith(f"{NAMESPACE}:")}
    values, moved, problems = translate({key: _parse(key, text) for key, text in mine.items()}, warn)
    values = written_out(values)
    secret |= {new for old, new in moved.items() if old in secret}
    problems += [*_other_namespaces(raw), *clear_text_secrets(values, secret), *empty_values(values), *dates(values)]
    left_out = {path for problem in problems for path in problem.about}
    values = without(values, left_out)
    settings = None
    while settings is None:
        try:
            settings = Settings.model_validate_json(json.dumps(values))
        except ValidationError as error:
            found = [describe(one, values, Settings) for one in _causes(error.errors())]
            places = {path for problem in found for path in problem.about} - left_out
            problems += found
            if not places:
                return Reading(None, problems)
            left_out |= places
            values = without(values, places)
    reading = Reading(settings, problems, frozenset(left_out))
    return Reading(settings, reading.more(rules.problems(settings)), reading.left_out)


def _causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without "too few items" where the items themselves were refused: that is their consequence."""
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(other["loc"][: len(error["loc"])] == error["loc"] for other in errors if other is not error)
    ]


def _parse(key: str, text: str) -> object:
    if key in SECRET_KEYS:
        return text
    if text[:1] in "[{":
        try:
            return cast(object, json.loads(text))
        except ValueError:
            return text
    return text


def _other_namespaces(raw: Mapping[str, str]) -> list[Problem]:
    """Keys of ours under a namespace that is nobody's, such as `hpstack:team`, or the project's name of another program."""
    ours = [*(field.alias or name for name, field in Settings.model_fields.items()), *RENAMED]
    found: list[Problem] = []
    for full, text in raw.items():
        namespace, _, key = full.partition(":")
        if namespace in (NAMESPACE, *_OTHERS) or not (key in ours or nearest(namespace, [NAMESPACE], 0.7)):
            continue
        secret = key in SECRET_KEYS or looks_secret(key)
        fix = f"run: pulumi config set --secret {NAMESPACE}:{key}" if secret else f"rename it to {NAMESPACE}:{key}"
        value: Any = shown(text, (key,))
        found.append(
            Problem(full, value, "has a namespace that nothing here reads", f"{NAMESPACE}:{key}", fix, "namespace")
        )
    return found


def _touch(one: Path, other: Path) -> bool:
    """Whether one place lies in the other, or is it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
