"""The key names of the first Posit recipe: still read where they mean the same, with a warning that names the new key."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from settings.problem import Problem, shown

RENAMED: Mapping[str, tuple[str, ...]] = {
    "ServerInstanceType": ("jumpHost", "instanceType"),
    "ami": ("jumpHost", "ami"),
    "Domain": ("directory", "domainName"),
    "DomainPW": ("directoryAdminPassword",),
    "db_username": ("databases", "applications", "username"),
    "db_password": ("applicationsDatabasePassword",),
}


def translate(
    values: Mapping[str, Any], warn: Callable[[str], None]
) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    """(values under their new names, old name -> new top-level key for those that were moved, problems).

    Giving an old and its new key together is a problem, because one of them would be lost.
    """
    result = {key: value for key, value in values.items() if key not in RENAMED}
    moved: dict[str, str] = {}
    problems: list[Problem] = []
    for old, path in RENAMED.items():
        if old not in values:
            continue
        new = ".".join(path)
        warn(f"hpcstack:{old} is the old name of hpcstack:{new}: it is read; rename it in the stack file")
        if not _put(result, path, values[old]):
            value, fault = shown(values[old], (old,)), f"is the old name of {new}, which is set too"
            problems.append(Problem(old, value, fault, f"one of them: {new}", f"remove {old}", "legacy-both"))
        moved[old] = path[0]
    return result, moved, problems


def _put(target: dict[str, Any], path: tuple[str, ...], value: object) -> bool:
    for key in path[:-1]:
        inner = target.get(key)
        target[key] = dict(cast(Mapping[str, Any], inner)) if isinstance(inner, Mapping) else {}
        target = target[key]
    if path[-1] in target:
        return False
    target[path[-1]] = value
    return True
