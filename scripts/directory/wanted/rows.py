"""Rows of a list file, whatever its form: each value with the line where it stands."""

from __future__ import annotations

import csv
import difflib
import io
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..faults import BadInput

USER_FIELDS = (
    *("name", "givenName", "surname", "mail", "groups", "state", "shell", "sshPublicKey", "expires", "uidNumber"),
    "password",
)
GROUP_FIELDS = ("name", "members", "prefix", "gidNumber")
FIELDS = {"users": USER_FIELDS, "groups": GROUP_FIELDS}
"""What lists of the directory tool have."""
_LARGEST = 20_000_000


@dataclass(frozen=True)
class Cell:
    """What stands in one field: one text, or several where the file says so."""

    texts: tuple[str, ...] = field(repr=False)
    line: int


@dataclass(frozen=True)
class Row:
    """One user or group. A field without a value is not in `cells`."""

    file: str
    line: int
    cells: dict[str, Cell]

    def where(self, name: str | None = None) -> str:
        """`people.csv line 7: mail`, for messages."""
        if name is None:
            return f"{self.file} line {self.line}"
        return f"{self.file} line {self.cells[name].line if name in self.cells else self.line}: {name}"

    def text(self, name: str) -> str | None:
        """The field as one text; None when it is not told."""
        cell = self.cells.get(name)
        return None if cell is None else " ".join(cell.texts)


@dataclass
class Rows:
    """All rows of a file, and what is wrong with its form. `private`: only the owner may read the file."""

    users: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    private: bool = False


def read(path: Path) -> Rows:
    """A `.yaml`, `.yml` or `.csv` file. Errors of its form are in the result, together with what could be read."""
    text, private = _text(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        # Imported late: CSV needs nothing beyond the standard library.
        from .yaml_rows import parse as parse_yaml

        rows = parse_yaml(path.name, text, FIELDS)
    elif path.suffix.lower() == ".csv":
        rows = parse_csv(path.name, text)
    else:
        raise BadInput([f"{path} is not a list of users: its name must end with .yaml, .yml or .csv"])
    rows.private = private
    return rows


def read_other(path: Path, fields: Mapping[str, tuple[str, ...]]) -> Rows:
    """A `.yaml`, `.yml` or `.json` file of other `fields` of users and groups; a list at its top is one of users."""
    from .yaml_rows import parse as parse_yaml

    return parse_yaml(path.name, _text(path)[0], fields, bare=True)


def _text(path: Path) -> tuple[str, bool]:
    """What a file holds, and whether only its owner may read it."""
    try:
        with path.open("rb") as handle:
            info, content = path.stat(), handle.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadInput([f"{path} cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise BadInput([f"{path} is not UTF-8 text: {error.reason} at byte {error.start}"]) from error
    if len(content) > _LARGEST:
        raise BadInput([f"{path} is larger than {_LARGEST // 1_000_000} MB: that is no list of users"])
    return text, not stat.S_IMODE(info.st_mode) & 0o077


def parse_csv(file: str, text: str) -> Rows:
    """Users, or groups if the first line has `members` or `prefix`. Between values stand commas, or semicolons throughout."""
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head and "," not in head else ",")
    rows = Rows()
    records = _records(file, reader, rows)
    _, header = next(records, (1, []))
    names = [name.strip() for name in header]
    is_groups = bool({"members", "prefix"} & set(names))
    allowed = GROUP_FIELDS if is_groups else USER_FIELDS
    if "name" not in names:
        rows.errors.append(
            f"{file} line 1: the first line must name the fields: name is required; known: {', '.join(allowed)}"
        )
        return rows
    rows.errors += [unknown_field(f"{file} line 1", name, allowed) for name in names if name not in allowed]
    rows.errors += [f"{file} line 1: {name} is named twice" for name in sorted(set(names)) if names.count(name) > 1]
    for line, record in records:
        if not any(text.strip() for text in record):
            continue
        if len(record) != len(names):
            rows.errors.append(
                f"{file} line {line}: {len(record)} values, and the first line names {len(names)} fields"
            )
            continue
        cells = {name: Cell((text,), line) for name, text in zip(names, record, strict=True) if text.strip()}
        (rows.groups if is_groups else rows.users).append(Row(file, line, cells))
    return rows


def _records(file: str, reader: Iterator[list[str]], rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line where it begins."""
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            rows.errors.append(f"{file} line {line}: not CSV: {error}")
            return
        yield line, record
        line = getattr(reader, "line_num", line) + 1


def unknown_field(where: str, name: str, allowed: tuple[str, ...]) -> str:
    """The error for a field that is not known, with the nearest that is."""
    near = difflib.get_close_matches(name.lower(), [known.lower() for known in allowed], 1)
    hint = next((f"; the nearest is {known}" for known in allowed if near and known.lower() == near[0]), "")
    return f"{where}: {name!r} is not a field{hint}; known: {', '.join(allowed)}"
