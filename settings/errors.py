"""Turns pydantic's findings into one line each: key, value, what is allowed, what to do."""

import difflib
from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_PATTERNS = {
    "team": "2 to 20 lower-case letters, digits and hyphens, a letter first",
    "email": "an address such as hpc-admins@example.org",
    "region": "a region code such as eu-west-1",
    "instanceType": "an EC2 instance type such as c6i.xlarge",
    "instanceTypes": "EC2 instance types such as c6i.xlarge",
    "instanceClass": "an RDS instance class such as db.t4g.medium",
    "domainName": "a domain of two labels or more in lower case, such as hpc.example.org",
    "prefix": "lower-case letters, digits, _ and -, a letter or _ first, 20 characters at most",
    "group": "lower-case letters, digits, _ and -, a letter or _ first, 20 characters at most",
    "name": "lower-case letters, digits and hyphens, a letter first",
    "mountDir": "an absolute path such as /shared",
}


def describe(error: ErrorDetails, raw: Mapping[str, Any], root: type[BaseModel], secrets: tuple[str, ...]) -> str:
    """One line for one finding, e.g. `network.zones: 9 is refused: less than or equal to 3.`"""
    path = _dotted(error["loc"])
    if error["type"] == "missing":
        return f"{path}: is required and not set; run: pulumi config set {_config_key(error['loc'])} <value>"
    if error["type"] == "extra_forbidden":
        return f"{path}: unknown key{_nearest(error['loc'], root)}"
    message = _message(error)
    if error["type"] == "value_error" and _is_section(_lookup(raw, error["loc"])):
        return f"{path}: {message}" if path else message
    if error["loc"] and error["loc"][0] in secrets:
        return f"{path}: {message}"
    return f"{path}: {_shown(_lookup(raw, error['loc']))} {message}"


def _message(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"is not one of {context['expected'].replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            key = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
            return f"has the wrong form; allowed: {_PATTERNS.get(key, 'text that matches ' + context['pattern'])}"
        case "string_type":
            return "is not text; put it in quotes"
        case _:
            return f"is refused: {error['msg'][0].lower()}{error['msg'][1:]}"


def _dotted(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _config_key(loc: tuple[int | str, ...]) -> str:
    return f"hpcstack:{loc[0]}" if len(loc) == 1 else f"--path 'hpcstack:{_dotted(loc)}'"


def _lookup(raw: object, loc: tuple[int | str, ...]) -> object:
    for part in loc:
        if isinstance(raw, Mapping):
            raw = cast(Mapping[object, object], raw).get(part)
        elif isinstance(raw, list | tuple) and isinstance(part, int) and part < len(cast(list[object], raw)):
            raw = cast(list[object], raw)[part]
    return cast(object, raw)


def _is_section(value: object) -> bool:
    return isinstance(value, Mapping) or value is None


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _nearest(loc: tuple[int | str, ...], root: type[BaseModel]) -> str:
    known = known_keys(loc[:-1], root)
    near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known here: {', '.join(sorted(known))}"


def known_keys(loc: tuple[int | str, ...], root: type[BaseModel]) -> list[str]:
    """The keys that the section at `loc` knows, in the spelling of the stack file."""
    section = root
    for part in loc:
        if isinstance(part, int):
            continue
        field = next((f for f in section.model_fields.values() if f.alias == part), None)
        found = _section_of(field.annotation) if field else None
        if found is None:
            return []
        section = found
    return [field.alias or name for name, field in section.model_fields.items()]


def _section_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _section_of(inner)
        if found:
            return found
    return None
