"""The authority that signed the certificate of Slurm's REST API, as a file for whatever asks it from here."""

from __future__ import annotations

from ..node.library.changes import Changes
from .configuration import Configuration

FILE = "/etc/hpcstack/slurmrest-ca.pem"


def apply(changes: Changes, configuration: Configuration) -> bool:
    """Have the file, or none; whether something differed."""
    if configuration.slurm_ca_certificate:
        return changes.file(FILE, configuration.slurm_ca_certificate)
    return changes.gone(FILE)


def file(configuration: Configuration) -> str | None:
    """Where it is; None where nobody needs it."""
    return FILE if configuration.slurm_ca_certificate else None
