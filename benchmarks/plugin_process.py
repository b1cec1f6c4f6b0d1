"""The provider's plugin as a process of its own, called by its protocol, with the time that it and its children use."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from benchmarks.measuring import ROOT, Cost, used

_TICKS = os.sysconf("SC_CLK_TCK")
URN = "urn:pulumi:dev::bench::parallelcluster:index:Cluster::hpc"
_SEED = b"seed"
_START_SECONDS = 120


class Plugin:
    """A running plugin, connected. `started` is what that took."""

    def __init__(self, env: Mapping[str, str]) -> None:
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "provider"], env={**os.environ, **env}, stdout=subprocess.PIPE, cwd=ROOT
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip().decode()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        grpc.channel_ready_future(self._channel).result(_START_SECONDS)
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.started = Cost(time.monotonic() - began, self._seconds())

    def check(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], Cost]:
        """The checked inputs. Raises ValueError with the failures if there are any."""
        request = provider_pb2.CheckRequest(urn=URN, olds=_struct(old), news=_struct(new), randomSeed=_SEED)
        answer, cost = self._measured(lambda: self._stub.Check(request))
        if answer.failures:
            raise ValueError("\n".join(f"{failure.property}: {failure.reason}" for failure in answer.failures))
        return json_format.MessageToDict(answer.inputs), cost

    def diff(self, state: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], Cost]:
        """The paths that change."""
        request = provider_pb2.DiffRequest(
            id="id", urn=URN, olds=_struct(state), old_inputs=_struct(state), news=_struct(new)
        )
        answer, cost = self._measured(lambda: self._stub.Diff(request))
        return sorted(answer.detailedDiff), cost

    def stop(self) -> None:
        """End it, as the engine does."""
        self._channel.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def _measured(self, call: Callable[[], Any]) -> tuple[Any, Cost]:
        before, began = self._seconds(), time.monotonic()
        answer = call()
        wall = time.monotonic() - began
        return answer, Cost(wall, self._seconds() - before)

    def _seconds(self) -> float:
        return _tree_seconds(self._process.pid)


def command_cost(command: Sequence[str | Path], env: Mapping[str, str]) -> tuple[str, Cost]:
    """What a command prints, and its cost, however it ends: a dry run that would succeed ends as an error."""
    before, began = used(), time.monotonic()
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, Cost(time.monotonic() - began, used() - before)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def _tree_seconds(pid: int) -> float:
    """User and system seconds of a process, of those that it started, and of those of them that have ended."""
    parents: dict[int, list[int]] = {}
    seconds: dict[int, float] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        number = int(place.parent.name)
        parents.setdefault(int(fields[1]), []).append(number)
        # utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5).
        seconds[number] = sum(int(field) for field in fields[11:15]) / _TICKS
    waiting, total = [pid], 0.0
    while waiting:
        one = waiting.pop()
        total += seconds.get(one, 0.0)
        waiting += parents.get(one, [])
    return total
