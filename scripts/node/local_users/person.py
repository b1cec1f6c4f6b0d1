"""Work with the ids of a user instead of root's."""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import dataclass
from typing import Callable

from ..library.faults import Fault

_DONE, _FAULT = 0, 3
_CHUNK = 65_536
_SECONDS = 60


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
    answer = _answer(reader, child)
    os.close(reader)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if answer is None:
        raise Fault(f"work as {person.name} did not end within {_SECONDS} s")
    said = answer.decode(errors="surrogateescape")
    if code:
        raise Fault(said or f"work as {person.name} ended with {code}")
    return said


def _answer(reader: int, child: int) -> bytes | None:
    """All that the child says; None if it had to be killed, since its user may hold it up for ever."""
    deadline, parts = time.monotonic() + _SECONDS, [b""]
    while select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not (part := os.read(reader, _CHUNK)):
            return b"".join(parts)
        parts.append(part)
    os.kill(child, signal.SIGKILL)
    return None


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
