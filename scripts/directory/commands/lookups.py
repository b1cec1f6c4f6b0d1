"""The commands `list` and `verify`: they read, they change nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..faults import DONE, SOME_FAILED, BadInput, Unreachable
from ..link import steady
from ..link.kerberos import Kerberos
from ..link.session import Server
from ..passwords import credentials, given, trying
from ..plan import membership
from ..plan.found import ATTRIBUTES, USER_TYPE, defect, from_entry
from ..plan.users import Action, judge
from ..report import Report
from ..wanted import checks as rules
from ..wanted.checks import Target
from ..wanted.model import ABSENT, DISABLED, User, Wanted
from ..wanted.series import series
from ..work.look import Place, View, look
from . import common
from .apply import listed

_EVERYWHERE = Place(0, 1)


def list_users(options: argparse.Namespace, report: Report) -> int:
    """Every user whose name begins with --prefix: name, uid number, state, groups."""
    checks = rules.Checks(options)
    target = rules.target(options, checks)
    prefix = checks.text("prefix", rules.NAME, "a lower-case letter or _, then a-z 0-9 _ -", required=False)
    password = given.take(options, checks, target).admin
    with Kerberos(target.realm, target.servers) as kerberos:
        server = first_server(target, kerberos, password)
        query = f"(&(sAMAccountType={USER_TYPE})(sAMAccountName={prefix}*))"
        entries = server.search(query, [*ATTRIBUTES, "memberOf"])
        found = sorted((from_entry(*entry) for entry in entries), key=lambda e: e.name)
        server.close()
    for entry in found:
        state = "disabled" if entry.disabled else "enabled" if entry.password_set else "no password"
        names = sorted(dn.split(",", 1)[0].removeprefix("cn=") for dn in entry.groups)
        values = {
            "event": "user",
            "name": entry.name,
            "uid_number": entry.uid,
            "state": state,
            "groups": names,
            "dn": entry.dn,
        }
        report.item(values, f"{entry.name:<20} {entry.uid or '-':>10} {state:<11} {' '.join(names)}")
    report.summary({"users": len(found)}, [f"{len(found)} users"])
    return DONE


def verify_users(options: argparse.Namespace, report: Report) -> int:
    """The list is as it should be; and the passwords of a credentials file work, if one is named."""
    checks = rules.Checks(options)
    target = rules.target(options, checks)
    wanted = (listed if options.files else series)(options, checks, target.base_dn)
    how = checks.choice("verify", common.VERIFY)
    known = _known_passwords(options.credentials_file, checks)
    password = given.take(options, checks, target).admin
    with Kerberos(target.realm, target.servers) as kerberos:
        server = first_server(target, kerberos, password)
        failed = _defects(wanted, look(server, wanted, _EVERYWHERE))
        fit = [name for name, user in wanted.users.items() if name not in failed and trying.may_log_on(user)]
        chosen = trying.sample([name for name in fit if name in known], how)
        tried = {name: known[name] for name in chosen}
        if tried and target.ca_file:
            failed.update(trying.by_ldaps(server.address, server.host, target.ca_file, target.domain, tried))
        elif tried:
            failed.update(trying.by_ticket(kerberos, server.address, tried))
        server.close()
    good = len(wanted.users) - len(failed.keys() & wanted.users.keys())
    values = {
        "verified": good,
        "passwords_tried": len(tried),
        "failed": [{"name": name, "reason": why} for name, why in sorted(failed.items())],
        "seconds": round(report.seconds, 2),
    }
    lines = [f"failed: {name}: {why}" for name, why in sorted(failed.items())]
    report.summary(values, [*lines, f"{good} of {len(wanted.users)} verified, {len(tried)} passwords tried"])
    return SOME_FAILED if failed else DONE


def _defects(wanted: Wanted, view: View) -> dict[str, str]:
    """Name -> what is not as wanted."""
    failed = {name: why for name, user in wanted.users.items() if (why := _defect(user, wanted, view))}
    for name in wanted.groups.keys() - view.groups.keys():
        failed.update(dict.fromkeys(wanted.groups[name].members, f"there is no group {name}"))
    for change in membership.changes(wanted.groups, view.groups, view.users(), {}):
        for name in change.enter:
            failed.setdefault(name, f"is not in the group {change.group.name}")
        for name in change.leave:
            failed.setdefault(name, f"is in the group {change.group.name} and should not be")
    return failed


def _defect(user: User, wanted: Wanted, view: View) -> str | None:
    entries = view.entries.get(user.name, [])
    judged = judge(user, entries, adopt=wanted.adopt)
    if isinstance(judged, Action):
        return _differs(judged)
    if judged is not None:
        return str(judged)
    if user.state in (ABSENT, DISABLED):
        return None
    return defect(entries[0], None, user.must_change)


def _differs(action: Action) -> str:
    if action.found is None:
        return "is not in the directory"
    if not action.changes:
        return "is in the directory and should not be"
    return "; ".join(f"{c.label} is {c.old or 'not set'}, not {c.new or 'unset'}" for c in action.changes)


def _known_passwords(path_given: str | None, checks: rules.Checks) -> dict[str, str]:
    if not path_given:
        return {}
    path = Path(path_given).expanduser()
    if not path.exists():
        checks.errors.append(f"--credentials-file {path} does not exist")
        return {}
    try:
        return credentials.read(path)
    except BadInput as error:
        checks.errors.extend(error.reasons)
        return {}


def first_server(target: Target, kerberos: Kerberos, password: str) -> Server:
    """The first controller that answers: reading needs only one. Unreachable, with every reason, when none does."""
    reasons: list[str] = []
    for address in target.servers:
        server = Server(address, target.base_dn, kerberos, target.admin, password)
        try:
            steady.connect(server)
        except Unreachable as error:
            reasons.append(str(error))
        else:
            return server
    raise Unreachable("; ".join(reasons))
