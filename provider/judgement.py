"""The judgement of an update: the changed keys against the cluster as it runs now, and the plan that follows from them."""

from dataclasses import dataclass, field

from provider import updates, verdict
from provider.cluster_calls import ClusterCalls
from provider.errors import ProviderError
from provider.explain import explained
from provider.fleet import Fleet
from provider.resource import Task
from provider.scheduler import Scheduler, SchedulerUnreachable
from provider.updates import Plan, Work
from provider.values import Plain, as_list, as_map
from provider.verdict import Live, Row
from provider.worker_client import Caller, ParallelClusterError


@dataclass(frozen=True)
class Judgement:
    """Changed keys, what runs, and what has to stop. `described` is None where the cluster could not be asked or need not be."""

    rows: list[Row] = field(default_factory=list[Row])
    described: Plain | None = None
    plan: Plan = field(default_factory=Plan)


def rows_of(worker: Caller, old: Plain, new: Plain, live: Live) -> list[Row]:
    """The changed keys between the documents of two inputs. Raises ProviderError if they cannot be judged."""
    if old.get("configuration") == new.get("configuration"):
        return []
    if not isinstance(old.get("configuration"), dict) or not isinstance(new.get("configuration"), dict):
        return []
    try:
        return verdict.compare(worker, new["region"], old["configuration"], new["configuration"], live)
    except ParallelClusterError as error:
        raise explained("the change of the cluster's configuration cannot be judged", error) from error


def judge(worker: Caller, old: Plain, new: Plain) -> Judgement:
    """The verdict for the cluster as it runs now, which is asked only if the change needs it. Raises ProviderError."""
    rows = rows_of(worker, old, new, Live())
    if not any(row.refused for row in rows):
        return Judgement(rows)
    described = ClusterCalls(worker, new["region"], new["clusterName"]).description_or_none()
    running = updates.pools_with_nodes(described) if described else None
    stopped = (described or {}).get("computeFleetStatus") == "STOPPED"
    rows = rows_of(worker, old, new, Live(stopped, None if running is None else list(running)))
    known = [row for row in rows if not row.unknown]
    pools = list(running) if running is not None else _declared_pools(old)
    return Judgement(rows, described, updates.planned(known, updates.allowed(new), pools))


def refuse(judgement: Judgement, inputs: Plain, task: Task) -> None:
    """Raise ProviderError for what the user does not allow; warn of what cannot be said yet."""
    for row in judgement.rows:
        if row.refused and row.unknown:
            task.warn(f"{row.place} is not known yet; its change would need: {row.message}")
    known = [row for row in judgement.rows if not row.unknown]
    if reason := updates.refusal(str(inputs["clusterName"]), known, updates.allowed(inputs)):
        raise ProviderError(reason)


def tell(worker: Caller, judgement: Judgement, inputs: Plain, task: Task) -> None:
    """The plan in plain words. Raises ProviderError if the plan cannot be carried out: a drain with nobody to ask."""
    name, may = str(inputs["clusterName"]), updates.allowed(inputs)
    for line in updates.strategy_in_words(name, judgement.rows, as_map(inputs.get("configuration"))):
        task.warn(line)
    if not judgement.plan:
        return
    work = _work(worker, judgement, inputs)
    if judgement.plan.drains and work.jobs is None:
        raise ProviderError(
            f"updates.computeFleet is drain, but the scheduler of {name} cannot be asked: {work.why_no_jobs}; mend that, or "
            "set updates.computeFleet to stop, which ends running jobs"
        )
    for line in updates.in_words(name, judgement.plan, judgement.rows, work, may.drain_minutes):
        task.warn(line)


def _work(worker: Caller, judgement: Judgement, inputs: Plain) -> Work:
    login = updates.pools_with_nodes(judgement.described) if judgement.described else None
    if not judgement.plan.stops or judgement.described is None:
        return Work(login=login, why_no_jobs="the cluster could not be asked")
    try:
        nodes = Fleet(worker, inputs["region"], inputs["clusterName"]).nodes()
    except ParallelClusterError:
        nodes = None
    try:
        return Work(nodes, Scheduler(worker, inputs["region"], judgement.described.get("headNode")).jobs(), login)
    except SchedulerUnreachable as error:
        return Work(nodes, None, login, str(error))


def _declared_pools(inputs: Plain) -> list[str]:
    pools = as_list(as_map(as_map(inputs["configuration"]).get("LoginNodes")).get("Pools"))
    return [str(pool["Name"]) for pool in pools if pool.get("Count", 1)]
