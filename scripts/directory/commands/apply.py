"""The command `apply`: the directory holds what the lists say."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from ..passwords import given
from ..report import Report
from ..wanted import checks as rules
from ..wanted.checks import Checks
from ..wanted.model import UNLISTED, Ceiling, Wanted
from ..wanted.people import read_lists
from ..work.run import reconcile
from . import common


def apply(options: argparse.Namespace, report: Report) -> int:
    """Run the command; an exit code. BadInput and Unreachable before anything was written."""
    checks = Checks(options)
    target = rules.target(options, checks)
    wanted = listed(options, checks, target.base_dn)
    how = common.how(options, checks)
    credentials = common.credentials_file(options, checks)
    secrets = given.take(options, checks, target, users=True)
    return reconcile(target, common.with_passwords(wanted, secrets.users), secrets.admin, credentials, how, report)


def listed(options: argparse.Namespace, checks: Checks, base_dn: str) -> Wanted:
    """What the files and the options beside them say."""
    users_ou = rules.users_ou(options, checks, base_dn)
    gid = checks.number("gid", *rules.UID_RANGE) or 0
    shell = checks.text("shell", rules.SHELL, "an absolute path, for example /bin/bash")
    unlisted = checks.choice("unlisted", UNLISTED)
    users, groups = read_lists([Path(name).expanduser() for name in options.files], shell, checks.errors)
    return Wanted(
        users,
        groups,
        users_ou,
        gid,
        adopt=options.adopt,
        unlisted=unlisted,
        ceiling=ceiling(options, checks),
    )


def ceiling(options: argparse.Namespace, checks: Checks) -> Ceiling:
    """--max-delete: a number of accounts, or a share of those that the tool made."""
    text = options.max_delete
    if not re.fullmatch(r"[0-9]{1,5}%?", text) or (text.endswith("%") and int(text[:-1]) > 100):
        checks.errors.append(f"--max-delete {text!r} is not allowed: a number of accounts, or a share from 0% to 100%")
        return Ceiling(number=0)
    return Ceiling(percent=int(text[:-1])) if text.endswith("%") else Ceiling(number=int(text))
