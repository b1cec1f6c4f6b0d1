"""A stack file's text as the engine hands it to a program: flat texts, structured values as JSON."""

import json
from collections.abc import Mapping
from typing import Any, cast


def flat(text: str) -> dict[str, str]:
    """By full key; secrets are empty. Nothing of what is no stack file."""
    import yaml  # Costs time at every start, and few stacks need it.

    try:
        content = cast(object, yaml.safe_load(text))
    except yaml.YAMLError:
        return {}
    config: Any = cast(Mapping[str, Any], content).get("config") if isinstance(content, dict) else None
    if not isinstance(config, dict):
        return {}
    return {str(key): _text(value) for key, value in cast(dict[Any, Any], config).items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or (isinstance(value, dict) and "secure" in value) else json.dumps(value, default=str)
