"""The commands `disable`, `enable`, `delete` and `reset-password`: accounts by name, or a numbered series of them."""

from __future__ import annotations

import argparse
from dataclasses import replace

from ..passwords import given
from ..report import Report
from ..wanted import checks as rules
from ..wanted import fields
from ..wanted.checks import Checks
from ..wanted.model import ABSENT, DISABLED, PRESENT, User, Wanted
from ..wanted.series import numbers
from ..work.run import reconcile
from . import common
from .apply import ceiling

_STATES = {"disable": DISABLED, "enable": PRESENT, "delete": ABSENT}


def manage(options: argparse.Namespace, report: Report) -> int:
    """Run one of the commands; an exit code. BadInput and Unreachable before anything was written."""
    checks = Checks(options)
    target = rules.target(options, checks)
    resets = options.command == "reset-password"
    names = _names(options, checks)
    template = User("", state=_STATES.get(options.command), make=False, reset=resets)
    must_change = resets and options.must_change
    users = {name: replace(template, name=name, must_change=must_change) for name in names}
    wanted = Wanted(
        users,
        {},
        f"CN=Users,{target.base_dn}",
        rules.FIRST_ID,
        adopt=options.adopt,
        # Names that were typed one by one are meant.
        ceiling=None if options.names else ceiling(options, checks),
    )
    how = common.how(options, checks)
    credentials = common.credentials_file(options, checks)
    secrets = given.take(options, checks, target, users=resets)
    return reconcile(target, common.with_passwords(wanted, secrets.users), secrets.admin, credentials, how, report)


def _names(options: argparse.Namespace, checks: Checks) -> list[str]:
    if options.names and (options.prefix or options.count):
        checks.errors.append("names and a series (--prefix, --count) are both given: one of them")
    if not options.names:
        if not options.prefix and not options.count:
            checks.errors.append("whom? Give names, or a series by --prefix and --count")
            return []
        return list(numbers(options, checks))
    for name in options.names:
        try:
            fields.account(name)
        except ValueError as error:
            checks.errors.append(f"name {name!r} is not allowed: {error}")
    return list(dict.fromkeys(options.names))
