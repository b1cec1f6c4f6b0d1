"""What an update does to running work: what the user allows, what the changes need, and the plan in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from provider.resource import Failure
from provider.values import UNKNOWN, Plain, as_list, as_map
from provider.verdict import Row

CHOICES: Final = {
    "computeFleet": ("refuse", "drain", "stop"),
    "loginNodes": ("refuse", "recreate"),
    "home": ("refuse", "replace"),
}
"""The keys of the input `updates` and their values, the default first."""
DRAIN_MINUTES: Final = 60
"""How long running jobs are awaited where `updates.drainMinutes` says nothing."""

_POOL_POLICY: Final = "LOGIN_NODES_POOL_STOP"
"""The one policy about the nodes of a single pool; every other one is about all pools."""


@dataclass(frozen=True)
class Allowed:
    """What an update may do to running work."""

    compute_fleet: str = "refuse"
    login_nodes: str = "refuse"
    drain_minutes: float = DRAIN_MINUTES
    home: str = "refuse"


@dataclass(frozen=True)
class Plan:
    """What an update does besides the update. `pools` are login pools that must be empty first."""

    stops: bool = False
    drains: bool = False
    pools: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return self.stops or bool(self.pools)


@dataclass(frozen=True)
class Work:
    """What runs on a cluster: nodes by queue, running jobs by queue, nodes by login pool; None where it cannot be told."""

    nodes: Mapping[str, int] | None = None
    jobs: Mapping[str, int] | None = None
    login: Mapping[str, int | None] | None = None
    why_no_jobs: str = ""


def failures(inputs: Plain) -> list[Failure]:
    """What is wrong with the input `updates`."""
    given = inputs.get("updates", {})
    if given is UNKNOWN or not isinstance(given, dict):
        return []
    found: list[Failure] = []
    keys = (*CHOICES, "drainMinutes")
    for key, value in as_map(given).items():
        path = f"updates.{key}"
        if key not in keys:
            found.append(Failure(path, f"unknown key {key}; known: {', '.join(keys)}"))
        elif value is UNKNOWN:
            continue
        elif key in CHOICES and value not in CHOICES[key]:
            found.append(Failure(path, f"{value!r} is not one of {', '.join(CHOICES[key])}"))
        elif key == "drainMinutes" and not (_number(value) and value > 0):
            found.append(Failure(path, f"{value!r} is no number of minutes above 0"))
    return found


def allowed(inputs: Plain) -> Allowed:
    """The input `updates` with its defaults: nothing may be interrupted."""
    given = as_map(inputs.get("updates"))
    fleet, login, home = (str(given.get(key, values[0])) for key, values in CHOICES.items())
    minutes = given.get("drainMinutes", DRAIN_MINUTES)
    return Allowed(fleet, login, float(minutes) if _number(minutes) else DRAIN_MINUTES, home)


def planned(rows: Sequence[Row], may: Allowed, running_pools: Sequence[str]) -> Plan:
    """What the refused changes among `rows` need, of what is allowed. `running_pools` are those with nodes."""
    refused = [row for row in rows if row.refused]
    stops = any("fleet" in (row.needs or ()) for row in refused)
    pools: set[str] = set()
    for row in refused:
        if "login" in (row.needs or ()):
            pools |= {_pool(row)} if row.policy == _POOL_POLICY else set(running_pools)
    return Plan(stops, stops and may.compute_fleet == "drain", sorted(pools))


def refusal(name: str, rows: Sequence[Row], may: Allowed) -> str | None:
    """Why the user's `updates` forbids the update, with key, policy and remedy; None if it does not."""
    lines: list[str] = []
    for row in rows:
        needs = (row.needs or ()) if row.refused else ()
        remedies: list[str] = []
        if "fleet" in needs and may.compute_fleet == "refuse":
            remedies.append("set updates.computeFleet to drain or stop, or stop the compute fleet")
        if "login" in needs and may.login_nodes == "refuse":
            remedies.append("set updates.loginNodes to recreate, or empty the login pool with Count 0")
        if remedies:
            lines.append(f"{row.in_words}: {row.message}. Here: {'; '.join(remedies)}")
    if not lines:
        return None
    return f"update refused, nothing was changed: cluster {name} is not in a state for it:\n  " + "\n  ".join(lines)


def in_words(name: str, plan: Plan, rows: Sequence[Row], work: Work, minutes: float) -> list[str]:
    """The plan as lines for the user."""
    lines: list[str] = []
    if plan.stops:
        jobs = f"waits up to {minutes:g} min for running jobs, then " if plan.drains else ""
        keys = ", ".join(row.place for row in rows if row.refused and "fleet" in (row.needs or ()))
        lines.append(
            f"the update of {name} {jobs}stops {_fleet_in_words(work, ends=not plan.drains)}; it starts the fleet again "
            f"afterwards (because of {keys})"
        )
    for pool in plan.pools:
        count = (work.login or {}).get(pool)
        nodes = "all nodes" if count is None else _count(count, "node")
        keys = ", ".join(row.place for row in rows if row.refused and "login" in (row.needs or ()))
        lines.append(
            f"the update of {name} ends {nodes} of login pool {pool}, with the sessions there, and makes them anew: two "
            f"updates, the pool's GracetimePeriod in between (because of {keys})"
        )
    return lines


def strategy_in_words(name: str, rows: Sequence[Row], document: Plain) -> list[str]:
    """What the document's own QueueUpdateStrategy does to running jobs with changes that need no stopped fleet for it."""
    settings = as_map(as_map(document.get("Scheduling")).get("SlurmSettings"))
    strategy = settings.get("QueueUpdateStrategy")
    effects = {
        "DRAIN": "replaces nodes of queue {} once their jobs have ended",
        "TERMINATE": "ends nodes of queue {} at once, with their running jobs",
    }
    queues = {_queue(row) for row in rows if row.allowed and row.policy in _BY_STRATEGY} - {""}
    if strategy not in effects or not queues:
        return []
    effect = effects[strategy].format(", ".join(sorted(queues)))
    return [f"the update of {name} {effect} (QueueUpdateStrategy {strategy})"]


_BY_STRATEGY: Final = (
    "QUEUE_UPDATE_STRATEGY",
    "MANAGED_PLACEMENT_GROUP",
    "MANAGED_FSX",
    "SHARED_STORAGE_UPDATE_POLICY",
)


def _fleet_in_words(work: Work, *, ends: bool) -> str:
    if work.nodes is None:
        return "the compute fleet (how many nodes and jobs run is unknown)"
    queues: set[str] = {*work.nodes, *(work.jobs or {})}
    parts: list[str] = []
    for queue in sorted(queues):
        part = f"{_count(work.nodes.get(queue, 0), 'node')} of queue {queue}"
        if work.jobs is not None:
            running = _count(work.jobs.get(queue, 0), "running job")
            part += f" with {running}" + (" (which end)" if ends and work.jobs.get(queue) else "")
        parts.append(part)
    text = ", ".join(parts) or "the compute fleet, in which no node runs,"
    if work.jobs is None:
        text += f"; running jobs: unknown ({work.why_no_jobs})"
    return text


def _pool(row: Row) -> str:
    return next((part[6:-1] for part in row.path if part.startswith("Pools[")), "")


def _queue(row: Row) -> str:
    return next((part[12:-1] for part in row.path if part.startswith("SlurmQueues[")), "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def pools_with_nodes(described: Plain) -> dict[str, int | None]:
    """Nodes by login pool in ParallelCluster's description of a cluster, of pools that have some; None where it does not say: it
    leaves the numbers out where it could not ask the load balancer.
    """
    found: dict[str, int | None] = {}
    for pool in as_list(described.get("loginNodes")):
        count = int(pool.get("healthyNodes") or 0) + int(pool.get("unhealthyNodes") or 0)
        known = "healthyNodes" in pool or "unhealthyNodes" in pool
        if count or not known:
            found[str(pool["poolName"])] = count if known else None
    return found
