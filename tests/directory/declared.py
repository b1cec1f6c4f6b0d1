"""A series of users as it was declared, and how both controllers are held against it."""

from __future__ import annotations

import contextlib
import functools
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.directory.controllers import Controllers
from tests.directory.rig import Outside, Result, Tool, read_credentials

_SAMPLE = 12
_SECONDS = 300
_TRIES = 5
_USED = Counter[str]()


class TooLateError(Exception):
    """The run was nearly over when this process, on a busy machine, looked again."""


def tried_again(test: Callable[..., None]) -> Callable[..., None]:
    """A test that has to do something amid a run: it tries again when it came too late."""

    @functools.wraps(test)
    def several(*arguments: Any, **named: Any) -> None:
        for _ in range(_TRIES - 1):
            with contextlib.suppress(TooLateError):
                return test(*arguments, **named)
        return test(*arguments, **named)

    return several


def unused(prefix: str) -> str:
    """The prefix, with a letter more at each further try."""
    _USED[prefix] += 1
    return prefix + "abcdefgh"[_USED[prefix] - 1] if _USED[prefix] > 1 else prefix


@dataclass(frozen=True)
class Series:
    """`count` users `<prefix>0001`… in the group `<prefix>group`, to be made on both controllers."""

    pair: Controllers
    tool: Tool
    prefix: str
    count: int = 200
    _begun: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])

    @property
    def names(self) -> set[str]:
        return {f"{self.prefix}{number:04}" for number in range(1, self.count + 1)}

    @property
    def file(self) -> Path:
        return self.tool.home / f"{self.prefix}.csv"

    def begin(self, *more: str, servers: str | None = None, file: Path | None = None) -> subprocess.Popen[str]:
        series = ("--prefix", self.prefix, "--count", str(self.count), "--group", f"{self.prefix}group")
        place = ("--credentials-file", str(file or self.file))
        self._begun.append(self.tool.start(self.tool.command("create", *series, *place, *more, server=servers)))
        return self._begun[-1]

    def run(self, *more: str, servers: str | None = None) -> Result:
        return self.tool.finish(self.begin(*more, servers=servers))

    def await_rows(self, count: int, before: int | None = None) -> None:
        """Until so many passwords are promised: the run is in its middle. Raises TooLateError if these are `before` already."""
        deadline = time.monotonic() + _SECONDS
        while (rows := self._rows()) <= count:
            assert time.monotonic() < deadline, f"{self.file} does not grow"
            time.sleep(0.02)
        if before is not None and rows > before:
            self.tool.finish(self._begun[-1])
            raise TooLateError

    @contextlib.contextmanager
    def amid(self, count: int, before: int, undo: Callable[[], object] = lambda: None) -> Iterator[None]:
        """The block is done amid the run: after `count` rows, and before its end. Raises TooLateError, after `undo`."""
        self.await_rows(count, before)
        yield
        if self._begun[-1].poll() is not None:
            undo()
            self.tool.finish(self._begun[-1])
            raise TooLateError

    def _rows(self) -> int:
        return self.file.read_text().count("\n") if self.file.exists() else 0

    def there(self) -> set[str]:
        """Names on either controller now."""
        entries = [
            Outside(info).search(f"(sAMAccountName={self.prefix}0*)", "sAMAccountName") for info in self.pair.infos
        ]
        return {entry["sAMAccountName"][0] for some in entries for entry in some.values()}

    def assert_declared(self, result: Result | None = None) -> None:
        """Both controllers hold exactly what was declared, and the file exactly the passwords that open it.

        Of `result`: it says that all was made, and all by this run.
        """
        if result is not None:
            told = result.summary
            outcome = (result.code, told["failed"], told["remaining"], told["created"])
            # All that was said, as one text: pytest would leave out what is in the middle of a longer value.
            assert outcome == (0, [], 0, self.count), result.stdout + result.stderr
        self.pair.replicate()
        for info in self.pair.infos:
            self.assert_whole(Outside(info), self.names)
            self.assert_openable(Outside(info), self.names)
        assert set(read_credentials(self.file)) == self.names

    def assert_whole(self, outside: Outside, names: set[str]) -> None:
        """Exactly these accounts, enabled, with a password and a number of their own, in the group; no second of any name."""
        wanted = ("sAMAccountName", "userAccountControl", "pwdLastSet", "uidNumber")
        found = outside.search(f"(sAMAccountName={self.prefix}0*)", *wanted)
        assert not [dn for dn in found if "CNF:" in dn], "conflict objects"
        assert sorted(entry["sAMAccountName"][0] for entry in found.values()) == sorted(names)
        assert {entry["userAccountControl"][0] for entry in found.values()} <= {"512"}
        assert all(entry["pwdLastSet"][0] != "0" for entry in found.values())
        numbers = [entry["uidNumber"][0] for entry in found.values()]
        assert len(set(numbers)) == len(numbers)
        assert outside.members(f"{self.prefix}group") == names

    def assert_openable(self, outside: Outside, names: set[str]) -> None:
        """The file's passwords work, for a sample."""
        held = read_credentials(self.file)
        some = {name: held[name] for name in random.sample(sorted(names), min(_SAMPLE, len(names)))}
        assert all(outside.accepts(some).values())
