"""Lines of slurm.conf from all who want some, made one.

ParallelCluster takes them as a list or in a file, never both, and keeps some settings for itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from planning.merge import Document
from settings import Problem, Settings
from settings.problem import Path, dotted, weighed
from settings.rules.slurm import OWNED, OWNED_WITH_ACCOUNTING, free

_OVERRIDES: Path = ("cluster", "overrides", "Scheduling", "SlurmSettings", "CustomSlurmSettings")
_NOT_IN_A_LIST = {"launchparameters"}
"""Free in a file only: ParallelCluster refuses it in the list because the value would replace its own; here both are joined."""


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """One line of slurm.conf that somebody wants."""

    origin: str
    """Who wants it: a key of the stack file, or an integration's name."""
    path: Path
    """Which key of the stack file changes it."""
    key: str
    value: Any
    of_the_team: bool = False

    @property
    def name(self) -> str:
        """Slurm's keys have no case."""
        return self.key.lower()


def problems(settings: Settings, more: Sequence[Fragment] = ()) -> Iterator[Problem]:
    """Settings that are ParallelCluster's own, and settings wanted with two values, each with both origins."""
    found = [*_of_the_team(settings), *more]
    accounting = settings.databases.slurm is not None
    for one in found:
        if one.name not in _NOT_IN_A_LIST:
            yield from free(one.path, one.key, one.value, accounting=accounting and one.of_the_team)
    for index, line in enumerate(_override_lines(settings)):
        if not isinstance(line, dict) or not line:
            yield weighed(
                "slurm-line",
                (*_OVERRIDES, index),
                cast(object, line),
                "is no line of slurm.conf",
                "a mapping of one setting; or of several that begin with NodeName, NodeSet or PartitionName",
                "write it such as - MaxJobCount: 5000, or move it to cluster.customSlurmSettings",
            )
    first: dict[str, Fragment] = {}
    for one in _kept(found, settings):
        other = first.setdefault(one.name, one)
        if one.name not in _JOINED and str(other.value) != str(one.value):
            yield weighed(
                "slurm-conflict",
                one.path,
                one.value,
                f"is wanted for {one.key} by {one.origin}, and {other.origin} wants {other.value}",
                "one value for each setting of slurm.conf",
                "remove one of them",
                other.path,
            )


def placed(settings: Settings, file_uri: Any, more: Sequence[Fragment] = ()) -> Document:
    """The keys of ParallelCluster's `SlurmSettings` that hold the lines; empty without any. `file_uri` is where `file()` lies."""
    if file(settings, more) is not None:
        return {"CustomSlurmSettingsIncludeFile": file_uri}
    lines = _lines(settings, more)
    return {"CustomSlurmSettings": lines} if lines else {}


def file(settings: Settings, more: Sequence[Fragment] = ()) -> str | None:
    """The lines as a file, if they hold a setting that ParallelCluster takes in a file only."""
    lines = _lines(settings, more)
    if not any(key.lower() in _NOT_IN_A_LIST for line in lines for key in line):
        return None
    return "".join(" ".join(f"{key}={value}" for key, value in line.items()) + "\n" for line in lines)


def without_lines(overrides: Mapping[str, object]) -> dict[str, Any]:
    """The cluster's overrides without their lines of slurm.conf, which are merged here."""
    scheduling = _inner(overrides, "Scheduling")
    slurm = _inner(scheduling, "SlurmSettings")
    if "CustomSlurmSettings" not in slurm:
        return dict(overrides)
    rest = {key: value for key, value in slurm.items() if key != "CustomSlurmSettings"}
    return {**overrides, "Scheduling": {**scheduling, "SlurmSettings": rest}}


def _lines(settings: Settings, more: Sequence[Fragment]) -> list[dict[str, Any]]:
    """One mapping for each line: of one setting, or of several where an override defines nodes or partitions."""
    values: dict[str, tuple[str, list[Any]]] = {}
    for one in _kept([*_of_the_team(settings), *more], settings):
        values.setdefault(one.name, (one.key, []))[1].append(one.value)
    directory = settings.directory.kind != "none"
    joined = [{key: _value(name, found, directory=directory)} for name, (key, found) in values.items()]
    others = [cast(dict[str, Any], line) for line in _override_lines(settings) if isinstance(line, dict)]
    return [*joined, *(line for line in others if len(line) > 1)]


def _value(name: str, found: list[Any], *, directory: bool) -> Any:
    if name not in _JOINED:
        return found[0]
    # ParallelCluster sets this one itself where nodes use a directory (3.16), and a file comes after it.
    own = ["enable_nss_slurm"] if name == "launchparameters" and directory else []
    words = list(dict.fromkeys([*own, *(word.strip() for one in found for word in str(one).split(","))]))
    if name == "prologflags" and "contain" in (word.lower() for word in words):
        words = [word for word in words if word.lower() != "alloc"]  # Contain implies it (slurm.conf(5))
    return ",".join(words)


_JOINED = {"launchparameters", "prologflags"}
"""Lists of words, of which each origin may want some."""


def _kept(found: Iterable[Fragment], settings: Settings) -> Iterator[Fragment]:
    """Without what ParallelCluster sets itself where there is an accounting database; from the team it is a problem instead."""
    owned = {key.lower() for key in OWNED}
    if settings.databases.slurm:
        owned |= {key.lower() for key in OWNED_WITH_ACCOUNTING}
    return (one for one in found if one.name not in owned or one.name in _NOT_IN_A_LIST)


def _of_the_team(settings: Settings) -> Iterator[Fragment]:
    place: Path = ("cluster", "customSlurmSettings")
    for key, value in settings.cluster.custom_slurm_settings.items():
        yield Fragment(origin=dotted(place), path=(*place, key), key=key, value=value, of_the_team=True)
    for index, line in enumerate(_override_lines(settings)):
        if isinstance(line, dict) and len(cast(dict[str, Any], line)) == 1:
            ((key, value),) = cast(dict[str, Any], line).items()
            yield Fragment(
                origin=dotted(_OVERRIDES), path=(*_OVERRIDES, index, key), key=key, value=value, of_the_team=True
            )


def _override_lines(settings: Settings) -> list[Any]:
    found = _inner(_inner(settings.cluster.overrides, "Scheduling"), "SlurmSettings").get("CustomSlurmSettings", [])
    return cast(list[Any], found) if isinstance(found, list) else [found]


def _inner(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    found: Any = mapping.get(key)
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}
