"""Reads a stack's raw configuration once and reports all that is wrong at once."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings.errors import describe
from settings.legacy import translate
from settings.model import SECRET_KEYS, Settings

NAMESPACE = "hpcstack"


class SettingsError(Exception):
    """The stack file is wrong. `problems` has one line each; nothing was created."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"the stack file has {count}; nothing was created or changed:\n{lines}")


def load(
    raw: Mapping[str, str], secret_keys: Collection[str] = (), warn: Callable[[str], None] = lambda _: None
) -> Settings:
    """Settings from Pulumi's flat configuration.

    `raw` maps full keys (`hpcstack:network`) to text; structured values are JSON, as the engine passes them. `secret_keys`
    are the full keys that are encrypted in the stack file. `warn` takes one line for each deprecated key.
    Raises SettingsError.
    """
    mine = {key.partition(":")[2]: text for key, text in raw.items() if key.startswith(f"{NAMESPACE}:")}
    secret = {key.partition(":")[2] for key in secret_keys if key.startswith(f"{NAMESPACE}:")}
    values, moved, problems = translate({key: _parse(key, text) for key, text in mine.items()}, warn)
    secret |= {new for old, new in moved.items() if old in secret}
    problems += _clear_text_secrets(values, secret)
    try:
        settings = Settings.model_validate_json(json.dumps(values))
    except ValidationError as error:
        problems += [describe(found, values, Settings, SECRET_KEYS) for found in _causes(error.errors())]
    else:
        if not problems:
            return settings
    raise SettingsError(sorted(set(problems)))


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


def _clear_text_secrets(values: Mapping[str, Any], secret: Collection[str]) -> list[str]:
    return [
        f"{key}: stands in clear text in the stack file; run: pulumi config set --secret {NAMESPACE}:{key} <value>"
        for key in SECRET_KEYS
        if key in values and key not in secret
    ]
