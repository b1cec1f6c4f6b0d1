"""New passwords into a secret of Secrets Manager: a JSON object, account name -> password, as a version with a label of its own.

So nothing has to be read here (the host's role may only put), no run overwrites another's, and there may be more
passwords than one version holds. Whoever fetches them takes the labels away. AWSCURRENT is not moved: what the secret
says of itself stays.

The file is the run's journal: passwords are on the disk before their accounts exist, and off it once the secret has them. After a
kill the file stays, and the next run with the same secret brings its rows along.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

from ..faults import BadInput, LocalFault
from . import secrets_manager
from .credentials import CredentialsFile

LABEL = "hpcstack-new-"
"""What labels of versions begin with that nobody fetched."""
_ROOM_OF_ONE = 60
_AT_ONCE = secrets_manager.LARGEST // _ROOM_OF_ONE


class SealedCredentials(CredentialsFile):
    """`arn`: the secret, which must exist and have a version."""

    kind = "credentials_secret"

    def __init__(self, arn: str) -> None:
        name = f"unsealed-{hashlib.sha256(arn.encode()).hexdigest()[:12]}.csv"
        super().__init__(Path.home() / ".hpcstack" / name)
        self._arn = arn

    @property
    def place(self) -> str:
        return self._arn

    def open(self, expected: int = 0) -> None:
        """BadInput when there is no such secret, or it has no labels left for so many."""
        try:
            free = secrets_manager.MOST_LABELS - secrets_manager.labels(self._arn)
        except LocalFault as error:
            raise BadInput([f"--credentials-secret: {error}"]) from error
        if free * _AT_ONCE < max(expected, 1):
            raise BadInput(
                [
                    f"--credentials-secret {self._arn} has no room for {expected} more passwords: a secret has "
                    f"{secrets_manager.MOST_LABELS} labels, one for {_AT_ONCE} passwords; fetch those that it holds first"
                ]
            )
        super().open(expected)

    def _settle(self, rows: dict[str, str]) -> None:
        """LocalFault when the secret does not take them; what it did not take is in the file then."""
        left = dict(rows)
        for part in _parts(rows):
            try:
                secrets_manager.put(self._arn, json.dumps(part, sort_keys=True), f"{LABEL}{uuid.uuid4()}")
            except LocalFault as error:
                super()._settle(left)
                raise LocalFault(f"new passwords are not sealed, but in {self.path}: {error}") from error
            left = {name: password for name, password in left.items() if name not in part}
        super()._settle({})


def _parts(rows: dict[str, str]) -> Iterator[dict[str, str]]:
    """As many as a version holds each."""
    names = sorted(rows)
    for begin in range(0, len(names), _AT_ONCE):
        yield {name: rows[name] for name in names[begin : begin + _AT_ONCE]}
