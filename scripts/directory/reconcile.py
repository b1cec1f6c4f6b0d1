"""Make the missing accounts of one controller's share: look, add what is missing, complete the group, look again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import ldap

from . import passwords, plan
from .credentials import CredentialsFile
from .faults import Unreachable
from .inputs import People
from .report import Report
from .session import ANSWER_SECONDS, LOST, Server, message_id, reason
from .uids import UidNumbers

# Requests under way at once. The controller works one after the other; this only hides the way there and back.
_WINDOW = 8
_MEMBERS_AT_ONCE = 5000
_NORMAL_ACCOUNT = b"512"
_FOREIGN = "the name belongs to a group, a computer or another object that is not a user"


@dataclass
class Outcome:
    """What became of each name; shared by all shares of a run."""

    total: int
    created: set[str] = field(default_factory=set)
    existing: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    # Names for which a password was promised but whose account certainly was not made with it.
    not_made: set[str] = field(default_factory=set)
    members_added: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        return len(self.created) + len(self.existing) + len(self.failed.keys() - self.created - self.existing)


@dataclass(frozen=True)
class Run:
    """What all shares of one run have in common."""

    mark: str
    domain: str
    people: People
    group_dn: str | None
    gid: int
    credentials: CredentialsFile
    outcome: Outcome
    uids: UidNumbers
    report: Report
    stop: threading.Event
    passwords: dict[str, str] = field(default_factory=dict)


class Share:
    """The names that belong to one controller."""

    def __init__(self, run: Run, server: Server, names: list[str]) -> None:
        self._run = run
        self._server = server
        self._names = names
        self._wanted = set(names)
        self._found: dict[str, plan.Found] = {}

    def bring_about(self) -> None:
        """One pass; safe to repeat after a loss at any point, because it begins with a look."""
        if not self._names:
            return
        self._look()
        if self._add_missing():
            self._look()
        self._check_new()
        self._complete_group()

    def progress(self) -> int:
        """Grows while something comes about."""
        return self._run.outcome.done + self._run.outcome.members_added

    def _look(self) -> None:
        """Read what is there under these names and sort it."""
        query = f"(sAMAccountName={self._run.people.prefix}*)"
        found = (plan.from_entry(*entry) for entry in self._server.search(query, plan.ATTRIBUTES))
        self._found = {entry.name: entry for entry in found if entry.name in self._wanted}
        outcome = self._run.outcome
        with outcome.lock:
            for name, entry in self._found.items():
                if not entry.is_user:
                    outcome.failed[name] = _FOREIGN
                elif entry.mark == self._run.mark:
                    # Made by this run, perhaps without the answer having arrived.
                    outcome.created.add(name)
                elif name not in outcome.created:
                    outcome.existing.add(name)
                    outcome.not_made.add(name)
        self._run.report.progress(outcome.done, outcome.total)

    def _add_missing(self) -> int:
        """Add what was not found, several requests under way at once; how many were sent."""
        missing = [name for name in self._names if name not in self._found and name not in self._run.outcome.failed]
        if missing:
            self._run.uids.settle(self._server)
        queue = iter([name for name in missing if self._has_number(name)])
        pending: dict[int, str] = {}
        sent = 0
        while True:
            while len(pending) < _WINDOW and not self._run.stop.is_set() and (name := next(queue, None)):
                pending[self._send(name)] = name
                sent += 1
            if not pending:
                return sent
            self._receive(pending)

    def _has_number(self, name: str) -> bool:
        """Whether the account's uid number is free; a failure of this name if not."""
        holder = self._run.uids.holder(name)
        if holder:
            with self._run.outcome.lock:
                self._run.outcome.failed[name] = f"its uidNumber belongs to {holder}; choose another --uid-base"
        return not holder

    def _send(self, name: str) -> int:
        """One request that makes the whole account: it exists complete or not at all."""
        password = self._run.passwords.setdefault(name, passwords.generate(name))
        self._run.credentials.promise(name, password)
        people = self._run.people
        return self._server.ldap.add_ext(
            f"CN={name},{people.users_ou}",
            [
                ("objectClass", [b"user"]),
                ("sAMAccountName", [name.encode()]),
                ("userPrincipalName", [f"{name}@{self._run.domain}".encode()]),
                ("unicodePwd", [f'"{password}"'.encode("utf-16-le")]),
                ("userAccountControl", [_NORMAL_ACCOUNT]),
                ("uidNumber", [str(self._run.uids.number(name)).encode()]),
                ("gidNumber", [str(self._run.gid).encode()]),
                ("loginShell", [people.shell.encode()]),
                ("unixHomeDirectory", [f"/home/{name}".encode()]),
                ("adminDescription", [self._run.mark.encode()]),
            ],
        )

    def _receive(self, pending: dict[int, str]) -> None:
        """Take one answer."""
        outcome = self._run.outcome
        try:
            _, _, answered, _ = self._server.ldap.result3(ldap.RES_ANY, 0, ANSWER_SECONDS)
            name, problem = pending.pop(answered, None), None
        except LOST:
            raise
        except ldap.LDAPError as error:
            name, problem = pending.pop(message_id(error), None), error
        if name is None:
            return
        with outcome.lock:
            if problem is None:
                outcome.created.add(name)
            else:
                self._refused(name, problem)
        self._run.report.progress(outcome.done, outcome.total)

    def _refused(self, name: str, problem: ldap.LDAPError) -> None:
        """An add was refused. One that exists by now (a second writer, or an earlier request of ours) shows at the next look."""
        outcome = self._run.outcome
        if isinstance(problem, ldap.ALREADY_EXISTS) and self._exists_now(name):
            return
        outcome.failed[name] = reason(problem)
        outcome.not_made.add(name)

    def _exists_now(self, name: str) -> bool:
        """Asked with other answers under way, so by message id and not by the connection's next answer."""
        query = f"(&(sAMAccountType={plan.USER_TYPE})(sAMAccountName={name}))"
        return any(True for _ in self._server.search(query, ["1.1"]))

    def _check_new(self) -> None:
        """Every account that this run made must be found, enabled, with a password and its number."""
        outcome = self._run.outcome
        with outcome.lock:
            for name in self._names:
                problem = (
                    plan.defect(self._found.get(name), self._run.uids.number(name)) if name in outcome.created else None
                )
                if problem:
                    outcome.failed[name] = problem

    def _complete_group(self) -> None:
        """One modify with all missing members: a single one too many would make the directory refuse them all."""
        group = self._run.group_dn
        if group is None:
            return
        missing = self._missing_members(group)
        for start in range(0, len(missing), _MEMBERS_AT_ONCE):
            some = missing[start : start + _MEMBERS_AT_ONCE]
            try:
                self._server.ldap.modify_ext_s(
                    group, [(ldap.MOD_ADD, "member", [self._found[n].dn.encode() for n in some])]
                )
            except LOST:
                raise
            except ldap.ALREADY_EXISTS as error:
                # A second writer was faster with one of them: the repeated pass sees which.
                raise Unreachable(f"the group changed meanwhile ({reason(error)})") from error
            except ldap.LDAPError as error:
                self._not_members(some, f"could not be put into the group: {reason(error)}")
                return
            with self._run.outcome.lock:
                self._run.outcome.members_added += len(some)
        if missing:
            self._look()
            self._not_members(self._missing_members(group), "is not in the group although it was added")

    def _missing_members(self, group: str) -> list[str]:
        users = [entry for entry in self._found.values() if entry.is_user]
        return sorted(entry.name for entry in users if group.lower() not in entry.groups)

    def _not_members(self, names: list[str], why: str) -> None:
        with self._run.outcome.lock:
            self._run.outcome.failed.update(dict.fromkeys(names, why))
