"""Existing file systems as AWS would describe them, in place of asking AWS."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from planning.existing_folders import Door, ExistingFolders, FileSystem, Ground, Place, named
from planning.reach import Group, Opening
from settings import Settings
from settings.folders import EfsFolder

VPC = "vpc-0123456789abcdef0"
_GROUP = "sg-0123456789abcdef0"


def fitting(settings: Settings, stack: str) -> ExistingFolders:
    """Those that the stack file names, as its nodes can mount them; for `begun`."""
    zones = [f"{settings.region}{letter}" for letter in "abc"]
    network = settings.network
    ground = Ground(
        vpc_id=VPC,
        public=tuple(Place(zone, f"10.0.{index}.0/24") for index, zone in enumerate(zones[: network.zones])),
        private=tuple(Place(zone, f"10.0.{index + 4}.0/24") for index, zone in enumerate(zones[: network.zones])),
    )
    return ExistingFolders(
        systems={
            index: FileSystem(
                kind=folder.kind,
                vpc_id=network.vpc_id or VPC,
                doors=tuple(Door(zone=zone, groups=(_GROUP,)) for zone in zones),
                point=folder.file_system_id if isinstance(folder, EfsFolder) and folder.access_point_id else None,
            )
            for index, folder in named(settings).items()
        },
        groups={_GROUP: Group(inward=(Opening(cidrs=("0.0.0.0/0",)),))},
        ground=None if network.exists else ground,
    )


def altered(change: Mapping[str, Any]) -> Callable[[Settings, str], ExistingFolders]:
    """The same, but for what differs: `systems`, by the folder's place, fields of FileSystem, of doors their zones
    (or nothing: it does not exist); `inward` and `outward`, the rules of the doors' group; `own_groups`; `made: false`, a
    network that is not made yet."""

    def look(settings: Settings, stack: str) -> ExistingFolders:
        found = fitting(settings, stack)
        systems = dict(found.systems)
        for index, fields in change.get("systems", {}).items():
            system = systems[index]
            assert system is not None
            systems[index] = replace(system, **_fields(fields)) if fields else None
        ways = {key: tuple(_opening(rule) for rule in change[key]) for key in ("inward", "outward") if key in change}
        return replace(
            found,
            systems=systems,
            groups={_GROUP: replace(found.groups[_GROUP], **ways)},
            own_groups=frozenset(change.get("own_groups", ())),
            ground=found.ground if change.get("made", True) else Ground(vpc_id=None),
        )

    return look


def begun(
    look: Callable[[Settings, str], ExistingFolders],
) -> Callable[[Settings, str], Callable[[], ExistingFolders]]:
    """In place of components.existing_folders.begin."""
    return lambda settings, stack: lambda: look(settings, stack)


def _fields(said: Mapping[str, Any]) -> dict[str, Any]:
    doors = {"doors": tuple(Door(zone=zone, groups=(_GROUP,)) for zone in said["doors"])} if "doors" in said else {}
    return {**said, **doors}


def _opening(rule: Mapping[str, Any]) -> Opening:
    fields = dict(rule)
    if "cidrs" in rule:
        fields["cidrs"] = tuple(rule["cidrs"])
    if "groups" in rule:
        fields["groups"] = frozenset(rule["groups"])
    return Opening(**fields)
