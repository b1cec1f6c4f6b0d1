"""What commands that change something have in common."""

from __future__ import annotations

import argparse

from ..passwords import credentials
from ..passwords.credentials import CredentialsFile
from ..wanted.checks import Checks
from ..work.run import How

VERIFY = ("all", "sample", "none")


def how(options: argparse.Namespace, checks: Checks) -> How:
    """How the run is done."""
    verify = checks.choice("verify", VERIFY)
    patience = checks.number("patience", 1, 3600)
    return How(float(patience or 0), verify, options.dry_run)


def credentials_file(options: argparse.Namespace, checks: Checks) -> CredentialsFile:
    """Where new passwords go."""
    return CredentialsFile(credentials.chosen(options.credentials_file, checks.errors))
