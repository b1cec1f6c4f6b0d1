"""New passwords that are handed over sealed: JSON objects, account name -> password, in a secret or in objects of a bucket.

Nothing has to be read there (the host's role may only put), and no run overwrites another's.

The file is the run's journal: passwords are on the disk before their accounts exist, and off it once they are sealed. After a kill
the file stays, and the next run with the same place brings its rows along.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ..faults import BadInput, LocalFault
from . import objects, secrets_manager
from .credentials import CredentialsFile

LABEL = "hpcstack-new-"
"""What labels of versions begin with that nobody fetched."""
_ROOM_OF_ONE = 60


class Vault(Protocol):
    """Where passwords are sealed."""

    kind: str
    """What a summary calls the place."""
    place: str
    at_once: int
    """How many passwords one put may bring."""

    def check_room(self, expected: int) -> None:
        """BadInput when it cannot take so many."""
        ...

    def put(self, text: str) -> None:
        """LocalFault when it does not take them."""
        ...


class SecretVault:
    """A secret, which must exist and have a version. Each put is a version with a label of its own, so that there may be more
    passwords than one version holds. Whoever fetches them takes the labels away. AWSCURRENT is not moved: what the secret says of
    itself stays.
    """

    kind = "credentials_secret"
    at_once = secrets_manager.LARGEST // _ROOM_OF_ONE

    def __init__(self, arn: str) -> None:
        self.place = arn

    def check_room(self, expected: int) -> None:
        try:
            free = secrets_manager.MOST_LABELS - secrets_manager.labels(self.place)
        except LocalFault as error:
            raise BadInput([f"--credentials-secret: {error}"]) from error
        if free * self.at_once < max(expected, 1):
            raise BadInput(
                [
                    f"--credentials-secret {self.place} has no room for {expected} more passwords: a secret has "
                    f"{secrets_manager.MOST_LABELS} labels, one for {self.at_once} passwords; fetch those that it holds first"
                ]
            )

    def put(self, text: str) -> None:
        secrets_manager.put(self.place, text, f"{LABEL}{uuid.uuid4()}")


class ObjectVault:
    """Objects below a prefix `s3://…/`, one a put, named after the time."""

    kind = "credentials_object"
    at_once = 20_000

    def __init__(self, prefix: str, region: str) -> None:
        self.place = prefix
        self._region = region

    def check_room(self, expected: int) -> None:
        """There is always room; whether it may be used, only a put tells."""

    def put(self, text: str) -> None:
        objects.put(self.place, f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4()}.json", text, self._region)


class SealedCredentials(CredentialsFile):
    """One run's, into a vault."""

    def __init__(self, vault: Vault) -> None:
        name = f"unsealed-{hashlib.sha256(vault.place.encode()).hexdigest()[:12]}.csv"
        super().__init__(Path.home() / ".hpcstack" / name)
        self._vault = vault
        self.kind = vault.kind

    @property
    def place(self) -> str:
        return self._vault.place

    def open(self, expected: int = 0) -> None:
        """BadInput when the vault has no room for so many."""
        self._vault.check_room(expected)
        super().open(expected)

    def _settle(self, rows: dict[str, str]) -> None:
        """LocalFault when the vault does not take them; what it did not take is in the file then."""
        left = dict(rows)
        for part in self._parts(rows):
            try:
                self._vault.put(json.dumps(part, sort_keys=True))
            except LocalFault as error:
                super()._settle(left)
                raise LocalFault(f"new passwords are not sealed, but in {self.path}: {error}") from error
            left = {name: password for name, password in left.items() if name not in part}
        super()._settle({})

    def _parts(self, rows: dict[str, str]) -> Iterator[dict[str, str]]:
        """As many as one put takes each."""
        names, size = sorted(rows), self._vault.at_once
        for begin in range(0, len(names), size):
            yield {name: rows[name] for name in names[begin : begin + size]}
