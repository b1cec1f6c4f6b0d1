"""`just create-users N [stack]`: make a numbered series of users in a stack's directory, from the stack's jump host.

The directory tool does the work there; this carries it to the host, gives it the administrator's password on its
standard input, shows how far it is, and brings the new passwords home. Run again, it only adds what is missing.
"""

import argparse
import contextlib
import hashlib
import json
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.directory import bundle
from scripts.operator import credentials, ssh, stack
from scripts.operator.display import Display, show_summary
from scripts.operator.errors import UNREACHABLE, OperatorError
from scripts.operator.ssh import Session
from scripts.operator.stack import Stack

PROJECT = Path(__file__).resolve().parent.parent.parent
BUILD = PROJECT / ".build"
PYTHON = "/usr/bin/python3"
"""Of the jump host; the one that has python3-ldap."""
MOST_USERS = 20_000
"""As the tool has it (scripts/directory/inputs.py)."""
SERIES = {"prefix": "posit", "start": 1, "width": 4, "group": "hpcusers"}
"""Options of a series that the stack's output `users` does not set."""
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 some failed, 2 bad input, 3 directory, jump host or AWS not reachable."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        return create_users(options, console)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def create_users(options: argparse.Namespace, console: Console) -> int:
    """The whole run. Raises OperatorError."""
    found = stack.read(options.stack)
    key = stack.private_key(found.name)
    password = stack.admin_password(found.admin_secret)
    with ssh.connect(found.host, found.port, found.user, found.host_key, key) as session:
        arguments = _prepare(session, found, options)
        run = Run(session, Display(console, options.count))
        code = run.to_end(arguments, json.dumps({"adminPassword": password}))
        stored = credentials.fetch(session, found.name, PROJECT)
    if run.summary:
        show_summary(console, run.summary)
        if run.summary.get("interrupted"):
            print("stopped on request; run the same command again to go on", file=sys.stderr)
    if stored:
        print(f"new passwords: {stored} (readable by you only; hand them out, then delete the file)")
    return code


class Run:
    """The tool at work on the host."""

    def __init__(self, session: Session, display: Display) -> None:
        self._session, self._display = session, display
        self._interrupts = 0
        self._pid: int | None = None
        self.summary: dict[str, Any] | None = None

    def to_end(self, arguments: Sequence[str], secret: str) -> int:
        """Run the tool and show its progress; its exit code. Raises OperatorError if the connection breaks."""
        # The first line tells whom to send a signal: ssh itself cannot pass one on.
        script = f"echo $$; exec {shlex.join(arguments)}"
        process = self._session.start(f"exec /bin/sh -c {shlex.quote(script)}")
        with self._display, process, self._passing_on_interrupts(process):
            assert process.stdin
            assert process.stdout
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(secret)
                process.stdin.close()
            remarks: list[str] = []
            reader = threading.Thread(target=lambda: remarks.extend(process.stderr or ()), daemon=True)
            reader.start()
            for line in process.stdout:
                self._heed(line)
            code = process.wait()
            reader.join(5)
        if code < 0:
            raise OperatorError("not waited for the tool's end on the host; look again in a minute", INTERRUPTED)
        if code == ssh.LOST:
            where = self._session.where
            raise OperatorError(f"the connection to {where} broke; run the same command again to go on", UNREACHABLE)
        if code and not self.summary:
            for remark in remarks:
                print(remark.rstrip(), file=sys.stderr)
        return code

    def _heed(self, line: str) -> None:
        """One line of the tool: its process id first, then events (scripts/directory/report.py)."""
        if self._pid is None and line.strip().isdigit():
            self._pid = int(line)
            return
        try:
            event = json.loads(line)
        except ValueError:
            self._display.say(line.rstrip())
            return
        match event.get("event"):
            case "progress":
                self._display.progress(event["done"], event["total"])
            case "summary":
                self.summary = event
            case "note":
                self._display.say(event["text"])
            case _:
                # Errors come on standard error too, and are shown from there.
                return

    @contextlib.contextmanager
    def _passing_on_interrupts(self, process: "subprocess.Popen[str]") -> Iterator[None]:
        """The first Ctrl-C lets the tool finish what is under way, the second ends it at once, the third ends the wait."""

        def interrupt(number: int, frame: object) -> None:
            self._interrupts += 1
            if self._interrupts > 2 or self._pid is None:
                process.kill()
                return
            words = "ending after what is under way" if self._interrupts == 1 else "ending at once"
            self._display.say(f"{words}; users made so far stay, and the same command goes on later")
            threading.Thread(target=self._signal, daemon=True).start()

        former = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, former)

    def _signal(self) -> None:
        # A connection that is gone is told by the run itself.
        with contextlib.suppress(OperatorError):
            self._session.run(f"kill -INT {self._pid}")


def _prepare(session: Session, found: Stack, options: argparse.Namespace) -> list[str]:
    """Bring what the tool needs to the host, and return the command line. There is no secret in it."""
    tool = bundle.write(BUILD)
    made = session.run(f"mkdir -p -m 0700 {credentials.REMOTE_FOLDER} && test -s {shlex.quote(tool.name)}")
    if made.returncode:
        session.put(tool.name, tool.read_bytes(), "0755")
    series = SERIES | {key: value for key, value in found.defaults.items() if key in SERIES}
    series |= {key: value for key in SERIES if (value := getattr(options, key)) is not None}
    arguments = [PYTHON, tool.name, "create", "--count", str(options.count), "--progress", "json"]
    arguments += ["--domain", found.domain, "--server", ",".join(found.servers), "--admin", found.admin]
    arguments += ["--credentials-file", credentials.remote_file(found.name)]
    for key, value in series.items():
        arguments += [f"--{key}", str(value)]
    if found.users_ou:
        arguments += ["--users-ou", found.users_ou]
    if found.ca_certificate:
        content = found.ca_certificate.encode()
        path = f"{credentials.REMOTE_FOLDER}/ca-{hashlib.sha256(content).hexdigest()[:12]}.pem"
        session.put(path, content)
        arguments += ["--ca-file", path]
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just create-users",
        usage="just create-users N [stack] [flags]",
        description="Make N numbered users exist in a stack's directory; run again, it adds what is missing.",
        epilog="exit codes: 0 done; 1 some failed, each is named; 2 bad input; 3 jump host or directory not reachable",
    )
    parser.add_argument("count", type=_count, metavar="N", help=f"how many users, 1 to {MOST_USERS}")
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument("--prefix", help="names begin so (default: users.prefix of the stack)")
    parser.add_argument("--start", type=int, metavar="N", help="first number (default: users.start of the stack)")
    parser.add_argument("--width", type=int, metavar="N", help="digits of the number (default: users.width)")
    parser.add_argument("--group", help="the group that holds them all (default: users.group)")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_USERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of users: a whole number from 1 to {MOST_USERS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
