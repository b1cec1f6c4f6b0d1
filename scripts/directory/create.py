"""The command `create`: a numbered series of users exists afterwards, in its group, each with a password that works."""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from . import groups, inputs, plan, steady, verify
from .credentials import CredentialsFile
from .faults import DONE, SOME_FAILED, UNREACHABLE, BadInput, LocalFault, Unreachable
from .inputs import People, Target
from .kerberos import Kerberos
from .reconcile import Outcome, Run, Share
from .report import Report
from .session import Server
from .uids import UidNumbers

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def create(options: argparse.Namespace, report: Report) -> int:
    """Run the command; an exit code. BadInput and Unreachable before anything was written."""
    checks = inputs.Checks(options)
    target = inputs.target(options, checks)
    people = inputs.people(options, checks, target.base_dn)
    how = checks.choice("verify", ("all", "sample", "none"))
    patience = checks.number("patience", 1, 3600)
    file = inputs.credentials_file(options, checks)
    admin_password = inputs.secrets_from_stdin(checks, target.admin).get("adminPassword", "")
    checks.finish()
    stop = threading.Event()
    with _stopped_by_signals(stop), Kerberos(target.realm, target.servers) as kerberos:
        creation = Creation(target, people, CredentialsFile(file), report, stop, kerberos)
        return creation.run(admin_password, float(patience or 0), how)


class Creation:
    """One run of the command."""

    def __init__(
        self,
        target: Target,
        people: People,
        credentials: CredentialsFile,
        report: Report,
        stop: threading.Event,
        kerberos: Kerberos,
    ) -> None:
        self._target = target
        self._people = people
        self._credentials = credentials
        self._report = report
        self._stop = stop
        self._kerberos = kerberos
        self._mark = f"hpcstack {uuid.uuid4()}"
        self._outcome = Outcome(len(people.accounts))
        self._lost: list[str] = []
        self._faults: list[str] = []
        self._handed_over: str | None = None

    def run(self, admin_password: str, patience: float, how: str) -> int:
        """Connect, reconcile, verify, report."""
        servers = self._connect(admin_password)
        steadies = [steady.Steady(server, patience, self._stop, self._report.note) for server in servers]
        run = self._prepare(steadies)
        shares = plan.share_out(list(self._people.accounts), len(servers))
        self._credentials.open()
        try:
            self._reconcile(run, steadies, shares)
            checked = self._verify(run, servers, shares, how)
        finally:
            self._hand_over(run)
            for server in servers:
                server.close()
        return self._finish(checked)

    def _connect(self, admin_password: str) -> list[Server]:
        """All controllers, in an order that does not depend on how they were given: names are pinned by it."""
        servers = [
            Server(address, self._target.base_dn, self._kerberos, self._target.admin, admin_password)
            for address in self._target.servers
        ]
        for server in servers:
            steady.connect(server)
        return sorted(servers, key=lambda server: (server.host, server.address))

    def _prepare(self, steadies: list[steady.Steady]) -> Run:
        """The container must be there; the group is made if absent."""
        first, people = steadies[0], self._people
        if not first.run(lambda: first.server.exists(people.users_ou)):
            raise BadInput([f"--users-ou {people.users_ou!r} is not in the directory"])
        group_dn, gid = None, people.gid
        if people.group:
            name = people.group
            group_dn, gid = first.run(
                lambda: groups.ensure(first.server, name, people.users_ou, people.gid, self._mark)
            )
            for other in steadies[1:]:
                other.run(lambda other=other: groups.await_replica(other.server, name))
        return Run(
            mark=self._mark,
            domain=self._target.domain,
            people=people,
            group_dn=group_dn,
            gid=gid,
            credentials=self._credentials,
            outcome=self._outcome,
            uids=UidNumbers(people.accounts, people.uid_base),
            report=self._report,
            stop=self._stop,
        )

    def _reconcile(self, run: Run, steadies: list[steady.Steady], shares: list[list[str]]) -> None:
        """All shares at once; one that loses its controller for good leaves the others to finish."""
        with ThreadPoolExecutor(len(steadies)) as pool:
            works: list[Future[None]] = []
            for one, names in zip(steadies, shares):  # noqa: B905 - `strict` needs no check: one share a server
                share = Share(run, one.server, names)
                works.append(pool.submit(one.run, share.bring_about, share.progress))
            wait(works)
        for work in works:
            try:
                work.result()
            except Unreachable as error:
                self._lost.append(str(error))
            except LocalFault as error:
                self._faults.append(str(error))

    def _hand_over(self, run: Run) -> None:
        """Leave in the file what is true: passwords of accounts that were, or may have been, made."""
        try:
            file = self._credentials.close(run.passwords.keys() - self._outcome.not_made)
        except LocalFault as error:
            self._faults.append(str(error))
            file = self._credentials.path
        self._handed_over = str(file) if file else None

    def _verify(self, run: Run, servers: list[Server], shares: list[list[str]], how: str) -> int:
        """Passwords of new accounts, on the controller that made them; how many were tried."""
        new = [name for name in self._outcome.created if name not in self._outcome.failed and name in run.passwords]
        chosen = set() if self._lost else set(verify.sample(new, how))
        for server, names in zip(servers, shares):  # noqa: B905 - one share a server
            tried = {name: run.passwords[name] for name in names if name in chosen}
            try:
                self._outcome.failed.update(self._try_passwords(server, tried))
            except Unreachable as error:
                self._outcome.failed.update(dict.fromkeys(tried, f"made, but its password could not be tried: {error}"))
        return len(chosen)

    def _try_passwords(self, server: Server, passwords: dict[str, str]) -> dict[str, str]:
        if not passwords:
            return {}
        if self._target.ca_file:
            return verify.by_ldaps(server.address, server.host, self._target.ca_file, self._target.domain, passwords)
        return verify.by_ticket(self._kerberos, server.address, passwords)

    def _finish(self, checked: int) -> int:
        """Tell what came about; the exit code."""
        outcome = self._outcome
        if self._lost:
            missing = [n for n in self._people.accounts if n not in outcome.created | outcome.existing]
            for name in missing:
                outcome.failed.setdefault(name, "not reached: the connection to its controller was lost")
        self._report.errors([*self._lost, *self._faults])
        self._report.summary(self._values(checked), self._lines(checked))
        if self._lost:
            return UNREACHABLE
        return SOME_FAILED if outcome.failed or self._remaining or self._faults else DONE

    @property
    def _remaining(self) -> int:
        return self._outcome.total - self._outcome.done

    def _values(self, checked: int) -> dict[str, Any]:
        outcome, seconds = self._outcome, self._report.seconds
        good = (outcome.created | outcome.existing) - outcome.failed.keys()
        return {
            "created": len(outcome.created),
            "existing": len(outcome.existing),
            "failed": [{"name": name, "reason": why} for name, why in sorted(outcome.failed.items())],
            "remaining": self._remaining,
            "interrupted": self._stop.is_set(),
            "members_added": outcome.members_added,
            "verified": len(good),
            "passwords_tried": checked,
            "seconds": round(seconds, 2),
            "users_per_second": round(len(outcome.created) / seconds, 1) if seconds else 0.0,
            "credentials_file": self._handed_over,
        }

    def _lines(self, checked: int) -> list[str]:
        values, people = self._values(checked), self._people
        lines = [f"failed: {item['name']}: {item['reason']}" for item in values["failed"]]
        if values["interrupted"]:
            lines.append(
                f"stopped before the end: {self._remaining} of {self._outcome.total} not begun; run it again to go on"
            )
        lines.append(
            f"{values['created']} created, {values['existing']} existed already, {len(values['failed'])} failed"
        )
        if people.group:
            lines.append(f"{values['members_added']} added to the group {people.group}")
        way = "LDAPS bind" if self._target.ca_file else "Kerberos ticket"
        lines.append(f"{values['verified']} accounts verified, {checked} passwords tried by {way}")
        lines.append(f"{values['seconds']} s, {values['users_per_second']} new users a second")
        if self._handed_over:
            lines.append(f"new passwords are in {self._handed_over}, readable by its owner only")
        return lines


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C (or TERM, HUP) lets the requests under way finish; the second ends at once."""

    def handle(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    former = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, action in former.items():
            signal.signal(number, action)
