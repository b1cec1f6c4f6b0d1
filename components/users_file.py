"""The list of users that a stack file names, read from the project's folder and judged by the directory tool's own rules."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.directory.wanted.people import read_lists
from settings import Problem, Settings
from settings.problem import weighed

_PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class UsersFile:
    path: str
    """As the stack file says it: below the project's folder."""
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def name(self) -> str:
        """A name that holds the hash of the content."""
        return f"users-{self.sha256[:12]}{Path(self.path).suffix}"


def users_file(settings: Settings) -> UsersFile | None:
    """None if the stack file names none."""
    path = settings.users.file
    return UsersFile(path=path, text=(_PROJECT / path).read_text()) if path else None


def problems(settings: Settings) -> Iterator[Problem]:
    """What is wrong in the list, each with its line; nothing of it is written before all of it is right."""
    path = settings.users.file
    if not path:
        return
    errors: list[str] = []
    users, _ = read_lists([_PROJECT / path], "/bin/bash", errors)
    # The list goes through a bucket, and many may read the stack file's folder: however private the file is, no passwords.
    errors = [error for error in errors if "others may read it" not in error]
    errors += [f"{user.origin}: password: holds a password" for user in users.values() if user.password]
    for error in errors:
        yield weighed(
            "users-file",
            ("users", "file"),
            path,
            f"is not taken: {error.replace(f'{_PROJECT}/', '')}",
            "a list as docs/directory-tool.md has it, with passwords generate or must-change only",
            "mend the list, then look again with: just preview",
        )
