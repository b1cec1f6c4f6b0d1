"""Stand-ins for the provider's worker and for the engine's task, for tests with neither."""

import threading
from collections.abc import Callable
from typing import Any

from provider import naming
from provider.resource import Task
from provider.worker_client import ParallelClusterError, Workers

URN = "urn:pulumi:dev::rig::parallelcluster:index:Cluster::hpc"

QUEUES = {"Scheduling": {"SlurmQueues": [{"Name": "a", "MaxCount": 1}, {"Name": "b", "MaxCount": 2}]}}
GIVEN = {"region": "us-east-1", "version": "3.16.1", "configuration": QUEUES}
STATE = GIVEN | {"clusterName": "hpc", "clusterStatus": "CREATE_COMPLETE"}
OTHER = {"Scheduling": {"SlurmQueues": [{"Name": "b", "MaxCount": 3}]}}
MARK = {"key": naming.MARK, "value": naming.mark(URN)}
"""A cluster's tag by which its resource knows it."""

Answer = Any


class FakeWorker:
    """Answers each operation by a function or a constant; an exception is raised. Remembers the calls."""

    def __init__(self, **answers: Answer) -> None:
        # Without credentials nothing beyond the schema is asked.
        answers = {"credentials": {"found": False}} | answers
        self.answers, self.calls = answers, list[tuple[str, dict[str, Any]]]()

    def call(self, operation: str, region: str, **arguments: Any) -> Any:
        self.calls.append((operation, arguments))
        answer = self.answers[operation]
        if isinstance(answer, Callable):
            answer = answer(**arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls if operation != "credentials"]


def workers(worker: FakeWorker) -> Workers:
    return Workers(lambda version: worker)


def task(seconds: float = 120.0) -> tuple[Task, list[str]]:
    """A task, and the lines that it showed."""
    lines: list[str] = []
    return Task(URN, lines.append, lines.append, lines.append, threading.Event(), seconds), lines


def absent(what: str = "it") -> ParallelClusterError:
    return ParallelClusterError(404, "NotFoundException", {"message": f"{what} does not exist"})


def row(path: list[str], key: str, old: Any, new: Any, policy: str, **more: Any) -> dict[str, Any]:
    """One row of the worker's comparison; allowed unless `message` says why not, and then in need of a stopped fleet."""
    message = more.get("message", "")
    return {
        "path": path,
        "key": key,
        "old": old,
        "new": new,
        "isList": more.get("is_list", False),
        "policy": policy,
        "allowed": not message,
        "message": message,
        "needs": more.get("needs", ["fleet"]) if message else [],
    }


def described(name: str = "hpc", status: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    return {
        "clusterName": name,
        "clusterStatus": status,
        "version": "3.16.1",
        "cloudformationStackArn": f"arn:aws:cloudformation:us-east-1:1:stack/{name}/1",
        "computeFleetStatus": "RUNNING",
        **more,
    }
