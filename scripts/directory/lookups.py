"""The commands `list` and `verify`: they read, they change nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import credentials, groups, inputs, plan, steady, verify
from .faults import DONE, SOME_FAILED, Unreachable
from .inputs import People, Target
from .kerberos import Kerberos
from .report import Report
from .session import Server


def list_users(options: argparse.Namespace, report: Report) -> int:
    """Every user whose name begins with --prefix: name, uid number, state, groups."""
    checks = inputs.Checks(options)
    target = inputs.target(options, checks)
    prefix = checks.text("prefix", inputs.NAME, "a lower-case letter or _, then a-z 0-9 _ -", required=False)
    password = inputs.secrets_from_stdin(checks, target.admin).get("adminPassword", "")
    checks.finish()
    with Kerberos(target.realm, target.servers) as kerberos:
        server = _first(target, kerberos, password)
        query = f"(&(sAMAccountType={plan.USER_TYPE})(sAMAccountName={prefix}*))"
        found = sorted(
            (plan.from_entry(*entry) for entry in server.search(query, plan.ATTRIBUTES)), key=lambda e: e.name
        )
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
    """The series is there, enabled, in its group; and the passwords of a credentials file work, if one is named."""
    checks = inputs.Checks(options)
    target = inputs.target(options, checks)
    people = inputs.people(options, checks, target.base_dn)
    how = checks.choice("verify", ("all", "sample", "none"))
    known = _known_passwords(options.credentials_file, checks)
    password = inputs.secrets_from_stdin(checks, target.admin).get("adminPassword", "")
    checks.finish()
    with Kerberos(target.realm, target.servers) as kerberos:
        server = _first(target, kerberos, password)
        failed = _attributes(server, people)
        chosen = verify.sample([name for name in people.accounts if name in known and name not in failed], how)
        tried = {name: known[name] for name in chosen}
        if tried and target.ca_file:
            failed.update(verify.by_ldaps(server.address, server.host, target.ca_file, target.domain, tried))
        elif tried:
            failed.update(verify.by_ticket(kerberos, server.address, tried))
        server.close()
    good = len(people.accounts) - len(failed)
    values = {
        "verified": good,
        "passwords_tried": len(tried),
        "failed": [{"name": name, "reason": why} for name, why in sorted(failed.items())],
        "seconds": round(report.seconds, 2),
    }
    lines = [f"failed: {name}: {why}" for name, why in sorted(failed.items())]
    report.summary(values, [*lines, f"{good} of {len(people.accounts)} verified, {len(tried)} passwords tried"])
    return SOME_FAILED if failed else DONE


def _attributes(server: Server, people: People) -> dict[str, str]:
    """Name -> defect of every account of the series that is not as `create` makes it."""
    group = groups.find(server, people.group) if people.group else None
    if people.group and group is None:
        return dict.fromkeys(people.accounts, f"there is no group {people.group}")
    query = f"(&(sAMAccountType={plan.USER_TYPE})(sAMAccountName={people.prefix}*))"
    found = {entry.name: entry for entry in (plan.from_entry(*e) for e in server.search(query, plan.ATTRIBUTES))}
    failed: dict[str, str] = {}
    for name, number in people.accounts.items():
        problem = plan.defect(found.get(name), None if people.uid_base is None else people.uid_base + number)
        if problem is None and group and group[0].lower() not in found[name].groups:
            problem = f"is not in the group {people.group}"
        if problem:
            failed[name] = problem
    return failed


def _known_passwords(given: str | None, checks: inputs.Checks) -> dict[str, str]:
    if not given:
        return {}
    path = Path(given).expanduser()
    if not path.exists():
        checks.errors.append(f"--credentials-file {path} does not exist")
        return {}
    try:
        return credentials.read(path)
    except inputs.BadInput as error:
        checks.errors.extend(error.reasons)
        return {}


def _first(target: Target, kerberos: Kerberos, password: str) -> Server:
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
