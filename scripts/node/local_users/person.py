"""Work with the ids of a user instead of root's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Callable

from ..library.faults import Fault

_DONE, _FAULT = 0, 3
_CHUNK = 65_536


@dataclass(frozen=True)
class Person:
    name: str
    uid: int
    gid: int
    home: str


def acting_as(person: Person, work: Callable[[], str]) -> str:
    """What `work` returns, run in a child process with the user's ids and no others. Raises Fault with what it could not do."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _work(person, work, reader, writer)
    os.close(writer)
    parts: list[bytes] = []
    while part := os.read(reader, _CHUNK):
        parts.append(part)
    os.close(reader)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = b"".join(parts).decode(errors="surrogateescape")
    if code:
        raise Fault(said or f"work as {person.name} ended with {code}")
    return said


def _work(person: Person, work: Callable[[], str], reader: int, writer: int) -> None:
    """The child: never returns."""
    code = _FAULT
    try:
        os.close(reader)
        os.setgroups([person.gid])
        os.setresgid(person.gid, person.gid, person.gid)
        os.setresuid(person.uid, person.uid, person.uid)
        os.umask(0o077)
        _send(writer, work())
        code = _DONE
    except Fault as fault:
        _send(writer, str(fault))
    except OSError as error:
        _send(writer, f"{error.filename}: {error.strerror}; as {person.name}")
    finally:
        os._exit(code)


def _send(writer: int, text: str) -> None:
    left = text.encode(errors="surrogateescape")
    while left:
        left = left[os.write(writer, left) :]
