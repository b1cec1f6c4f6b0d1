"""One run: connect, look, check, write, try passwords, tell. Every command that changes users or groups goes this way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from ..faults import DONE, SOME_FAILED, UNREACHABLE, LocalFault, NotYet, Unreachable
from ..link.kerberos import Kerberos
from ..link.session import Server
from ..link.steady import Steady, connect
from ..passwords import trying
from ..passwords.credentials import CredentialsFile
from ..passwords.new import NewPasswords
from ..plan.found import MARK
from ..plan.membership import should_be_in
from ..plan.users import ADD, Action
from ..report import Report
from ..wanted.checks import Target
from ..wanted.model import Wanted
from . import groups, others, prechecks, preview
from .look import Place
from .membership import Memberships
from .new_groups import make_missing
from .outcome import Outcome
from .requests import Requests
from .share import Run, Share, needs_uid
from .signals import stopped_by_signals
from .summary import Summary
from .trial import Trial
from .uids import UidNumbers

_PARTINGS = 5


@dataclass(frozen=True)
class How:
    """How a run is done. `patience` in seconds without progress; `verify` is all, sample or none."""

    patience: float
    verify: str
    dry_run: bool = False


def reconcile(
    target: Target, wanted: Wanted, admin_password: str, credentials: CredentialsFile, how: How, report: Report
) -> int:
    """The exit code. BadInput and Unreachable before anything was written."""
    stop = threading.Event()
    with stopped_by_signals(stop), Kerberos(target.realm, target.servers) as kerberos:
        work = Reconciliation(target, wanted, credentials, how, report, kerberos, stop)
        return work.to_end(admin_password)


class Reconciliation:
    """One run."""

    def __init__(
        self,
        target: Target,
        wanted: Wanted,
        credentials: CredentialsFile,
        how: How,
        report: Report,
        kerberos: Kerberos,
        stop: threading.Event,
    ) -> None:
        self._target, self._wanted, self._how, self._report = target, wanted, how, report
        self._kerberos, self._stop = kerberos, stop
        self._passwords = NewPasswords(credentials)
        self._outcome = Outcome(len(wanted.users))
        mark = f"{MARK}{uuid.uuid4()}"
        requests = Requests(mark, target.domain, wanted.users_ou, wanted.gid, self._passwords)
        uids = UidNumbers(wanted.users.values())
        self._run = Run(wanted, requests, self._outcome, uids, report, stop)
        self._summary = Summary(self._outcome, wanted, credentials.kind, target.ca_file is not None, stop)
        self._steadies: list[Steady] = []
        self._lost: set[Steady] = set()
        self._shares: list[Share] = []

    def to_end(self, admin_password: str) -> int:
        """Connect, look, check; then write, or only show what would be written."""
        try:
            self._connect(admin_password)
            self._each(lambda share, steady: steady.run(share.look), must=True)
            if self._await_others():
                self._each(lambda share, steady: steady.run(share.look), must=True)
            self._await_what_others_have()
            actions = [action for share in self._shares for action in share.actions()]
            leftovers = self._check(actions)
            if self._how.dry_run:
                self._preview(actions, leftovers)
                return SOME_FAILED if self._outcome.failed else DONE
            return self._write(actions, leftovers)
        finally:
            for steady in self._steadies:
                steady.server.close()

    def _connect(self, admin_password: str) -> None:
        """All controllers, in an order that does not depend on how they were given: names are pinned by it."""
        servers = [
            Server(address, self._target.base_dn, self._kerberos, self._target.admin, admin_password)
            for address in self._target.servers
        ]
        for index, server in enumerate(servers):
            connect(server, ticket=index == 0)
        servers.sort(key=lambda server: (server.host, server.address))
        self._steadies = [Steady(server, self._how.patience, self._stop, self._report.note) for server in servers]
        self._shares = [Share(self._run, server, Place(index, len(servers))) for index, server in enumerate(servers)]

    def _await_others(self) -> bool:
        """Time for controllers that the caller did not name to tell what they made; whether it was needed."""
        if self._how.dry_run or not any(action.kind == ADD for share in self._shares for action in share.actions()):
            return False
        first, named = self._steadies[0], [steady.server.host for steady in self._steadies]
        unnamed = first.run(lambda: others.unnamed(first.server, named))
        if unnamed:
            self._report.note(others.told(unnamed))
            self._stop.wait(others.LAG_SECONDS)
        return bool(unnamed)

    def _await_what_others_have(self) -> None:
        """A name that is to be made on one controller may be on another one: made a moment ago, with other addresses given."""
        for share in self._shares if len(self._shares) > 1 else ():
            names = [action.user.name for action in share.actions() if action.kind == ADD]
            for steady in self._steadies:
                if names and steady.server is not share.server:
                    there = steady.run(lambda steady=steady, names=names: groups.find(steady.server, names))
                    share.awaited.update(dict.fromkeys(there, steady.server.host))

    def _check(self, actions: list[Action]) -> dict[str, dict[str, str]]:
        """Everything that only the directory can tell, before the first write; who has to leave groups beside the listed."""
        first = self._steadies[0]
        self._outcome.total = sum(len(share.users) for share in self._shares)
        rule = first.run(lambda: prechecks.policy(first.server))
        self._passwords.least_length = rule.least_length
        first.run(lambda: prechecks.check(first.server, self._wanted, self._shares, actions, rule))
        return first.run(lambda: prechecks.leftovers(first.server, self._wanted, self._shares))

    def _preview(self, actions: list[Action], leftovers: dict[str, dict[str, str]]) -> None:
        adds = [action.user.name for action in actions if action.kind == ADD]
        enter = {
            name: [user for user in adds if should_be_in(group, user)] for name, group in self._wanted.groups.items()
        }
        leave: dict[str, list[str]] = {}
        for index, share in enumerate(self._shares):
            for change in Memberships(share, leftovers if index == 0 else {}).changes():
                enter[change.group.name] += change.enter
                leave.setdefault(change.group.name, []).extend(change.leave)
        absent = sorted(self._wanted.groups.keys() - self._shares[0].view.groups.keys())
        for name in absent:
            there = {user for share in self._shares for user in share.present()}
            enter[name] += [user for user in sorted(there) if should_be_in(self._wanted.groups[name], user)]
        preview.show(self._report, preview.Preview(actions, absent, enter, leave, self._outcome.failed))

    def _write(self, actions: list[Action], leftovers: dict[str, dict[str, str]]) -> int:
        """Groups, users, members, passwords; the credentials are handed over whatever happens."""
        self._settle_numbers(actions)
        self._passwords.credentials.open(sum(action.sets_password for action in actions))
        checked = 0
        try:
            make_missing(self._run, self._steadies[0], [share.view.groups for share in self._shares])
            self._each(lambda share, steady: self._bring_about(share, steady))
            trial = self._trial()
            # Passwords are tried while groups are completed: over connections of their own, which keep the controllers busy too.
            with ThreadPoolExecutor(1) as beside:
                refused = beside.submit(trial.of, self._shares)
                self._part_numbers(actions)
                self._each(lambda share, steady: self._complete_groups(share, steady, leftovers))
            self._outcome.failed.update(refused.result())
            checked = len(trial.passwords)
        finally:
            self._hand_over()
        return self._finish(checked)

    def _settle_numbers(self, actions: list[Action]) -> None:
        """Only if somebody needs one."""
        if not any(map(needs_uid, actions)):
            return
        self._learn_numbers(must=True)
        self._run.uids.settle()

    def _learn_numbers(self, *, must: bool) -> None:
        self._run.uids.forget()
        self._each(lambda _, steady: steady.run(lambda: self._run.uids.learn(steady.server)), must=must)

    def _doubled(self, names: set[str]) -> bool:
        """Whether accounts of others have numbers that this run gave to these."""
        uids, mark = self._run.uids, self._run.requests.mark
        uids.forget()
        self._each(lambda _, steady: steady.run(lambda: uids.learn_others(steady.server, names, mark)))
        return uids.doubled(names)

    def _part_numbers(self, actions: list[Action]) -> None:
        """Another number for accounts of this run whose number a run beside it has given too."""
        outcome = self._outcome
        some = {action.user.name: action.kind for action in actions if needs_uid(action)}
        for _ in range(_PARTINGS):
            given = {name for name, kind in some.items() if kind != ADD or name in outcome.created}
            given -= outcome.failed.keys()
            if not given or self._stop.is_set() or not self._doubled(given):
                return
            self._learn_numbers(must=False)
            fresh = self._run.uids.part(given)
            for name in given:
                if holder := self._run.uids.holder(name):
                    outcome.failed[name] = f"its uidNumber was given to {holder} meanwhile; choose another --uid-base"
            if not fresh:
                return
            self._report.note(f"{len(fresh)} uid numbers were given by another run too: these accounts get others")
            self._each(lambda share, steady, fresh=fresh: steady.run(lambda: share.renumber(fresh)))
        for name in fresh:
            outcome.failed[name] = "its uidNumber is somebody else's too, and other runs go on"

    def _each(self, work: Callable[[Share, Steady], None], must: bool = False) -> None:
        """All shares at once; one that loses its controller for good leaves the others to finish."""
        with ThreadPoolExecutor(len(self._shares)) as pool:
            pairs = zip(self._shares, self._steadies, strict=True)
            works = {pool.submit(work, *pair): pair[1] for pair in pairs if pair[1] not in self._lost}
            wait(works)
        for one, steady in works.items():
            try:
                one.result()
            except Unreachable as error:
                if must:
                    raise
                self._lost.add(steady)
                self._summary.lost.append(str(error))
            except LocalFault as error:
                self._summary.faults.append(str(error))

    def _bring_about(self, share: Share, steady: Steady) -> None:
        try:
            steady.run(share.write, share.progress)
        except NotYet:
            share.fail_what_was_refused()

    def _complete_groups(self, share: Share, steady: Steady, leftovers: dict[str, dict[str, str]]) -> None:
        if unknown := self._wanted.groups.keys() - share.view.groups.keys():
            steady.run(lambda: groups.await_replica(share.server, unknown))
        work = Memberships(share, leftovers if share.place.index == 0 else {})
        try:
            steady.run(work.complete, work.progress)
        except NotYet as error:
            for change in work.changes():
                work.fail(change, str(error))

    def _hand_over(self) -> None:
        """Leave in the file or secret what is true: passwords of accounts that were, or may have been, made."""
        credentials = self._passwords.credentials
        try:
            self._summary.handed_over = credentials.close(self._passwords.generated - self._outcome.not_made)
        except LocalFault as error:
            self._summary.faults.append(str(error))
            self._summary.handed_over = credentials.place

    def _trial(self) -> Trial:
        """Of passwords that this run set; of none after the loss of a controller."""
        outcome, known = self._outcome, self._passwords.known
        made = (outcome.created | outcome.reset) - outcome.failed.keys()
        fit = [name for name in made if name in known and trying.may_log_on(self._wanted.users[name])]
        chosen = [] if self._summary.lost else trying.sample(fit, self._how.verify)
        return Trial(self._target, self._kerberos, {name: known[name] for name in chosen})

    def _finish(self, checked: int) -> int:
        """Tell what came about; the exit code."""
        summary = self._summary
        summary.name_what_was_not_reached()
        self._report.errors([*summary.lost, *summary.faults])
        self._report.summary(
            summary.values(checked, self._report.seconds), summary.lines(checked, self._report.seconds)
        )
        if summary.lost:
            return UNREACHABLE
        return SOME_FAILED if self._outcome.failed or summary.remaining or summary.faults else DONE
