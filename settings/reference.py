"""The configuration reference from the model itself: `python -m settings.reference > docs/configuration.md`."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from settings import described
from settings.examples import NONE, example, forms
from settings.kinds import kinds as kinds_of
from settings.model import SECRET_KEYS, Settings
from settings.rules import RULES

_INTRODUCTION = """# Configuration

All keys of a stack file, namespace `hpcstack`. Generated from `settings/` by `python -m settings.reference`.
Three keys are required: `team`, `email`, `region`. An unknown key, a wrong kind or a value out of range is an error before
anything is created; all errors of a file are shown at once. `overrides` take ParallelCluster's own keys and are merged last; keys
that the platform sets from its own resources (subnets, security groups, file systems, directory, accounting database, tags) are
refused there. The project's stack files name [stack.schema.json](stack.schema.json), with which editors complete and check keys.
"""


def render() -> str:
    """The whole page, Markdown."""
    return "\n".join([_INTRODUCTION, *_section("", Settings), *_rules()])


def _rules() -> Iterator[str]:
    """Rules that weigh several values, by their rooms; each is named after what holds."""
    yield "## Rules between keys\n"
    yield "Beside what each key takes by itself, a stack file is held to these, all at once, before anything is created.\n"
    for rule in RULES:
        room = rule.__module__.rpartition(".")[2].replace("_", " ")
        about = " ".join(inspect.cleandoc(rule.__doc__ or "").split("\n\n")[0].split())
        yield f"- {room}: {rule.__name__.strip('_').replace('_', ' ')}{f'. {about}' if about else ''}"


def _section(path: str, section: type[BaseModel]) -> Iterator[str]:
    inner: list[tuple[str, type[BaseModel]]] = []
    if path:
        yield f"## {path}\n"
        yield f"{inspect.cleandoc(section.__doc__ or '')}\n"
    yield "| key | kind | default | example | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in section.model_fields.items():
        key = f"{re.sub(r' .*', '', path)}.{field.alias or name}".removeprefix(".")
        found = _inner_section(field.annotation)
        many = "[]" if "tuple" in str(field.annotation) else ""
        kinds = kinds_of(field.annotation)
        for kind, one in kinds.items():
            inner.append((f"{key}{many} (kind: {kind})", one))
        if found and not kinds:
            inner.append((key + many, found))
        cells = (_kind(field), _default(field), "" if found else _example(key, field), _meaning(section, name, found))
        yield f"| `{key}` | {' | '.join(cells)} |"
    yield ""
    for key, found in inner:
        yield from _section(key, found)


def _inner_section(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner_section(part))), None)


def _kind(field: FieldInfo) -> str:
    limits = [str(limit) for limit in field.metadata if any(hasattr(limit, name) for name in ("ge", "le"))]
    text = _type(field.annotation)
    numbers = "; ".join(limit.replace("Ge(ge=", "≥ ").replace("Le(le=", "≤ ").rstrip(")") for limit in limits)
    rule = "; ".join(dict.fromkeys(forms(field.annotation, field.metadata)))
    return f"{text} ({_in_a_cell(numbers or rule)})" if numbers or rule else text


def _in_a_cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split("\n"))


def _example(key: str, field: FieldInfo) -> str:
    """Empty for secrets, which no stack file shows."""
    if key in SECRET_KEYS or (value := example(key, field)) is NONE:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{_in_a_cell(text)}`"


def _type(annotation: Any) -> str:
    if annotation is SecretStr:
        return "secret text"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(annotation) if value is not None)
    parts = [part for part in get_args(annotation) if part is not type(None) and part is not Ellipsis]
    if "tuple" in str(get_origin(annotation)):
        return f"list of {_type(parts[0])}"
    if get_origin(annotation) is dict:
        return "mapping"
    if parts:
        return next(filter(None, (_type(part) for part in parts)), "")
    names: dict[object, str] = {str: "text", int: "number", bool: "true or false"}
    return names.get(cast(object, annotation), "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or isinstance(value, BaseModel) or (isinstance(value, tuple) and not value):
        return ""
    if isinstance(value, tuple):
        return "one, named `compute`" if isinstance(value[0], BaseModel) else f"`{json.dumps(value)}`"
    return "" if value == {} else f"`{json.dumps(value)}`"


def _meaning(section: type[BaseModel], name: str, inner: type[BaseModel] | None) -> str:
    text = described.fields(section).get(name) or (inner.__doc__ if inner else "") or ""
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    print(render())
