"""The directory tool at work on a stack's jump host, whichever way leads there."""

import contextlib
import hashlib
import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from scripts.directory import bundle
from scripts.operator.reach.channel import FOLDER, PYTHON, Channel, File, Job
from scripts.operator.stack import Stack

BUILD = Path(__file__).resolve().parent.parent.parent / ".build"


class Show(Protocol):
    """Who is told how far the tool is."""

    def progress(self, done: int, total: int) -> None: ...

    def say(self, text: str) -> None: ...


class Tool:
    """One run of it. `summary` is there after `to_end`, if the tool came to one."""

    def __init__(self, channel: Channel, found: Stack, show: Show) -> None:
        self._channel, self._found, self._show = channel, found, show
        self._interrupts = 0
        self.summary: dict[str, Any] | None = None

    def to_end(self, command: str, arguments: Sequence[str], password: str, files: Sequence[File] = ()) -> int:
        """Run a command of it, heed its events, and return its exit code. Raises OperatorError if nobody knows how it ended."""
        job = self._start([command, *arguments, "--progress", "json"], password, files)
        with self._passing_on_interrupts(job):
            for text in job.lines():
                self._heed(text)
            code, remarks = job.end()
        if code and not self.summary:
            for remark in remarks:
                print(remark, file=sys.stderr)
        return code

    def as_it_is(self, command: str, arguments: Sequence[str], password: str, files: Sequence[File] = ()) -> int:
        """The same with all that it says shown in its own words."""
        job = self._start([command, *arguments], password, files)
        with self._passing_on_interrupts(job):
            for text in job.lines():
                print(text, flush=True)
            code, remarks = job.end()
        for remark in remarks:
            print(remark, file=sys.stderr)
        return code

    def _start(self, words: list[str], password: str, files: Sequence[File]) -> Job:
        tool = packed()
        certificate, trusting = _certificate(self._found)
        line = [PYTHON, tool.name, *words, *connection(self._found), *trusting]
        if not self._channel.secret_on_stdin:
            line += ["--admin-secret-arn", self._found.admin_secret]
        secret = json.dumps({"adminPassword": password}) if self._channel.secret_on_stdin else ""
        return self._channel.start(line, [tool, *certificate, *files], secret)

    def _heed(self, line: str) -> None:
        """One line of the tool (scripts/directory/report.py)."""
        try:
            event = json.loads(line)
            kind = event["event"]
        except (ValueError, TypeError, KeyError):
            self._show.say(line)
            return
        match kind:
            case "progress":
                self._show.progress(event["done"], event["total"])
            case "summary":
                self.summary = event
            case "note":
                self._show.say(event["text"])
            case _:
                # Errors come on standard error too, and are shown from there.
                return

    @contextlib.contextmanager
    def _passing_on_interrupts(self, job: Job) -> Iterator[None]:
        """The first Ctrl-C lets the tool finish what is under way, the second ends it at once, the third ends the wait."""

        def interrupt(number: int, frame: object) -> None:
            self._interrupts += 1
            if self._interrupts > 2:
                job.drop()
                return
            words = "ending after what is under way" if self._interrupts == 1 else "ending at once"
            self._show.say(f"{words}; users made so far stay, and the same command goes on later")
            threading.Thread(target=job.interrupt, daemon=True).start()

        former = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, former)


def packed() -> File:
    """The tool, by a name that holds the hash of its content."""
    path = bundle.write(BUILD)
    return File(path.name, path.read_bytes(), lasting=True)


def connection(found: Stack) -> list[str]:
    """Options that say which directory, and who speaks."""
    return ["--domain", found.domain, "--server", ",".join(found.servers), "--admin", found.admin]


def _certificate(found: Stack) -> tuple[list[File], list[str]]:
    if not found.ca_certificate:
        return [], []
    content = found.ca_certificate.encode()
    path = f"{FOLDER}/ca-{hashlib.sha256(content).hexdigest()[:12]}.pem"
    return [File(path, content)], ["--ca-file", path]
