"""Schemas that were read once, kept in the user's cache: reading one imports a whole service of the SDK package.

Kept under the versions of Python and of the package, and a hash of the modules that read it: whatever changes one of these
reads anew. What is kept is all of it, nested types too.
"""

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from localcloud import paths
from localcloud.plugins import kinds
from localcloud.plugins.kinds import Field, Kind

_READERS = ("kinds.py", "schema.py", "kept.py")

Fields = Mapping[str, Field]


def recall(what: str, token: str) -> tuple[Fields, Fields] | None:
    """Inputs and outputs of a token as `keep` got them; None if nothing is kept."""
    try:
        found = json.loads(_file(what, token).read_text())
    except (OSError, json.JSONDecodeError, metadata.PackageNotFoundError):
        return None
    for name, fields in found["objects"].items():
        kinds.OBJECTS.setdefault(name, _fields(fields))
    return _fields(found["inputs"]), _fields(found["outputs"])


def keep(what: str, token: str, inputs: Fields, outputs: Fields) -> None:
    """Keep what was read. A cache that cannot be written is none."""
    objects: dict[str, Any] = {}
    document = {"inputs": _plain(inputs, objects), "outputs": _plain(outputs, objects), "objects": objects}
    file = _file(what, token)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(document, stream)
        Path(partial).replace(file)


def _file(what: str, token: str) -> Path:
    package = token.split(":")[2 if token.startswith("pulumi:providers:") else 0]
    return _folder(package) / f"{what}.{quote(token, safe='')}.json"


@cache
def _folder(package: str) -> Path:
    version = metadata.version(f"pulumi-{package}")
    readers = b"".join(Path(__file__).with_name(name).read_bytes() for name in _READERS)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return paths.CACHE / "schemas" / f"{package}-{version}-{python}-{hashlib.sha256(readers).hexdigest()[:12]}"


def _plain(fields: Fields, objects: dict[str, Any]) -> dict[str, Any]:
    return {name: [_plain_kind(field.kind, objects), field.required] for name, field in fields.items()}


def _plain_kind(kind: Kind, objects: dict[str, Any]) -> Any:
    """A name, or for what has parts [name, part …]. Objects are noted in `objects` by their class, nested ones too."""
    if kind.item:
        return [kind.name, _plain_kind(kind.item, objects)]
    if kind.options:
        return [kind.name, *(_plain_kind(option, objects) for option in kind.options)]
    if not kind.cls:
        return kind.name
    if kind.cls not in objects:
        objects[kind.cls] = {}  # a type may hold itself
        objects[kind.cls] = _plain(kind.fields, objects)
    return [kind.name, kind.cls]


def _fields(plain: Mapping[str, Any]) -> Fields:
    return {name: Field(_kind(kind), required) for name, (kind, required) in plain.items()}


def _kind(plain: Any) -> Kind:
    if isinstance(plain, str):
        return Kind(plain)
    name, *parts = plain
    if name == "object":
        return Kind(name, cls=parts[0])
    if name == "union":
        return Kind(name, options=tuple(_kind(part) for part in parts))
    return Kind(name, _kind(parts[0]))
