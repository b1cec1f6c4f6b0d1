"""From the list and what this node has to commands of shadow-utils. Pure: nothing is looked up or changed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .found import Account, Found, Own
from .wanted import DELETE, LOCK, User, Wanted

COMMENT = "hpcstack local user"
# The first day of all: `--expiredate` of a locked account. No password is locked, since none is ever set.
LOCKED_DAY = "1"


@dataclass(frozen=True)
class Step:
    """A command, and in words what it does. `user`: whom to leave out of the rest if it fails."""

    why: str
    command: tuple[str, ...]
    user: str | None = None


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """By user, why nothing is done for him."""
    problems: list[str] = field(default_factory=list)
    """Of groups."""
    own: Own = field(default_factory=Own)
    """What is this program's own once all steps are done."""


def plan(wanted: Wanted, found: Found, home_owners: Mapping[str, int | None]) -> Plan:
    """`home_owners`: uid of whom a home belongs to that is there already, by user; None where it is no folder."""
    made = Plan()
    groups = _groups(made, wanted, found)
    mine = {name: uid for name, uid in found.own.users.items() if name in found.users and found.users[name].uid == uid}
    managed = found.own.groups | set(wanted.groups)
    for user in wanted.users.values():
        fault = _fault(user, wanted, found, mine, groups, home_owners)
        if fault:
            made.refused[user.name] = fault
            continue
        account = found.users.get(user.name)
        if user.name in wanted.groups and not _own_group(user, wanted, found):
            made.steps += _group_steps(user.name, wanted.groups[user.name], found, user.name)
        if account is None:
            made.steps.append(_new(user, wanted, found))
            mine[user.name] = user.uid
        else:
            made.steps += _changed(user, account, wanted, found, managed)
    for name in sorted(wanted.absent & found.users.keys() - mine.keys()):
        made.refused[name] = "is an account of this node that the list did not make, and is not deleted"
    unlisted = mine.keys() - wanted.users.keys() - wanted.absent
    deleted = wanted.absent | (unlisted if wanted.unlisted == DELETE else set())
    # Locked before it is deleted: userdel leaves alone whom a process runs as, and the next run tries again.
    locked = deleted | (unlisted if wanted.unlisted == LOCK else set())
    made.steps += [_locked(name) for name in sorted(locked & mine.keys()) if not found.users[name].expired]
    made.steps += [_deleted(name) for name in sorted(deleted & mine.keys())]
    made.own = Own({name: uid for name, uid in mine.items() if name not in deleted}, frozenset(managed))
    return made


def _groups(made: Plan, wanted: Wanted, found: Found) -> set[str]:
    """Names of those groups of the list that are or will be as it says. Private groups come with their users."""
    good: set[str] = set()
    for name, gid in sorted(wanted.groups.items()):
        if name in wanted.users:
            continue
        fault = _group_fault(name, gid, found)
        if fault:
            made.problems.append(f"group {name}: {fault}")
            continue
        good.add(name)
        made.steps += _group_steps(name, gid, found)
    return good


def _group_fault(name: str, gid: int, found: Found) -> str | None:
    there, holder = found.groups.get(name), found.holder_of_gid(gid)
    if there and there.gid != gid:
        return (
            f"has gid {there.gid} here and {gid} in the list; a gid is not changed, because files keep the old one: list "
            f"{there.gid}, or take another name"
        )
    if there is None and holder is not None:
        return f"has gid {gid}, which belongs to the group {holder} on this node; list another gid"
    return None


def _group_steps(name: str, gid: int, found: Found, user: str | None = None) -> list[Step]:
    command = ("groupadd", "--gid", str(gid), name)
    return [] if name in found.groups else [Step(f"group {name} made, gid {gid}", command, user)]


def _fault(
    user: User,
    wanted: Wanted,
    found: Found,
    mine: Mapping[str, int],
    groups: set[str],
    home_owners: Mapping[str, int | None],
) -> str | None:
    """Why nothing can be done for a user."""
    account = found.users.get(user.name)
    if account and user.name not in mine:
        return "is an account of this node that the list did not make; take another name"
    if account and account.uid != user.uid:
        return (
            f"has uid {account.uid} here and {user.uid} in the list; a uid is not changed, because files keep the old one: list "
            f"{account.uid}, or let the name be absent once, chown its files, and list it anew"
        )
    holder = found.holder_of_uid(user.uid)
    if account is None and holder is not None:
        return f"has uid {user.uid}, which belongs to {holder} on this node; list another uid"
    if account is None and user.name in home_owners and home_owners[user.name] != user.uid:
        owner = home_owners[user.name]
        told = "is no folder" if owner is None else f"belongs to uid {owner}, and the list says {user.uid}"
        return f"has a home that {told}; mend the list, or the home"
    if user.name in wanted.groups and (fault := _group_fault(user.name, wanted.groups[user.name], found)):
        return f"has a group of his own that {fault}"
    lacking = [name for name in (user.group, *user.groups) if name not in groups | {user.name}]
    return f"is in the group {', '.join(lacking)}, which is not as the list says" if lacking else None


def _own_group(user: User, wanted: Wanted, found: Found) -> bool:
    """Whether useradd makes the user's own group too: it gives that the uid as its gid, if that is free."""
    new = user.name not in found.users and user.name not in found.groups
    return new and user.group == user.name and wanted.groups[user.name] == user.uid


def _new(user: User, wanted: Wanted, found: Found) -> Step:
    group = ("--user-group",) if _own_group(user, wanted, found) else ("--gid", user.group)
    # Ranges of subordinate ids are not useradd's to give: it would take the next free ones, other ones on each node.
    command = (
        *("useradd", "--no-log-init", "--no-create-home", "-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0"),
        *("--uid", str(user.uid), *group, "--groups", ",".join(user.groups)),
        *("--home-dir", f"{wanted.home_root}/{user.name}", "--shell", user.shell),
        # No password fits; unlike "!", sshd does not take it for a locked account.
        *("--password", "*", "--comment", COMMENT, "--expiredate", "" if not user.locked else LOCKED_DAY),
        user.name,
    )
    told = f"user {user.name} made, uid {user.uid}, groups {', '.join((user.group, *user.groups))}"
    return Step(told if not user.locked else f"{told}, locked", command, user.name)


def _changed(user: User, account: Account, wanted: Wanted, found: Found, managed: set[str]) -> Iterator[Step]:
    """One usermod with all that differs."""
    home, gid = f"{wanted.home_root}/{user.name}", wanted.groups[user.group]
    present = {name for name, group in found.groups.items() if user.name in group.members}
    # Groups that something else put a user into are left to it.
    groups = (present - managed) | set(user.groups)
    words: list[str] = []
    command: list[str] = []
    if account.shell != user.shell:
        words.append(f"shell {account.shell} -> {user.shell}")
        command += ["--shell", user.shell]
    if account.home != home:
        words.append(f"home {account.home} -> {home}, files are not moved")
        command += ["--home", home]
    if account.gid != gid:
        words.append(f"primary group {user.group}")
        command += ["--gid", user.group]
    if present != groups:
        words.append(f"groups {_names(present)} -> {_names(groups)}")
        command += ["--groups", ",".join(sorted(groups))]
    if account.expired != user.locked:
        words.append("unlocked" if account.expired else "locked")
        command += ["--expiredate", "" if account.expired else LOCKED_DAY]
    if command:
        yield Step(f"user {user.name}: {'; '.join(words)}", ("usermod", *command, user.name), user.name)


def _locked(name: str) -> Step:
    return Step(
        f"user {name}: not in the list any more, or absent: locked", ("usermod", "--expiredate", LOCKED_DAY, name), name
    )


def _deleted(name: str) -> Step:
    return Step(f"user {name} deleted; home and files are left", ("userdel", name), name)


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
