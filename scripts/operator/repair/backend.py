"""The state's place: export, import, lock and refresh, through the pulumi command of the environment."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.operator.errors import OperatorError
from scripts.operator.repair.deployment import Json
from scripts.operator.stack import PULUMI, STACK_FILE

_HOLDER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\)")
"""How pulumi names the holder of a lock of a self-managed backend."""

Cancel = Callable[[str], bool]
"""Whether a lock may be removed of which pulumi says this."""


@dataclass(frozen=True)
class Backend:
    """The state of one stack."""

    stack: str

    def export(self) -> Json:
        """The state as it is, secrets encrypted. Raises OperatorError."""
        done = self._run("stack", "export")
        if done.returncode and "failed to load checkpoint: EOF" in done.stderr and _remove_empty_attributes():
            done = self._run("stack", "export")
        if done.returncode:
            raise OperatorError(f"the state of stack {self.stack} cannot be read: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def write(self, planned: Json, state: Json, cancel: Cancel) -> None:
        """Put `state` in the place of the present one, which must still be what was `planned` with. Raises OperatorError.

        A lock of a process of this machine that is gone is removed; for another one `cancel` is asked with what pulumi says of it.
        """
        if self.export() != planned:
            raise OperatorError(
                f"the state of stack {self.stack} has changed meanwhile: run `just repair {self.stack}` again"
            )
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "state.json")
            file.touch(mode=0o600)
            file.write_text(json.dumps(state))
            done = self._unlocked(cancel, "stack", "import", "--file", str(file))
        if done.returncode:
            raise OperatorError(f"the state of stack {self.stack} cannot be written: {done.stderr.strip()}")

    def unlock(self, state: Json, cancel: Cancel) -> None:
        """Remove the lock of a run that is gone, if there is one. Raises OperatorError."""
        resources = (state["deployment"] or {}).get("resources") or []
        stack = next((one["urn"] for one in resources if one["type"] == "pulumi:pulumi:Stack"), None)
        if stack:
            # Takes the lock and reads nothing: the stack itself is no object anywhere.
            done = self._unlocked(cancel, "refresh", *_file(), "--target", stack, "--yes", "--skip-preview")
            if done.returncode and _locked(done.stderr):
                raise OperatorError(f"stack {self.stack} is still locked: {done.stderr.strip()}")

    def refresh(self, urns: Sequence[str]) -> None:
        """Read these resources anew; pulumi's own output is shown. Raises OperatorError."""
        targets = [word for urn in urns for word in ("--target", urn)]
        command = [_program(), "refresh", "--stack", self.stack, *_file(), *targets]
        done = subprocess.run(
            [*command, "--yes", "--skip-preview", "--skip-pending-creates", "--suppress-outputs"],
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise OperatorError(
                f"what was taken over cannot be read: see the lines above, then run `just repair {self.stack}` again"
            )

    def preview(self) -> Json:
        """What the next `up` would do, as `pulumi preview --json` tells it. Raises OperatorError."""
        done = self._run("preview", "--json", *_file())
        try:
            told = json.loads(done.stdout)
        except ValueError as error:
            raise OperatorError(f"stack {self.stack} cannot be previewed: run `just preview {self.stack}`") from error
        if done.returncode:
            raise OperatorError(f"stack {self.stack} cannot be previewed: run `just preview {self.stack}`")
        return told

    def _unlocked(self, cancel: Cancel, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command, once more if only a lock that may go was in its way."""
        done = self._run(*arguments)
        if done.returncode and _locked(done.stderr):
            self._unlock(done.stderr, cancel)
            done = self._run(*arguments)
        return done

    def _unlock(self, told: str, cancel: Cancel) -> None:
        holder = _HOLDER.search(told)
        dead = holder and holder["host"] == socket.gethostname() and not _runs(int(holder["pid"]))
        words = holder[0] if holder else "another update is under way"
        if not dead and not cancel(words):
            raise OperatorError(f"stack {self.stack} is locked, {words}: if that run is over, say --cancel")
        self._told("cancel", "--yes")

    def _told(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise OperatorError(f"pulumi {' '.join(arguments)} failed for stack {self.stack}: {done.stderr.strip()}")
        return done.stdout

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [_program(), *arguments, "--stack", self.stack, "--non-interactive"]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def selected() -> str:
    """The name of the selected stack. Raises OperatorError."""
    command = [_program(), "stack", "--show-name", "--non-interactive"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperatorError("no stack is selected: name one, `just repair STACK`")
    return done.stdout.strip()


def _remove_empty_attributes() -> list[Path]:
    """Attributes of a file backend's files are not written whole: a killed run may leave an empty file of them, with which pulumi
    cannot read the state. Nothing is lost without it. What was removed."""
    command = [_program(), "whoami", "--json", "--non-interactive"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    url = json.loads(done.stdout).get("url", "") if done.returncode == 0 else ""
    if not url.startswith("file://"):
        return []
    place = Path(url.removeprefix("file://").partition("?")[0]).expanduser() / ".pulumi"
    empty = [path for path in place.rglob("*.attrs") if path.stat().st_size == 0]
    for path in empty:
        print(f"removing {path}, which a killed run left empty", file=sys.stderr)
        path.unlink()
    return empty


def _program() -> str:
    program = os.environ.get(PULUMI) or shutil.which("pulumi")
    if not program:
        raise OperatorError("pulumi is not on PATH: install it, or run `just repair`, which brings its own")
    return program


def _file() -> list[str]:
    return ["--config-file", os.environ[STACK_FILE]] if os.environ.get(STACK_FILE) else []


def _locked(told: str) -> bool:
    return "currently locked by" in told or "Another update is currently in progress" in told


def _runs(pid: int) -> bool:
    """Whether a process of this machine is alive; one that has ended and was not waited for is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    else:
        return state != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
