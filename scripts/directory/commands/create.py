"""The command `create`: a numbered series of users exists afterwards, in its group, each with a password that works."""

from __future__ import annotations

import argparse

from ..passwords import given
from ..report import Report
from ..wanted import checks as rules
from ..wanted.series import series
from ..work.run import reconcile
from . import common


def create(options: argparse.Namespace, report: Report) -> int:
    """Run the command; an exit code. BadInput and Unreachable before anything was written."""
    checks = rules.Checks(options)
    target = rules.target(options, checks)
    wanted = series(options, checks, target.base_dn)
    how = common.how(options, checks)
    credentials = common.credentials_file(options, checks)
    secrets = given.take(options, checks, target)
    return reconcile(target, wanted, secrets.admin, credentials, how, report)
