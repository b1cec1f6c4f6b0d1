"""Turns pydantic's findings into problems: path, value, what is wrong, what is allowed, what to do."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from settings.kinds import plain
from settings.nearest import ELSEWHERE, PASSWORDS, nearest
from settings.problem import NAMESPACE, Path, Problem, dotted, looks_secret, shown
from settings.sections import choices, field_at, is_list, item_limits, known_keys, limits, section_at

_GONE = "is not served by ParallelCluster 3.16"
_OTHER_WORDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "image.os": (
        ("alinux", "alinux2023", _GONE),
        ("amazon", "alinux2023", _GONE),
        ("centos", "rhel9", _GONE),
        ("rhel", "rhel9", _GONE),
        ("ubuntu1", "ubuntu2404", _GONE),
        ("ubuntu20", "ubuntu2404", _GONE),
    ),
    "image.architecture": (
        ("amd", "x86_64", "is another word for x86_64"),
        ("intel", "x86_64", "is another word for x86_64"),
        ("x", "x86_64", "is another word for x86_64"),
        ("aarch", "arm64", "is another word for arm64"),
        ("graviton", "arm64", "is another word for arm64"),
    ),
    "environment": (("prod", "prod", "is not one of the choices"), ("dev", "dev", "is not one of the choices")),
    "cluster.version": (
        ("3.15", "3.15.1", "is not one of the versions that this program knows"),
        ("", "3.16.1", "is not one of the versions that this program knows"),
    ),
}
"""By place: how a value begins, what to take instead, and what is wrong with it."""
_EXAMPLES = {
    "team": "genomics",
    "email": "hpc-admins@example.org",
    "region": "eu-west-1",
    "mountDir": "/shared",
    "amount": "500",
}
_QUOTES = "put it in quotes, as it was meant: unquoted, YAML reads 3.10 as 3.1, 0123 as 83 and 2026-01-02 as a time"


def describe(error: ErrorDetails, raw: Mapping[str, Any], root: type[BaseModel]) -> Problem:
    """One problem for one finding."""
    typed = tuple(part for part in error["loc"] if part != "[key]")
    path, kind = plain(typed), error["type"]
    if kind == "missing":
        return _missing(path)
    if kind == "extra_forbidden":
        return unknown_key(typed, lookup(raw, path), root)
    if kind == "union_tag_invalid":
        return _unknown_kind(path, lookup(raw, (*path, "kind")), error)
    fault, allowed, fix = _texts(error, typed, lookup(raw, path), root)
    in_key = "[key]" in error["loc"]
    value = shown(str(path[-1])) if in_key else shown(lookup(raw, path), path)
    return Problem(dotted(path), value, fault, allowed, fix, rule=kind, about=(path,))


def lookup(raw: object, path: Path) -> object:
    """The value at a path of the stack file; None where there is none."""
    for part in path:
        if isinstance(raw, Mapping):
            raw = cast(Mapping[object, object], raw).get(part)
        elif isinstance(raw, list) and isinstance(part, int) and part < len(cast(list[object], raw)):
            raw = cast(list[object], raw)[part]
        else:
            return None
    return cast(object, raw)


def unknown_key(path: Path, value: object, root: type[BaseModel]) -> Problem:
    """An unknown key, with the nearest known one or the place where it belongs."""
    key = str(path[-1])
    section = section_at(path[:-1], root)
    known = known_keys(section) if section else []
    path = plain(path)
    name = dotted(path)
    if looks_secret(key) and (secret := PASSWORDS.get(dotted(path[:-1]))):
        fix = f"remove it and, unless it may be generated, run: pulumi config set --secret {NAMESPACE}:{secret}"
        return Problem(
            name, "(hidden)", "is an unknown key", f"the secret {NAMESPACE}:{secret}", fix, "extra_forbidden", (path,)
        )
    if key.lower() == "scheduler":
        fix = "remove it; for batch jobs in containers take AWS Batch without this project"
        allowed = "Slurm, which needs no key"
        return Problem(name, shown(value, path), "is an unknown key", allowed, fix, "extra_forbidden", (path,))
    near = nearest(key, known)
    if key in ELSEWHERE and near != key and (near is None or nearest(key, [near], 0.85) is None):
        allowed, fix = f"{ELSEWHERE[key]}, which means that here", f"move the value to {ELSEWHERE[key]}"
    elif key == NAMESPACE:
        allowed, fix = f"keys such as {NAMESPACE}:team directly below config", "write the namespace before each key"
    elif near:
        allowed, fix = f"{near} (the nearest known key)", f"rename it to {near}, or remove it"
    else:
        allowed, fix = ", ".join(sorted(known)), "remove it, or take one of these keys"
    return Problem(name, shown(value, path), "is an unknown key", allowed, fix, "extra_forbidden", (path,))


def _unknown_kind(path: Path, value: object, error: ErrorDetails) -> Problem:
    """What else stands in such an item cannot be weighed, so that all of it is left out."""
    known = [one.strip(" '").removeprefix("kind:") for one in str(error.get("ctx", {})["expected_tags"]).split(",")]
    fault, allowed, fix = _not_a_choice((*path, "kind"), value, known)
    return Problem(dotted((*path, "kind")), shown(value), fault, allowed, fix, rule="literal_error", about=(path,))


def _missing(path: Path) -> Problem:
    at_top = len(path) == 1
    place = f"{NAMESPACE}:{path[0]}" if at_top else f"--path '{NAMESPACE}:{dotted(path)}'"
    examples = {
        "team": "genomics",
        "email": "hpc-admins@example.org",
        "region": "eu-west-1",
        "mountDir": "/shared",
        "amount": "500",
        "bucketName": "genomes",
        "fileSystemPath": "/genomes",
        "path": "/team",
        "file": "local-users.yaml",
    }
    example = examples.get(str(path[-1]), "compute")
    return Problem(
        dotted(path),
        "nothing",
        "stands there, and the key is required",
        f"a value such as {example}",
        f"run: pulumi config set {place} <value>",
        rule="missing",
        about=(path,),
    )


def _texts(error: ErrorDetails, path: Path, value: object, root: type[BaseModel]) -> tuple[str, str, str]:
    """(fault, allowed, fix)."""
    context = error.get("ctx", {})
    field = field_at(path, root)
    within = item_limits if isinstance(path[-1], int) and field and is_list(field) else limits
    least, most = within(field) if field else (None, None)
    match error["type"]:
        case "literal_error":
            return _not_a_choice(path, value, choices(field) if field else [])
        case "string_type":
            fix = _QUOTES if not isinstance(value, list | dict) else "write one line of text"
            return "is not text", "text", fix
        case "int_type":
            return "is not a whole number", _range(least, most), "write the number in digits, without quotes or a dot"
        case "bool_type":
            fix = "write true or false without quotes; yes, no, on and off are text here"
            return "is neither true nor false", "true or false", fix
        case "greater_than_equal":
            return f"is below {least}", _range(least, most), f"set it to {least} or more"
        case "less_than_equal":
            return f"is above {most}", _range(least, most), f"set it to {most} or less"
        case "too_short":
            return "has too few items", _range(least, most, "items"), f"list {least} at least, or remove the key"
        case "too_long":
            length = len(cast(list[object], value))
            return f"has {length} items", _range(least, most, "items"), f"remove {length - (most or 0)} of them"
        case "tuple_type":
            return "is no list", "a list: one line for each item, with a hyphen before it", "write it as a list"
        case "dict_type":
            return "is no mapping", "lines of `key: value`", "indent `key: value` lines below it, or remove it"
        case "model_type":
            section = section_at(path, root)
            keys = ", ".join(known_keys(section)) if section else ""
            return "is no section", f"a mapping of {keys}", "indent its keys below it, or remove it"
        case _:
            return str(error["msg"]), str(context.get("allowed", "")), str(context.get("fix", ""))


def _not_a_choice(path: Path, value: object, known: list[str]) -> tuple[str, str, str]:
    allowed = ", ".join(known)
    near = nearest(str(value), known)
    if known and all(one.isdecimal() for one in known):
        near = min(known, key=lambda one: abs(int(one) - value)) if isinstance(value, int) else "one of these"
        return "is not one of the choices", allowed, f"take {near}, without quotes"
    if not isinstance(value, str):
        return "is not text", allowed, f'{_QUOTES}; the nearest is "{near}"' if near else _QUOTES
    for begin, instead, fault in _OTHER_WORDS.get(dotted(path), ()):
        if value.lower().startswith(begin):
            return fault, allowed, f"take {instead}"
    return "is not one of the choices", allowed, f"take {near}" if near else "take one of these"


def _range(least: int | None, most: int | None, what: str = "") -> str:
    if least is None and most is None:
        return what or "a whole number"
    if least is None:
        return f"{most} {what} at most" if what else f"a whole number, {most} at most"
    if most is None:
        return f"{least} {what} at least" if what else f"a whole number, {least} at least"
    return f"{least} to {most} {what}" if what else f"a whole number from {least} to {most}"
