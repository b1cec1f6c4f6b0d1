"""What the rules about folders and buckets share: places, keys as the stack file spells them, exclusion by an id."""

from collections.abc import Collection, Iterator
from typing import cast

from pydantic import BaseModel

from settings.folders import EfsFolder
from settings.lustre import LustreFolder
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.storage import Folder


def excluded(section: BaseModel, path: Path, by: str, beside: Collection[str]) -> Iterator[Problem]:
    """The keys that are given beside the id of something that exists."""
    name = alias(section, by)
    for key in sorted(section.model_fields_set - {by, *beside}):
        yield weighed(
            "existing-excludes",
            (*path, alias(section, key)),
            plain(getattr(section, key)),
            f"is for one that is made, and {name} names one that exists",
            f"{alias(section, key)} without {name}",
            f"remove it, or remove {name}",
            (*path, name),
        )


def managed_by_cluster(folder: Folder) -> bool:
    return isinstance(folder, EfsFolder | LustreFolder) and folder.managed_by_cluster


def places(settings: Settings) -> Iterator[tuple[Path, Folder]]:
    """Each folder with its place in the stack file."""
    for index, folder in enumerate(settings.storage.folders):
        yield ("storage", "folders", index), folder


def alias(section: BaseModel, key: str) -> str:
    """A key in the spelling of the stack file."""
    return type(section).model_fields[key].alias or key


def plain(value: object) -> object:
    """A value as the stack file has it."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    return [plain(one) for one in cast(tuple[object, ...], value)] if isinstance(value, tuple) else value
