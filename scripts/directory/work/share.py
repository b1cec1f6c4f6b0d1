"""Bring about what is wanted of one controller's share: look, write what differs, look again, complete the groups."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ldap

from ..faults import NotYet
from ..link.session import ANSWER_SECONDS, LOST, Server, may_pass, message_id, reason
from ..link.steady import REPLICATION_SECONDS
from ..plan.found import defect
from ..plan.users import ADD, Action, Refusal, judge
from ..report import Report
from ..wanted.model import ABSENT, DISABLED, User, Wanted
from .look import Place, View, look, unlisted
from .outcome import Outcome
from .requests import Requests
from .uids import UidNumbers

# Requests under way at once. The controller works one after the other; this only hides the way there and back.
_WINDOW = 8
# Passwords that are put on the disk together.
_LOT = 64
_TRIES = 3
# Somebody else was faster, or an earlier request of this run was carried out without an answer: the next look tells.
_OVERTAKEN = (ldap.ALREADY_EXISTS, ldap.NO_SUCH_OBJECT, ldap.NO_SUCH_ATTRIBUTE, ldap.TYPE_OR_VALUE_EXISTS)


@dataclass(frozen=True)
class Run:
    """What all shares of one run have in common."""

    wanted: Wanted
    requests: Requests
    outcome: Outcome
    uids: UidNumbers
    report: Report
    stop: threading.Event


class Share:
    """The names that belong to one controller."""

    def __init__(self, run: Run, server: Server, place: Place) -> None:
        self.run, self.server, self.place = run, server, place
        self.view = View()
        self.users: dict[str, User] = {}
        # What was sent and not yet seen; how often each was answered; what the directory said last; what it may take later.
        self._sent: dict[str, Action] = {}
        self._answers: dict[str, int] = {}
        self._told: dict[str, str] = {}
        self._passing: dict[str, str] = {}
        # Names that another controller has already: to be waited for, not made a second time.
        self.awaited: dict[str, str] = {}
        self._steps = 0
        self._seen_before = False

    def look(self) -> None:
        """Read what is there, and settle what needs nothing."""
        listed = {name: user for name, user in self.run.wanted.users.items() if self.place.has(name)}
        self.view = look(self.server, self.run.wanted, self.place)
        self.users = {**listed, **unlisted(self.run.wanted, self.view)}
        outcome = self.run.outcome
        with outcome.lock:
            for name in self.users:
                self._take_note(name)
        self.run.report.progress(outcome.done, outcome.total)

    def actions(self) -> list[Action]:
        """What is left to do; names that failed are left out."""
        some = (self._judge(name) for name in self.users if name not in self.run.outcome.failed)
        return [action for action in some if isinstance(action, Action)]

    def write(self) -> None:
        """One pass; safe to repeat after a loss at any point, because every repetition begins with a look."""
        if self._seen_before:
            self.look()
        self._seen_before = True
        self._passing.clear()
        self._await_replicas()
        while (actions := self._ready()) and not self.run.stop.is_set():
            self._send_all(actions)
            self.look()
        self._judge_the_rest()
        if self._passing and not self.run.stop.is_set():
            some = sorted(set(self._passing.values()))
            raise NotYet(f"{len(self._passing)} requests were refused for the time being: {'; '.join(some)}")

    def renumber(self, numbers: Mapping[str, int]) -> None:
        """Give accounts of this run another uid number. No file belongs to them yet."""
        for name in numbers.keys() & self.users.keys():
            for entry in self.view.entries.get(name, []):
                self.server.ldap.modify_s(entry.dn, [(ldap.MOD_REPLACE, "uidNumber", [str(numbers[name]).encode()])])
        self.look()

    def progress(self) -> int:
        """Grows while something comes about."""
        return self._steps

    def fail_what_was_refused(self) -> None:
        """At the end of patience: what the directory would not take."""
        with self.run.outcome.lock:
            for name, why in self._passing.items():
                self.run.outcome.failed[name] = why
                self._drop_password(name)

    def present(self) -> dict[str, str]:
        """Name -> DN of those that may be members."""
        gone = {name for name, user in self.users.items() if user.state == ABSENT}
        return {name: entry.dn for name, entry in self.view.users().items() if name not in gone}

    def _judge(self, name: str) -> Action | Refusal | None:
        outcome, adopt = self.run.outcome, self.run.wanted.adopt
        return judge(self.users[name], self.view.entries.get(name, []), adopt, name in outcome.reset)

    def _take_note(self, name: str) -> None:
        """Sort one name by what was just seen."""
        outcome, user = self.run.outcome, self.users[name]
        entries = self.view.entries.get(name, [])
        if any(entry.mark == self.run.requests.mark for entry in entries):
            # Made by this run, perhaps without the answer having arrived.
            outcome.created.add(name)
        elif entries and name not in outcome.created:
            outcome.existing.add(name)
            if not user.reset:
                outcome.not_made.add(name)
        judged = self._judge(name)
        if judged is None:
            outcome.settled.add(name)
            if (sent := self._sent.pop(name, None)) and sent.kind != ADD:
                outcome.record(sent)
        elif isinstance(judged, Refusal):
            outcome.failed.setdefault(name, str(judged))

    def _await_replicas(self) -> None:
        """Until replication has brought what another controller has. Made here too, such an account would be a conflict
        that locks its owner out.
        """
        deadline = time.monotonic() + REPLICATION_SECONDS
        while True:
            missing = {name: host for name, host in self.awaited.items() if name not in self.view.entries}
            if not missing or time.monotonic() > deadline:
                break
            if self.run.stop.wait(1):
                return
            self.look()
        with self.run.outcome.lock:
            for name, host in missing.items():
                why = f"is on {host} and after {REPLICATION_SECONDS} s not on {self.server.host}: replication stands"
                self.run.outcome.failed[name] = why

    def _ready(self) -> list[Action]:
        """Actions that may be tried now."""
        tried = (action for action in self.actions() if self._answers.get(action.user.name, 0) < _TRIES)
        some = [action for action in tried if action.user.name not in self._passing]
        return [action for action in some if not needs_uid(action) or self._has_number(action.user.name)]

    def _has_number(self, name: str) -> bool:
        """Whether the account's uid number is free; a failure of this name if not."""
        uids, why = self.run.uids, ""
        if holder := uids.holder(name):
            why = f"its uidNumber belongs to {holder}; choose another --uid-base"
        elif uids.number(name) is None:
            # Numbers are settled at the beginning, for those who were to be made then.
            why = "vanished from the directory while the run went on; run it again"
        if why:
            with self.run.outcome.lock:
                self.run.outcome.failed[name] = why
        return not why

    def _send_all(self, actions: list[Action]) -> None:
        """Several requests under way at once, until all are answered; after a stop no new ones."""
        queue = self._prepared(actions)
        pending: dict[int, Action] = {}
        while True:
            while len(pending) < _WINDOW and not self.run.stop.is_set() and (action := next(queue, None)):
                name = action.user.name
                pending[self.run.requests.send(self.server.ldap, action, self.run.uids.number(name))] = action
                self._sent[name] = action
            if not pending:
                return
            self._receive(pending)

    def _prepared(self, actions: list[Action]) -> Iterator[Action]:
        """One after the other; before the first of each lot, the passwords of all of it are kept."""
        for begin in range(0, len(actions), _LOT):
            lot = actions[begin : begin + _LOT]
            self.run.requests.prepare(lot)
            yield from lot

    def _receive(self, pending: dict[int, Action]) -> None:
        """Take one answer."""
        outcome = self.run.outcome
        try:
            _, _, answered, _ = self.server.ldap.result3(ldap.RES_ANY, 0, ANSWER_SECONDS)
            action, problem = pending.pop(answered, None), None
        except LOST:
            raise
        except ldap.LDAPError as error:
            action, problem = pending.pop(message_id(error), None), error
        if action is None:
            return
        self._answers[action.user.name] = self._answers.get(action.user.name, 0) + 1
        with outcome.lock:
            if problem is None:
                outcome.record(action)
                self._steps += 1
            else:
                self._refused(action, problem)
        self.run.report.progress(outcome.done, outcome.total)

    def _refused(self, action: Action, problem: ldap.LDAPError) -> None:
        """Sort a refusal: worth a look, worth a wait, or final."""
        name, why = action.user.name, reason(problem)
        self._sent.pop(name, None)
        self._told[name] = why
        if isinstance(problem, _OVERTAKEN):
            return
        if may_pass(problem):
            self._passing[name] = why
            self._answers.pop(name, None)
            return
        self.run.outcome.failed[name] = why
        self._drop_password(name)

    def _judge_the_rest(self) -> None:
        """What was tried and still differs has failed; every account that this run made must be fit for a logon."""
        outcome = self.run.outcome
        left = {action.user.name: action for action in self.actions()}
        with outcome.lock:
            for name, action in left.items():
                if name not in self._passing and self._answers.get(name, 0) >= _TRIES:
                    differs = ", ".join(change.label for change in action.changes) or "is not there"
                    outcome.failed[name] = self._told.get(name) or f"differs after the change: {differs}"
                    self._drop_password(name)
            for name, user in self.users.items():
                if name in outcome.created and name not in outcome.failed and (problem := self._defect(user)):
                    outcome.failed[name] = problem

    def _defect(self, user: User) -> str | None:
        """Of an account that this run made. One that was made disabled is fit as it is."""
        if user.state == DISABLED:
            return None
        entries = self.view.entries.get(user.name)
        return defect(entries[0] if entries else None, self.run.uids.number(user.name), user.must_change)

    def _drop_password(self, name: str) -> None:
        """The password of a name that failed belongs to no account, unless this run made one."""
        if name not in self.run.outcome.created:
            self.run.outcome.not_made.add(name)


def needs_uid(action: Action) -> bool:
    """Whether it gives the account a number."""
    return action.kind == ADD or any(change.attribute == "uidNumber" for change in action.changes)
