"""The JSON Schema of a stack file, for editors: `python -m settings.schema`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import BaseModel

from settings import described
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
    told = Settings.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    for section in _sections(Settings):
        _describe(section, told if section is Settings else told["$defs"][section.__name__])
    model = cast(dict[str, Any], _told(told))
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


def _sections(model: type[BaseModel]) -> set[type[BaseModel]]:
    """The model and all sections in it."""
    return set[type[BaseModel]]({model}).union(
        *(_sections(one) for field in model.model_fields.values() for one in _models(field.annotation))
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _describe(section: type[BaseModel], told: dict[str, Any]) -> None:
    """Give properties their descriptions, in pydantic's own order of keys."""
    for name, text in described.fields(section).items():
        key = section.model_fields[name].alias or name
        told["properties"][key] = dict(sorted({**told["properties"][key], "description": text}.items()))


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
