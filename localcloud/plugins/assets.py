"""Assets on the wire, where Pulumi's Python servicer and the engine disagree.

The engine sends assets of the old state as a hash without content, and puts the content back, by that hash, into what comes
back the same (engine 3.217, sdk/go/common/resource/plugin: elided asset contents). The SDK's property values (3.272) refuse an
asset without content and drop hashes. So a former asset is carried as a text that holds its hash, and every answer gets hashes.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi.runtime import rpc

_KIND, _ASSET, _ARCHIVE = rpc._special_sig_key, rpc._special_asset_sig, rpc._special_archive_sig
_CONTENTS = {"path", "text", "uri", "assets"}
_FORMER = "former asset of hash "


def readable(struct: Any) -> None:
    """Of a request's properties: former assets become assets that the SDK can read."""
    _each(struct, _carry)


def restorable(struct: Any) -> None:
    """Of an answer's properties: former assets become what the engine sent, others get the hash of their content."""
    _each(struct, _give_back)


def _each(struct: Any, change: Callable[[Any, str], None]) -> None:
    for value in struct.fields.values():
        _visit(value, change)


def _visit(value: Any, change: Callable[[Any, str], None]) -> None:
    for item in value.list_value.values:
        _visit(item, change)
    if not value.HasField("struct_value"):
        return
    fields = value.struct_value.fields
    kind = fields[_KIND].string_value if _KIND in fields else ""
    if kind in (_ASSET, _ARCHIVE):
        change(fields, kind)
    else:
        _each(value.struct_value, change)


def _carry(fields: Any, kind: str) -> None:
    if not _CONTENTS & set(fields):
        known = fields["hash"].string_value if "hash" in fields else ""
        fields["text" if kind == _ASSET else "path"].string_value = _FORMER + known


def _give_back(fields: Any, kind: str) -> None:
    name = "text" if kind == _ASSET else "path"
    if name in fields and fields[name].string_value.startswith(_FORMER):
        fields["hash"].string_value = fields[name].string_value.removeprefix(_FORMER)
        del fields[name]
    elif kind == _ASSET and "hash" not in fields and (content := _content(fields)) is not None:
        fields["hash"].string_value = hashlib.sha256(content).hexdigest()


def _content(fields: Any) -> bytes | None:
    if "text" in fields:
        return bytes(fields["text"].string_value.encode())
    path = Path(fields["path"].string_value) if "path" in fields else None
    return path.read_bytes() if path and path.is_file() else None
