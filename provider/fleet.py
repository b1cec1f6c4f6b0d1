"""A cluster's compute fleet: its state, stopped and started to the end, drained before."""

import time

from provider.errors import ProviderError
from provider.explain import explained
from provider.resource import Task
from provider.scheduler import Scheduler
from provider.values import as_list
from provider.waiting import look_again
from provider.worker_client import Caller, ParallelClusterError

_RUNNING = ("RUNNING", "STARTING", "START_REQUESTED", "PROTECTED")
"""States from which a fleet comes back as RUNNING."""
_LOOKS = 5
"""At a fleet of unknown status."""


class Fleet:
    """The compute fleet of one cluster."""

    def __init__(self, worker: Caller, region: str, name: str) -> None:
        self._worker, self._region, self._name = worker, region, name

    def runs(self, task: Task) -> bool:
        """Whether the fleet is meant to run. Raises ProviderError if nothing keeps its state."""
        for _ in range(_LOOKS):
            status = self._status()
            if status != "UNKNOWN":
                return status in _RUNNING
            # So the library also answers where the question was throttled.
            task.progress("compute fleet: UNKNOWN; trying again")
            task.pause(1)
        raise ProviderError(
            f"the compute fleet of {self._name} has no known status: clustermgtd on the head node does not answer, and "
            "an update that has to stop the fleet cannot go on; look at the head node first"
        )

    def nodes(self) -> dict[str, int]:
        """Compute nodes by queue. Raises ParallelClusterError."""
        found: dict[str, int] = {}
        token: dict[str, str] = {}
        while True:
            page = self._worker.call(
                "describe_cluster_instances", self._region, cluster_name=self._name, node_type="ComputeNode", **token
            )
            for instance in as_list(page.get("instances")):
                queue = str(instance.get("queueName", "?"))
                found[queue] = found.get(queue, 0) + 1
            if not page.get("nextToken"):
                return found
            token = {"next_token": page["nextToken"]}

    def stop(self, task: Task) -> None:
        """Stop the fleet and wait until no node is left."""
        self._move("STOP_REQUESTED", "STOPPED", task)

    def start(self, task: Task) -> None:
        """Start the fleet and wait until it runs."""
        self._move("START_REQUESTED", "RUNNING", task)

    def drain(self, scheduler: Scheduler, minutes: float, task: Task) -> None:
        """Wait until no job runs; the partitions are down already. Raises ProviderError when the time is over."""
        started = time.monotonic()
        while jobs := scheduler.jobs():
            running = ", ".join(f"{count} of queue {queue}" for queue, count in sorted(jobs.items()))
            if time.monotonic() > started + minutes * 60:
                raise ProviderError(
                    f"cluster {self._name}: after {minutes:g} min there are still running jobs ({running}); nothing was "
                    "updated. Wait longer with updates.drainMinutes, cancel the jobs, or set updates.computeFleet to stop"
                )
            task.progress(f"waiting for running jobs: {running}")
            look_again(task, started)

    def _status(self) -> str:
        try:
            return str(self._worker.call("describe_compute_fleet", self._region, cluster_name=self._name)["status"])
        except ParallelClusterError as error:
            raise explained(f"the compute fleet of {self._name} cannot be described", error) from error

    def _move(self, request: str, wanted: str, task: Task) -> None:
        status = self._status()
        if status == wanted:
            return
        try:
            self._worker.call("update_compute_fleet", self._region, cluster_name=self._name, status=request)
        except ParallelClusterError as error:
            raise explained(f"the compute fleet of {self._name} cannot be set to {request}", error) from error
        started = time.monotonic()
        while status != wanted:
            look_again(task, started)
            status = self._status()
            if status == "PROTECTED" and wanted == "RUNNING":
                task.warn(f"the compute fleet of {self._name} is PROTECTED: nodes of some queue do not start")
                return
            task.progress(f"compute fleet: {status}")
