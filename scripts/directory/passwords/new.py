"""The new passwords of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..wanted.model import User
from . import making
from .credentials import CredentialsFile


@dataclass
class NewPasswords:
    """Passwords of one run: each is chosen once, and kept by the file before the directory hears of it."""

    credentials: CredentialsFile
    least_length: int = 0
    known: dict[str, str] = field(default_factory=dict, repr=False)
    # Those that the caller does not know yet and that the directory may have heard of.
    generated: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)

    def prepare(self, users: Iterable[User]) -> None:
        """Choose and keep the passwords of these. Many at once: the file waits for the disk each time, and so does a controller
        on the same disk meanwhile.
        """
        new: dict[str, str] = {}
        for user in users:
            if user.name not in self.known:
                self.known[user.name] = user.password or making.generate(user.name, self.least_length)
            if user.password is None and user.name not in self._kept:
                new[user.name] = self.known[user.name]
        if new:
            self.credentials.promise(new)
            self._kept.update(new)

    def of(self, user: User) -> str:
        """The password of one who was prepared, on its way to the directory."""
        if user.password is None:
            self.generated.add(user.name)
        return self.known[user.name]
