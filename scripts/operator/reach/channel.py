"""What a way to the jump host must offer: SSH (ssh.py) and Systems Manager (ssm.py) do."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

PYTHON = "/usr/bin/python3"
"""Of the jump host; the one that has python3-ldap."""
FOLDER = ".hpcstack"
"""Of the home: what the platform keeps there."""
BUCKET_PREFIX = "jump-host/"
"""What the jump host may fetch lies below this prefix of the stack's bucket. Nodes may not read it."""
NEW_PASSWORDS_PREFIX = "new-passwords/"
"""Below this one it may put new passwords, and read none."""
INTERRUPTED = 130


@dataclass(frozen=True)
class File:
    """What a command needs on the host, by a name that holds the hash of the content. Nothing secret."""

    name: str
    content: bytes
    lasting: bool = False
    """Whether it may stay where it was put on its way: the tool may, a list of people may not."""


class Job(Protocol):
    """A command at work on the host."""

    def lines(self) -> Iterator[str]:
        """What it prints, as it comes, until its end."""
        ...

    def end(self) -> tuple[int, list[str]]:
        """Its exit code, and the lines of its standard error. Raises OperatorError if nobody knows how it ended."""
        ...

    def interrupt(self) -> None:
        """Have it finish what is under way (SIGINT)."""
        ...

    def drop(self) -> None:
        """Wait for it no longer."""
        ...


class Channel(Protocol):
    """An open way; paths on the host are relative to the home of whoever runs commands there."""

    where: str
    """How errors name the host."""
    secret_on_stdin: bool
    """Whether a command can be told a secret on its standard input; else the host fetches it by its ARN."""

    def start(self, arguments: Sequence[str], files: Sequence[File], secret: str = "") -> Job:
        """Bring the files if they are not there, then start a command. Raises OperatorError."""
        ...

    def run(self, command: str, content: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Run a short shell command. Raises OperatorError if its end is not known."""
        ...
