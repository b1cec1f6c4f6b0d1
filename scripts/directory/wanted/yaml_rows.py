"""Rows of a YAML file, read from its nodes: values stay as they are written, and each knows its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..faults import BadInput
from .rows import Cell, Row, Rows, unknown_field

try:
    import yaml
except ImportError:
    yaml = None

_NULL = "tag:yaml.org,2002:null"


def parse(file: str, text: str, known: Mapping[str, tuple[str, ...]], *, bare: bool = False) -> Rows:
    """A mapping with the lists `users` and `groups`, or if it may be `bare`, a list of users; each entry is a mapping of fields.

    `known`: the fields of both.
    """
    if yaml is None:
        raise BadInput(
            [
                f"{file}: this machine's Python cannot read YAML; install the package python3-yaml, or give the list as CSV"
            ]
        )
    rows = Rows()
    try:
        # The C parser is twenty times faster; both give the same nodes.
        top = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file} line {mark.line + 1}" if mark else file
        rows.errors.append(f"{where}: not YAML: {getattr(error, 'problem', None) or error}")
        return rows
    if top is None or _is_null(top):
        return rows
    if bare and isinstance(top, yaml.SequenceNode):
        rows.users.extend(_entries(file, "users", top, known["users"], rows))
        return rows
    if not isinstance(top, yaml.MappingNode):
        rows.errors.append(f"{file} line {_line(top)}: the file must be a mapping with users and groups")
        return rows
    for key, value in _pairs(file, top, tuple(known), rows):
        target = rows.users if key == "users" else rows.groups
        target.extend(_entries(file, key, value, known[key], rows))
    return rows


def _entries(file: str, key: str, node: Any, fields: tuple[str, ...], rows: Rows) -> Iterator[Row]:
    if _is_null(node):
        return
    if not isinstance(node, yaml.SequenceNode):
        rows.errors.append(f"{file} line {_line(node)}: {key} must be a list")
        return
    for entry in node.value:
        if not isinstance(entry, yaml.MappingNode):
            rows.errors.append(
                f"{file} line {_line(entry)}: an entry of {key} must be a mapping, for example - name: anna"
            )
            continue
        cells = {
            name: cell for name, value in _pairs(file, entry, fields, rows) if (cell := _cell(file, name, value, rows))
        }
        yield Row(file, _line(entry), cells)


def _pairs(file: str, node: Any, allowed: tuple[str, ...], rows: Rows) -> Iterator[tuple[str, Any]]:
    """Key and value of a mapping; keys that are unknown or stand twice are errors."""
    seen: set[str] = set()
    for key, value in node.value:
        name, where = str(key.value), f"{file} line {_line(key)}"
        if not isinstance(key, yaml.ScalarNode) or name not in allowed:
            rows.errors.append(unknown_field(where, name if isinstance(key, yaml.ScalarNode) else "[...]", allowed))
        elif name in seen:
            rows.errors.append(f"{where}: {name} is named twice")
        else:
            seen.add(name)
            yield name, value


def _cell(file: str, name: str, node: Any, rows: Rows) -> Cell | None:
    """None for `null`: the field is not told then."""
    if _is_null(node):
        return None
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not all(isinstance(part, yaml.ScalarNode) for part in parts):
        rows.errors.append(f"{file} line {_line(node)}: {name}: must be a text or a list of texts")
        return None
    return Cell(tuple(part.value for part in parts), _line(node))


def _is_null(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def _line(node: Any) -> int:
    return node.start_mark.line + 1
