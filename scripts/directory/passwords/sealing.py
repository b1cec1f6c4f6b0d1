"""New passwords into a secret of Secrets Manager: a JSON object, account name -> password, beside those that it held before.

The file is the run's journal: passwords are on the disk before their accounts exist, and off it once the secret has them. After a
kill the file stays, and the next run with the same secret brings its rows along.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..faults import BadInput, LocalFault
from . import secrets_manager
from .credentials import CredentialsFile

_ROOM_OF_ONE = 60


class SealedCredentials(CredentialsFile):
    """`arn`: the secret, which must exist."""

    kind = "credentials_secret"

    def __init__(self, arn: str) -> None:
        name = f"unsealed-{hashlib.sha256(arn.encode()).hexdigest()[:12]}.csv"
        super().__init__(Path.home() / ".hpcstack" / name)
        self._arn = arn
        self._held: dict[str, str] = {}

    @property
    def place(self) -> str:
        return self._arn

    def open(self, expected: int = 0) -> None:
        """BadInput when the secret cannot be read, holds something else, or has no room for so many."""
        try:
            text = secrets_manager.get(self._arn)
        except LocalFault as error:
            raise BadInput([f"--credentials-secret: {error}"]) from error
        self._held = _names_and_passwords(text, self._arn)
        size = len((text or "").encode()) + expected * _ROOM_OF_ONE
        if size > secrets_manager.LARGEST:
            raise BadInput(
                [
                    f"--credentials-secret {self._arn} has no room for {expected} more passwords: a secret holds "
                    f"{secrets_manager.LARGEST} bytes; hand out and remove those that it holds, or use --credentials-file"
                ]
            )
        super().open(expected)

    def _settle(self, rows: dict[str, str]) -> None:
        if rows:
            try:
                secrets_manager.put(self._arn, json.dumps({**self._held, **rows}, sort_keys=True))
            except LocalFault as error:
                super()._settle(rows)
                raise LocalFault(f"new passwords are not sealed, but in {self.path}: {error}") from error
        super()._settle({})


def _names_and_passwords(text: str | None, arn: str) -> dict[str, str]:
    try:
        held = json.loads(text) if text else {}
    except ValueError:
        held = None
    if not isinstance(held, dict) or not all(isinstance(value, str) for value in held.values()):
        raise BadInput(
            [f"--credentials-secret {arn} holds something else than names and passwords; name another secret"]
        )
    return held
