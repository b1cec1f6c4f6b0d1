"""A stack of the acceptance suite: the real engine, and what it reports of each step, read from its event log."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from localcloud import paths
from localcloud.engine import engine as engines
from localcloud.engine import plugins
from tests.engine.acceptance.case import Kept

_MAIN = """import sys
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.engine.acceptance import program

program.run(Path(__file__).parent)
"""

_PATIENCE = 1200
"""Seconds for one run, which takes three on a quiet machine."""


@dataclass(frozen=True)
class Op:
    """One thing that the engine did, or planned, about a resource."""

    op: str
    """create, update, same, delete, refresh, import, create-replacement, …"""
    changes: frozenset[str]
    """Top-level inputs that differ."""
    keys: frozenset[str]
    """Those of them that need a replacement."""
    after: Kept | None
    """None once it is gone."""


@dataclass
class Run:
    """What one run of pulumi did."""

    code: int
    shown: str
    ops: dict[str, list[Op]] = field(default_factory=dict[str, list[Op]])
    """By URN."""
    errors: dict[str, str] = field(default_factory=dict[str, str])
    """Error messages by URN; "" has those of no resource."""

    def of(self, name: str, token: str) -> list[Op]:
        """What was done about the resource of this type and logical name."""
        return [op for urn, ops in self.ops.items() if urn.endswith(f"{token}::{name}") for op in ops]

    def fault(self, name: str, token: str) -> str:
        """The engine's error about the resource; empty without one."""
        return "\n".join(text for urn, text in self.errors.items() if urn.endswith(f"{token}::{name}"))


@dataclass
class Stack:
    """A project with one stack in a folder of its own."""

    folder: Path
    variables: dict[str, str]
    """Point AWS clients to an emulator."""
    name: str = "acceptance"

    def start(self) -> "Stack":
        """Write the project and make the stack."""
        self._engine = engines.ensure()
        plugins.prepare(self._engine, self.folder / "home")
        (self.folder / "backend").mkdir()
        project = {
            "name": "acceptance",
            "runtime": {"name": "python", "options": {"virtualenv": str(paths.ROOT / ".venv")}},
            "plugins": {"providers": [{"name": "parallelcluster", "path": str(paths.ROOT / "provider")}]},
        }
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (self.folder / "__main__.py").write_text(_MAIN.format(root=str(paths.ROOT)))
        made = self._pulumi("stack", "init", self.name)
        assert made.returncode == 0, made.stderr
        return self

    def run(self, command: str, *flags: str) -> Run:
        """`preview`, `up`, `refresh` or `destroy`, with all events. Does not judge the outcome."""
        log = self.folder / "events"
        log.unlink(missing_ok=True)
        yes = () if command == "preview" else ("--yes", "--skip-preview")
        done = self._pulumi(command, *yes, *flags, "--stack", self.name, "--event-log", str(log))
        run = Run(done.returncode, done.stdout + done.stderr)
        for event in _events(log):
            _record(run, event)
        return run

    def _pulumi(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
        variables = self._engine.environment(own) | self.variables
        variables |= {
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": (self.folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of no use",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # has the flag --event-log
        }
        command = [str(self._engine.pulumi), *arguments, "--non-interactive"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, cwd=self.folder, env=variables, **pipes)
        try:
            shown = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.terminate()
            shown = process.communicate()
            raise AssertionError(f"{command} still ran after {_PATIENCE} s:\n{shown[0]}{shown[1]}") from None
        return subprocess.CompletedProcess(command, process.returncode, *shown)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    for line in log.read_text().splitlines() if log.exists() else []:
        yield json.loads(line)


def _record(run: Run, event: dict[str, Any]) -> None:
    # A step is told before it is made; what it did to the object comes after it, at a preview too.
    if "resOutputsEvent" in event:
        metadata = event["resOutputsEvent"]["metadata"]
        run.ops.setdefault(metadata["urn"], []).append(_op(metadata))
    diagnostic = event.get("diagnosticEvent", {})
    if diagnostic.get("severity") == "error":
        urn = diagnostic.get("urn", "")
        run.errors[urn] = run.errors.get(urn, "") + diagnostic["message"]


def _op(metadata: dict[str, Any]) -> Op:
    detail = metadata.get("detailedDiff") or {}
    changes = {path.split(".")[0].split("[")[0] for path in detail} | set(metadata.get("diffs") or [])
    new = metadata.get("new")
    after = Kept(new.get("id", ""), new.get("outputs") or {}) if new else None
    return Op(metadata["op"], frozenset(changes), frozenset(metadata.get("keys") or []), after)
