"""Ends runs of the engine amid a call: the emulator holds the call, so that the kill is exact and no race."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.local_cloud import ROOT, LocalCloud

_SECONDS = 1800
_NAMED = {
    "describe_vpcs": "Vpcs",
    "describe_subnets": "Subnets",
    "describe_internet_gateways": "InternetGateways",
    "describe_route_tables": "RouteTables",
    "describe_addresses": "Addresses",
    "describe_nat_gateways": "NatGateways",
    "describe_vpc_endpoints": "VpcEndpoints",
}
_SUFFIX = re.compile(r"-?(?:[0-9a-f]{7,8}|[0-9a-f]{26})$")
_SUFFIXED = {"buckets", "secrets", "policies", "database parameter groups", "stacks", "images", "key pairs"}


@dataclass(frozen=True)
class Cut:
    """How a run ended: amid the call `at`, or by itself with `code`."""

    at: str | None
    code: int | None
    shown: str


@dataclass(frozen=True)
class Cutter:
    cloud: LocalCloud

    def faults(self, method: str = "GET", **rule: Any) -> dict[str, Any]:
        """The emulator's switch (docs/emulator.md)."""
        data = json.dumps(rule).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.cloud.endpoint()}/localcloud/faults", method=method, data=data)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def run_until(self, call: int, *arguments: str, done: bool) -> Cut:
        """`python -m localcloud …`, killed with all that it started at its `call`-th call of AWS (from 1): before the
        call is done, or after it was `done` and before its answer comes."""
        self.faults("DELETE")
        self.faults("POST", fault="hold-done" if done else "hold", after=call - 1)
        log = self.cloud.state / "cut.log"
        with log.open("wb") as output, _started(self.cloud, arguments, output) as process:
            held = self._held_or_ended(process)
            if held:
                kill_tree(process.pid)
            process.wait(300)
        self.faults("DELETE")
        self._idle()
        shown = log.read_text(errors="replace")
        return Cut(held, None, shown) if held else Cut(None, process.returncode, shown)

    def resources(self) -> int:
        """How many the state of stack local has."""
        file = self.cloud.state / "backend/.pulumi/stacks/hpcstack/local.json"
        return len(json.loads(file.read_text())["checkpoint"]["latest"].get("resources") or [])

    def doubled(self) -> dict[str, list[str]]:
        """Names that more than one object of the same kind bears, by kind: what was made twice."""
        ec2, found = self.cloud.client("ec2"), dict[str, list[str]]()
        for call, key in _NAMED.items():
            names = [
                tag["Value"]
                for item in getattr(ec2, call)()[key]
                if str(item.get("State", "")).lower() not in ("deleted", "deleting")
                for tag in item.get("Tags", [])
                if tag["Key"] == "Name"
            ]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                found[key] = twice
        # The rest has names that hold the logical one and a suffix.
        for kind, names in self.cloud.left().items():
            stems = [_SUFFIX.sub("", name) for name in names]
            if twice := sorted({stem for stem in stems if stem != "" and kind in _SUFFIXED and stems.count(stem) > 1}):
                found[kind] = twice
        return found

    def _held_or_ended(self, process: "subprocess.Popen[bytes]") -> str | None:
        deadline = time.monotonic() + _SECONDS
        while process.poll() is None:
            if held := self.faults()["held"]:
                return str(held[0])
            assert time.monotonic() < deadline, "the run neither reaches the call nor ends"
            time.sleep(0.2)
        return None

    def _idle(self) -> None:
        """Calls that were under way when their caller was killed come to their end, as they do at AWS."""
        deadline = time.monotonic() + 300
        while self.faults()["active"]:
            assert time.monotonic() < deadline, "calls of a killed run do not end"
            time.sleep(0.05)


def cut_again_and_again(cutter: Cutter, command: str, calls: int, further: int) -> int:
    """Run a command of pulumi on stack local until it ends, killed and repaired after each `calls` of AWS: how often that was.

    A run that begins anew asks again what it has; when a kill comes before anything new, the next comes `further` calls later.
    """
    kills, size = 0, -1
    while True:
        cut = cutter.run_until(calls, "pulumi", command, "local", "--yes", "--skip-preview", done=kills % 2 == 0)
        if cut.at is None:
            assert cut.code == 0, cut.shown
            return kills
        kills += 1
        shown = cutter.cloud.run("repair", "local", "--yes").stdout
        print(f"{command}: kill {kills} at call {calls}, {cut.at}: {shown.splitlines()[-2:]}")
        now = cutter.resources()
        calls, size = (calls + further if now == size else calls), now


@contextmanager
def _started(cloud: LocalCloud, arguments: tuple[str, ...], output: Any) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=ROOT,
        env={**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(cloud.state)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill_tree(process.pid)
            process.wait(300)


def kill_tree(root: int) -> None:
    """SIGKILL to a process and all its descendants: pulumi, language host, plugins, workers. Plugins have process groups of
    their own, so a group's number would not reach them."""
    # Stopped first, from the top, so that none starts another meanwhile.
    found: list[int] = []
    todo = [root]
    while todo:
        pid = todo.pop()
        if _signal(pid, signal.SIGSTOP):
            found.append(pid)
            todo += _children(pid)
    for pid in reversed(found):
        _signal(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    try:
        return [int(pid) for path in lists for pid in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
