"""One update of a cluster, with what has to stop for it and what has to run again afterwards, also when it fails.

What ran before is written down in the cluster's own table before anything is stopped, and forgotten once it runs again:
an update that is cut off, by whatever, is put right by the next one.
"""

import time
from collections.abc import Callable
from typing import Any

from provider.cluster_calls import ClusterCalls
from provider.errors import ProviderError
from provider.fleet import Fleet
from provider.resource import Task
from provider.scheduler import Scheduler, SchedulerUnreachable
from provider.updates import Plan, pools_with_nodes
from provider.values import Plain, as_list, as_map
from provider.waiting import look_again


class Interruption:
    """What an update stops, and how it comes back."""

    def __init__(self, calls: ClusterCalls, fleet: Fleet, scheduler: Callable[[], Scheduler], task: Task) -> None:
        self._calls, self._fleet, self._scheduler, self._task = calls, fleet, scheduler, task
        self.former: Plain | None = calls.former_state()
        """What ran before this update, or before an earlier one that did not come to its end; None if nothing stopped."""

    @property
    def pending(self) -> bool:
        """Whether something is stopped that has to run again."""
        return self.former is not None

    def prepare(self, plan: Plan, minutes: float, in_force: Plain, options: Plain) -> None:
        """Stop what the plan names. `in_force` is the document of now, `options` are inputs for how to call the library."""
        if not plan:
            return
        scheduler = self._scheduler() if plan.drains else None
        self._note(
            {
                "fleetRuns": plan.stops and self._fleet.runs(self._task),
                "partitions": scheduler.partitions_up() if scheduler else [],
                "pools": {name: count for name, count in _counts(in_force).items() if name in plan.pools},
            }
        )
        if scheduler:
            self._task.progress("setting the partitions DOWN: running jobs go on, no other job starts")
            scheduler.set_partitions(as_list((self.former or {}).get("partitions")), "DOWN")
            self._fleet.drain(scheduler, minutes, self._task)
        if plan.stops:
            self._fleet.stop(self._task)
        if plan.pools:
            self._empty(plan.pools, in_force, options)

    def restore(self, options: Plain, *, updated: bool) -> None:
        """Start again what ran before. After an update that failed the login pools get their former sizes too."""
        if self.former is None:
            return
        pools: dict[str, int] = as_map(self.former.get("pools"))
        if pools and not updated:
            in_force = self._calls.configuration_in_force({})
            emptied = {name: pools[name] for name, count in _counts(in_force).items() if name in pools and not count}
            self._resize(emptied, in_force, options)
        if self.former.get("fleetRuns"):
            self._fleet.start(self._task)
        if partitions := as_list(self.former.get("partitions")):
            self._up(partitions)
        self._calls.forget_former_state()
        self.former = None

    def _note(self, runs: Plain) -> None:
        """Write down what runs now, beside what ran before an earlier update that did not come to its end."""
        wanted = runs if self.former is None else _both(self.former, runs)
        if wanted != self.former:
            self.former = self._calls.keep_former_state(wanted, self.former)

    def _empty(self, pools: list[str], in_force: Plain, options: Plain) -> None:
        self._resize(dict.fromkeys(pools, 0), in_force, options)
        started = time.monotonic()
        while left := {k: n for k, n in pools_with_nodes(self._calls.describe() or {}).items() if k in pools}:
            nodes = ", ".join(f"{count or '?'} of pool {name}" for name, count in left.items())
            self._task.progress(f"waiting for login nodes to end: {nodes}")
            look_again(self._task, started)

    def _resize(self, counts: dict[str, int], in_force: Plain, options: Plain) -> None:
        """Update nothing but the sizes of login pools, and wait. Raises ProviderError."""
        if all(_counts(in_force).get(name) == count for name, count in counts.items()):
            return
        words = ", ".join(f"pool {name} to {count}" for name, count in counts.items())
        self._task.progress(f"setting the size of login {words}")
        document = {**in_force, "LoginNodes": _resized(in_force["LoginNodes"], counts)}
        self._calls.start_update({**options, "configuration": document}, self._task)
        if self._calls.settle(self._task) != "UPDATE_COMPLETE":
            raise ProviderError("; ".join(self._calls.failure(self._calls.last_described or {})))

    def _up(self, partitions: list[str]) -> None:
        """A start of the fleet brings partitions up by itself; this is for a fleet that was never stopped."""
        try:
            self._scheduler().set_partitions(partitions, "UP")
        except SchedulerUnreachable as error:
            commands = ", ".join(f"scontrol update PartitionName={name} State=UP" for name in partitions)
            self._task.warn(f"{error}; if a partition is still down, run on the head node: {commands}")


def _both(earlier: Plain, now: Plain) -> Plain:
    """What ran before either of two updates: the earlier one may have stopped part of it, and its sizes of pools are older."""
    partitions: set[str] = {*as_list(earlier.get("partitions")), *as_list(now.get("partitions"))}
    return {
        "fleetRuns": bool(earlier.get("fleetRuns") or now.get("fleetRuns")),
        "partitions": sorted(partitions),
        "pools": {**as_map(now.get("pools")), **as_map(earlier.get("pools"))},
    }


def _counts(document: Plain) -> dict[str, int]:
    """The sizes of the login pools of a document."""
    pools = as_list(as_map(document.get("LoginNodes")).get("Pools"))
    return {str(pool["Name"]): int(pool.get("Count", 1)) for pool in pools}


def _resized(section: Plain, counts: dict[str, int]) -> Plain:
    pools: list[Any] = section["Pools"]
    return {**section, "Pools": [{**pool, "Count": counts.get(pool["Name"], pool.get("Count", 1))} for pool in pools]}
