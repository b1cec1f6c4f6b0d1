"""What a change of a cluster's document means, in ParallelCluster's own judgement, before anything is done.

A change is free, or needs something of the running cluster first (fleet stopped, login nodes gone), or is beyond an update
and replaces the cluster. The judgement is that of `update-cluster`, computed offline by the worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from provider.resource import Change
from provider.values import UNKNOWN, Path, Plain, path_text
from provider.worker_client import Caller

NOT_KNOWN_YET = "(not known yet)"
"""Stands for an unknown value in a comparison: differs from everything that is in force."""

_ITEM_KEYS = ("Name", "BucketName", "Policy", "InstanceType", "Key")
"""The keys by which ParallelCluster tells list items apart (`update_key` of its schema, 3.16)."""


@dataclass(frozen=True)
class Live:
    """What of a cluster runs, as far as an update asks. `running_pools` None: all of them."""

    fleet_stopped: bool = False
    running_pools: list[str] | None = None


@dataclass(frozen=True)
class Row:
    """One changed key. `path` has list items by name, as in `SlurmQueues[gpu]`."""

    path: list[str]
    key: str
    old: Any
    new: Any
    is_list: bool
    policy: str
    allowed: bool
    message: str
    needs: list[str] | None
    """Of a change that is not allowed: what must stop first, of "fleet" and "login"; None if no state allows it."""

    @property
    def place(self) -> str:
        """Where it is, as ParallelCluster writes it: `Scheduling.SlurmQueues[gpu].CapacityType`."""
        return ".".join([*self.path, self.key])

    @property
    def replaces(self) -> bool:
        """Whether only a new cluster can have this change."""
        return not self.allowed and self.needs is None

    @property
    def refused(self) -> bool:
        """Whether the cluster must first be brought into another state."""
        return not self.allowed and self.needs is not None

    @property
    def in_words(self) -> str:
        """Place, old and new value, and policy."""
        return f"{self.place}: {_values(self)} (policy {self.policy})"

    @property
    def unknown(self) -> bool:
        """Whether the new value is not known yet, so that it may turn out to be the old one."""
        return NOT_KNOWN_YET in str(self.new)


def compare(worker: Caller, region: str, old: Plain, new: Plain, live: Live) -> list[Row]:
    """Every change from one document to another. Raises ParallelClusterError, ProviderError."""
    found = worker.call(
        "compare",
        region,
        base={**old, "Region": region},
        target=_filled({**new, "Region": region}),
        fleet_stopped=live.fleet_stopped,
        running_pools=live.running_pools,
        unknown=NOT_KNOWN_YET,
    )
    # Names of the worker's keys as fields.
    return [Row(**{"is_list" if key == "isList" else key: value for key, value in row.items()}) for row in found]


def changes(rows: Sequence[Row], old: Plain, new: Plain) -> list[Change]:
    """The rows as changed properties of the input `configuration`."""
    return [Change(_property(row, old, new), _kind(row), row.replaces) for row in rows]


def _values(row: Row) -> str:
    return " -> ".join("absent" if value in (None, "-") else _short(value) for value in (row.old, row.new))


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        item = cast(Mapping[str, Any], value)
        return next((f"{key} {item[key]}" for key in _ITEM_KEYS if key in item), "a section")
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(row: Row) -> str:
    if row.old in (None, "-"):
        return "add"
    return "delete" if row.new in (None, "-") else "update"


def _property(row: Row, old: Plain, new: Plain) -> str:
    """The property path of a row: list items by their place in the new document, or in the old one if they go."""
    for document in (new, old) if row.new not in (None, "-") else (old, new):
        path = _indexed([*row.path, row.key], document)
        if path is None:
            continue
        if row.is_list:
            item = row.old if row.new is None else row.new
            items = _at(document, path)
            if isinstance(items, list) and item in items:
                path = (*path, cast(list[Any], items).index(item))
        return path_text("configuration", path)
    return path_text("configuration", [*row.path, row.key])


def _indexed(names: Sequence[str], document: Any) -> Path | None:
    path: Path = ()
    here = document
    for name in names:
        key, bracket, item = name.partition("[")
        path = (*path, key)
        here = _at(here, (key,))
        if bracket:
            index = _index(here, item.removesuffix("]"))
            if index is None:
                return None
            path, here = (*path, index), here[index]
    return path


def _index(items: Any, name: str) -> int | None:
    if not isinstance(items, list):
        return None
    for index, item in enumerate(cast(list[Any], items)):
        if isinstance(item, dict) and any(str(cast(Plain, item).get(key)) == name for key in _ITEM_KEYS):
            return index
    return None


def _at(document: Any, path: Path) -> Any:
    for part in path:
        if isinstance(part, int):
            document = document[part]
        else:
            document = cast(Plain, document).get(part) if isinstance(document, dict) else None
    return document


def _filled(value: Any) -> Any:
    if value is UNKNOWN:
        return NOT_KNOWN_YET
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in cast(Plain, value).items()}
    if isinstance(value, list):
        return [_filled(item) for item in cast(list[Any], value)]
    return value
