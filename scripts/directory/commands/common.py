"""What commands that change something have in common."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

from ..faults import BadInput
from ..passwords import credentials, objects, secrets_manager
from ..passwords.credentials import CredentialsFile
from ..passwords.sealing import ObjectVault, SealedCredentials, SecretVault
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
    """Where new passwords go: a file, a secret, or objects."""
    places = {f"--credentials-{name}": getattr(options, f"credentials_{name}") for name in ("file", "secret", "object")}
    given = {flag: place for flag, place in places.items() if place}
    if len(given) > 1:
        checks.errors.append(f"{' and '.join(given)} are given together: one of them")
    if arn := options.credentials_secret:
        if not secrets_manager.ARN.fullmatch(arn):
            checks.errors.append(f"--credentials-secret {arn!r} is not allowed: {secrets_manager.ARN_FORM}")
        return SealedCredentials(SecretVault(arn))
    if uri := options.credentials_object:
        if not objects.PREFIX.fullmatch(uri):
            checks.errors.append(f"--credentials-object {uri!r} is not allowed: {objects.PREFIX_FORM}")
        if not objects.REGION.fullmatch(options.region or ""):
            checks.errors.append(f"--region {options.region or ''!r} is not allowed: {objects.REGION_FORM}")
        return SealedCredentials(ObjectVault(uri, options.region))
    return CredentialsFile(credentials.chosen(options.credentials_file, checks.errors))


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
