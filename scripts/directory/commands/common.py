"""What commands that change something have in common."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

from ..faults import BadInput
from ..passwords import credentials, secrets_manager
from ..passwords.credentials import CredentialsFile
from ..passwords.sealing import SealedCredentials
from ..wanted.checks import Checks
from ..wanted.model import Wanted
from ..work.run import How

VERIFY = ("all", "sample", "none")


def how(options: argparse.Namespace, checks: Checks) -> How:
    """How the run is done."""
    verify = checks.choice("verify", VERIFY)
    patience = checks.number("patience", 1, 3600)
    return How(float(patience or 0), verify, options.dry_run)


def credentials_file(options: argparse.Namespace, checks: Checks) -> CredentialsFile:
    """Where new passwords go: a file, or a secret."""
    arn = options.credentials_secret
    if arn is None:
        return CredentialsFile(credentials.chosen(options.credentials_file, checks.errors))
    if options.credentials_file:
        checks.errors.append("--credentials-file and --credentials-secret are both given: one of them")
    if not secrets_manager.ARN.fullmatch(arn):
        checks.errors.append(f"--credentials-secret {arn!r} is not allowed: {secrets_manager.ARN_FORM}")
    return SealedCredentials(arn)


def with_passwords(wanted: Wanted, passwords: Mapping[str, str]) -> Wanted:
    """The list with passwords that came by stdin; BadInput for names that it does not have."""
    unknown = sorted(passwords.keys() - wanted.users.keys())
    if unknown:
        raise BadInput([f'stdin: "passwords" names {name!r}, who is not in the list' for name in unknown])
    users = {
        name: replace(user, password=passwords[name], origin=user.origin or "stdin") if name in passwords else user
        for name, user in wanted.users.items()
    }
    return replace(wanted, users=users)
