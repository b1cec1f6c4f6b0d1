"""The JSON Schema of a stack file, for editors: `python -m settings.schema`."""

import json
from pathlib import Path
from typing import Any, cast

from settings.legacy import RENAMED
from settings.model import SECRET_KEYS, Settings
from settings.problem import NAMESPACE

FILE = Path(__file__).parent.parent / "docs" / "stack.schema.json"
_SECURE = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
"""How a stack file holds what `pulumi config set --secret` was given."""


def schema() -> dict[str, Any]:
    """Of a whole `Pulumi.<stack>.yaml`: what the model itself refuses. Rules that weigh several values speak at preview."""
    model = cast(dict[str, Any], _told(Settings.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")))
    keys: dict[str, Any] = {**model["properties"], **_renamed()}
    for key in SECRET_KEYS:
        keys[key] = {**_SECURE, "description": model["properties"][key].get("description", "")}
    definitions = model["$defs"]
    _short_ways(keys, definitions)
    known = "|".join(sorted(keys))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack file of hpcstack",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "description": f"Keys of this program begin with {NAMESPACE}:, those of providers with their own names.",
                "properties": {f"{NAMESPACE}:{key}": one for key, one in sorted(keys.items())},
                "required": [f"{NAMESPACE}:{key}" for key in model["required"]],
                "patternProperties": {f"^{NAMESPACE}:(?!({known})$)": False},
            }
        },
        "required": ["config"],
        "definitions": definitions,
    }


def text() -> str:
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _renamed() -> dict[str, Any]:
    """Old names, which are read with a warning."""
    return {
        old: {"description": f"The old name of {'.'.join(new)}.", "deprecated": True} for old, new in RENAMED.items()
    }


def _short_ways(keys: dict[str, Any], definitions: dict[str, Any]) -> None:
    """What settings.shorthand writes out."""
    keys["image"] = {"anyOf": [{"const": "none"}, keys["image"]]}
    components = definitions["Image"]["properties"]["components"]
    components["items"] = {"anyOf": [{"type": "string"}, components["items"]]}


def _told(value: Any) -> Any:
    """Without what only Python needs: titles, and null, which a stack file never says."""
    if isinstance(value, list):
        return [_told(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    mapping = {key: _told(one) for key, one in cast(dict[str, Any], value).items() if not _is_title(key, one)}
    choices = mapping.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [one for one in cast(list[Any], choices) if one != {"type": "null"}]
        del mapping["anyOf"]
        mapping = {**mapping, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}
    if mapping.get("default", 0) is None:
        del mapping["default"]
    return mapping


def _is_title(key: str, value: Any) -> bool:
    """Not a property that is called so."""
    return key == "title" and isinstance(value, str)


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"{FILE.relative_to(FILE.parent.parent)} is written")
