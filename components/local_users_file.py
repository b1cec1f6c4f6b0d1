"""The list of accounts that nodes make by themselves, read from the project's folder and judged by the directory tool's rules."""

import re
from collections.abc import Iterator
from pathlib import Path

from planning import local_users
from planning.local_users import EVERYTHING, LocalGroup, LocalUser, People
from scripts.directory.faults import BadInput
from scripts.directory.wanted import fields
from scripts.directory.wanted.cells import one, several
from scripts.directory.wanted.rows import Row, read_other
from settings import Problem, Settings
from settings.problem import weighed

_PROJECT = Path(__file__).resolve().parent.parent
FIELDS = {
    "users": ("name", "uid", "gid", "group", "groups", "shell", "sudo", "sshPublicKey", "state"),
    "groups": ("name", "gid"),
}
_STATES = ("present", "locked", "absent")
_LOWEST, _HIGHEST = 1001, 60_000


def local_users_document(settings: Settings) -> str | None:
    """What goes into the bucket; None without local users. The list has been found good."""
    wanted = settings.local_users
    return local_users.document(wanted, _read(_PROJECT / wanted.file, [])) if wanted else None


def problems(settings: Settings) -> Iterator[Problem]:
    """What is wrong in the list, all of it, each with its line."""
    wanted = settings.local_users
    if not wanted:
        return
    errors: list[str] = []
    people = _read(_PROJECT / wanted.file, errors)
    for error in (*errors, *local_users.faults(wanted, people)):
        yield weighed(
            "local-users-file",
            ("localUsers", "file"),
            wanted.file,
            f"is not taken: {error.replace(f'{_PROJECT}/', '')}",
            "a list as docs/local-users.md has it",
            "mend the list, then look again with: just preview",
        )


def _read(path: Path, errors: list[str]) -> People:
    people = People()
    try:
        if not path.resolve().is_relative_to(_PROJECT):
            raise BadInput([f"{path} leads out of the project's folder"])
        rows = read_other(path, FIELDS)
    except BadInput as error:
        errors += error.reasons
        return people
    errors += rows.errors
    for row in rows.groups:
        name = one(row, "name", fields.group, errors, required=True)
        gid = one(row, "gid", _number, errors, required=True)
        if name and gid:
            people.groups.append(LocalGroup(name=name, gid=gid, origin=row.where()))
    for row in rows.users:
        _user(row, people, errors)
    return people


def _user(row: Row, people: People, errors: list[str]) -> None:
    # A user may have a group of his name, so that what holds for groups' names holds for his.
    name, state = one(row, "name", fields.group, errors, required=True), one(row, "state", _state, errors)
    uid = one(row, "uid", _number, errors, required=state != "absent")
    user = LocalUser(
        name=name or "",
        uid=uid or 0,
        origin=row.where(),
        gid=one(row, "gid", _number, errors),
        group=one(row, "group", fields.group, errors),
        groups=several(row, "groups", fields.group, r"[;,\s]+", errors) or (),
        shell=one(row, "shell", fields.shell, errors),
        sudo=one(row, "sudo", _sudo, errors),
        keys=several(row, "sshPublicKey", fields.ssh_key, r"[;\n]", errors),
        locked=state == "locked",
    )
    if name and state == "absent":
        if name in people.absent:
            errors.append(f"{row.where('name')}: {name!r} is listed already in {people.absent[name]}")
        people.absent.setdefault(name, row.where())
    elif name and uid:
        people.users.append(user)


def _number(text: str) -> int:
    """The same bounds as settings.local_users.LinuxId."""
    if not re.fullmatch(r"[1-9][0-9]{3,4}", text) or not _LOWEST <= int(text) <= _HIGHEST:
        raise ValueError(f"a whole number from {_LOWEST} to {_HIGHEST}")
    return int(text)


def _state(text: str) -> str:
    if text not in _STATES:
        raise ValueError(f"one of {', '.join(_STATES)}")
    return text


def _sudo(text: str) -> str | None:
    """What follows the name in sudoers; visudo on the nodes has the last word."""
    if text in ("true", "false"):
        return EVERYTHING if text == "true" else None
    if not text.isprintable() or text.endswith("\\") or not re.fullmatch(r"[\w,!.+-]+\s*=.+", text):
        raise ValueError("true, false, or a rule of sudoers such as ALL=(root) NOPASSWD: /usr/bin/dnf")
    return text
