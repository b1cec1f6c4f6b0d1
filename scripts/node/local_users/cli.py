"""`local_users`: have the accounts of the stack's list on this node."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..library import cloud, node, program
from ..library.arguments import s3_uri
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import Node
from . import folders, found, homes, sudoers, timer
from .found import Found, Own
from .person import Person
from .plan import plan
from .wanted import User, Wanted, read


def main() -> int:
    return program.run("local_users", "Have the accounts of the stack's list of users on this node.", _arguments, _work)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", required=True, type=s3_uri, help="the list in the stack's bucket, s3://BUCKET/KEY")
    parser.add_argument(
        "--go-on",
        action="store_true",
        help="end with 0 also if single users are refused: no reason to take a login or compute node away",
    )


def _work(options: argparse.Namespace, this: Node, changes: Changes) -> None:
    wanted = read(cloud.s3_object(options.list), options.list)
    refused = Refused(changes)
    _accounts(changes, wanted, refused)
    good = [one for name, one in sorted(wanted.users.items()) if name not in refused.users]
    refused.add(sudoers.reconcile(changes, good))
    present = [one for one in good if not one.locked]
    if this.kind != node.COMPUTE:
        _homes(changes, wanted, present, refused)
    if this.kind == node.HEAD:
        _folders(changes, wanted, present, refused)
    timer.reconcile(changes, options.list)
    refused.finish(go_on=options.go_on)


class Refused:
    """What could not be done; the rest is done all the same."""

    def __init__(self, changes: Changes) -> None:
        self.users: set[str] = set()
        self._count = 0
        self._changes = changes

    def one(self, name: str, why: str, *, user: bool = False) -> None:
        self._changes.say(f"refused: {name}: {why}")
        self._count += 1
        if user:
            self.users.add(name)

    def add(self, some: dict[str, str], *, user: bool = False) -> None:
        for name, why in some.items():
            self.one(name, why, user=user)

    def finish(self, *, go_on: bool) -> None:
        if self._count and not go_on:
            raise Fault(f"{self._count} of the list could not be done; the lines with refused: say what and why")


def _accounts(changes: Changes, wanted: Wanted, refused: Refused) -> None:
    before = found.look()
    made = plan(wanted, before, _home_owners(wanted, before))
    for problem in made.problems:
        refused.one(*problem.split(": ", 1))
    refused.add(made.refused, user=True)
    # Written down first: an account that was made, but not noted when power failed, would be a stranger's.
    found.keep(changes, Own({**before.own.users, **made.own.users}, before.own.groups | made.own.groups))
    for step in made.steps:
        if step.user in refused.users:
            continue
        try:
            changes.command(step.why, *step.command)
        except Fault as fault:
            refused.one(step.user or step.command[-1], str(fault), user=step.user is not None)
    if changes.dry_run:
        return
    kept = {name: uid for name, uid in before.own.users.items() if name in refused.users}
    found.keep(changes, Own({**kept, **made.own.users}, made.own.groups))


def _home_owners(wanted: Wanted, before: Found) -> dict[str, int | None]:
    """Of users who have no account here yet."""
    owners: dict[str, int | None] = {}
    for name in wanted.users.keys() - before.users.keys():
        try:
            owners[name] = homes.owner(f"{wanted.home_root}/{name}")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Fault(f"{wanted.home_root}/{name}: {error.strerror}; is {wanted.home_root} mounted?") from None
    return owners


def _person(wanted: Wanted, user: User) -> Person:
    return Person(user.name, user.uid, wanted.groups[user.group], f"{wanted.home_root}/{user.name}")


def _homes(changes: Changes, wanted: Wanted, present: list[User], refused: Refused) -> None:
    if not Path(wanted.home_root).is_dir():
        changes.folder(wanted.home_root)
    for user in present:
        try:
            homes.reconcile(changes, _person(wanted, user), user.keys)
        except Fault as fault:
            refused.one(user.name, str(fault))


def _folders(changes: Changes, wanted: Wanted, present: list[User], refused: Refused) -> None:
    """Scratch folders and access control lists."""
    try:
        if wanted.scratch_dir:
            folders.scratch(changes, wanted.scratch_dir)
    except Fault as fault:
        refused.one("scratchDir", str(fault))
        present = []
    for user in present if wanted.scratch_dir else ():
        try:
            folders.of_user(changes, str(wanted.scratch_dir), _person(wanted, user), wanted.shared_group)
        except Fault as fault:
            refused.one(user.name, str(fault))
    for entry in wanted.acls:
        try:
            folders.acl(changes, entry)
        except Fault as fault:
            refused.one("folderAcls", str(fault))
