"""Every text in what is sent to the engine, with its path, and whether it is marked secret."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Text:
    path: str
    value: str
    secret: bool


def texts(value: Any, path: str = "", secret: bool = False) -> Iterator[Text]:
    """Keys are texts too."""
    match value:
        case dict() if value.get(_SIGNATURE) == _SECRET:
            yield from texts(value.get("value"), path, True)
        case dict():
            for key, inner in value.items():
                yield Text(f"{path}.{key}", str(key), secret)
                yield from texts(inner, f"{path}.{key}", secret)
        case list():
            for index, inner in enumerate(value):
                yield from texts(inner, f"{path}[{index}]", secret)
        case str():
            yield Text(path, value, secret)
        case _:
            pass


def documents(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping with its path, also those inside texts of JSON."""
    match value:
        case dict():
            yield path, value
            for key, inner in value.items():
                yield from documents(inner, f"{path}.{key}")
        case list():
            for index, inner in enumerate(value):
                yield from documents(inner, f"{path}[{index}]")
        case str() if value.lstrip().startswith(("{", "[")):
            try:
                yield from documents(json.loads(value), path)
            except ValueError:
                return
        case _:
            pass
