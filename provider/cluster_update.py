"""How an operation on a cluster comes to its end: an update with all that it stops and starts, and the wait for any other."""

from typing import Any, Final

from provider import judgement, updates
from provider.cluster_calls import ClusterCalls
from provider.cluster_logs import LOG_KEY, encrypt, with_key
from provider.errors import Cut, PartialFailure, ProviderError
from provider.fleet import Fleet
from provider.inputs import mirrored
from provider.resource import Task
from provider.scheduler import Scheduler
from provider.updating import Interruption
from provider.values import Plain
from provider.waiting import Patient
from provider.worker_client import Caller

_SOUND: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
SETTLED: Final = (*_SOUND, "UPDATE_FAILED")
"""The cluster runs, after a failed update with the document that it had before."""
BEYOND_REPAIR: Final = (None, "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE")


def finish(
    calls: ClusterCalls,
    identity: str,
    inputs: Plain,
    before: Plain,
    started: Any,
    task: Task,
    former_key: str | None = None,
) -> Plain:
    """Wait for what was started. From here on the cluster exists: every fault keeps it in the state.

    `before` are the inputs in force until then: those of a failed update count for nothing. `former_key` encrypts its logs by now.
    """
    before = with_key(before, former_key)
    try:
        status = calls.settle(task)
        described = calls.describe() or {}
        if status in (_SOUND if started else SETTLED):
            # In force from here on, whatever becomes of the key.
            before = with_key(mirrored(inputs), former_key)
            encrypt(calls, inputs, former_key)
            return mirrored(inputs) | calls.outputs(described, started)
        reasons = calls.failure(described)
    except Exception as error:
        described = calls.last_described or {}
        reasons = [f"cluster {calls.name}: {error}"]
        raise PartialFailure(identity, before | calls.outputs(described), reasons) from error
    raise PartialFailure(identity, before | calls.outputs(described), reasons)


def update(worker: Caller, identity: str, state: Plain, inputs: Plain, task: Task) -> Plain:
    """Update a cluster and wait; an operation that still runs is awaited first, an unfinished update put right."""
    patient = Patient(worker, task)
    calls = ClusterCalls(worker, inputs["region"], inputs["clusterName"], patient)
    status = calls.settle(task)
    if status in BEYOND_REPAIR:
        raise ProviderError(f"cluster {calls.name} cannot be updated any more; the next `pulumi up` replaces it")
    if status == "UPDATE_FAILED":
        calls.continue_rollback(task)
    fleet = Fleet(patient, calls.region, calls.name)
    pause = Interruption(
        calls, fleet, lambda: Scheduler(patient, calls.region, (calls.last_described or {}).get("headNode")), task
    )
    if pause.pending or status == "UPDATE_FAILED":
        state = {**state, "configuration": calls.configuration_or(state["configuration"], task)}
    judged = judgement.judge(patient, state, inputs)
    judgement.refuse(judged, inputs, task)
    if judged.rows:
        calls.must_have_document()
    former_key = state.get(LOG_KEY)
    before = with_key(mirrored({**inputs, "configuration": state["configuration"]}), former_key)
    try:
        pause.prepare(judged.plan, updates.allowed(inputs).drain_minutes, state["configuration"], inputs)
        started = calls.start_update(inputs, task) if judged.rows else None
        outputs = finish(calls, identity, inputs, before, started, task, former_key)
    except Exception as error:
        raise _after_failure(error, pause, calls, identity, before, inputs) from error
    if not pause.pending:
        return outputs
    try:
        pause.restore(inputs, updated=True)
    except Exception as error:
        raise _unrestored([f"cluster {calls.name} is updated, but {error}"], pause, identity, outputs) from error
    return outputs | calls.outputs(calls.describe() or {}, started)


def _after_failure(
    error: Exception, pause: Interruption, calls: ClusterCalls, identity: str, before: Plain, inputs: Plain
) -> Exception:
    """The error to raise once what was stopped runs again, as far as it can be made to."""
    if not pause.pending:
        return error
    reasons = error.reasons if isinstance(error, PartialFailure) else [str(error)]
    kept = error.properties if isinstance(error, PartialFailure) else before
    updated = isinstance(error, PartialFailure) and kept.get("configuration") == inputs["configuration"]
    if not isinstance(error, Cut) and not isinstance(error.__cause__, Cut):
        try:
            pause.restore(inputs, updated=updated)
        except Exception as fault:  # noqa: BLE001 - it joins the first one's reasons
            reasons = [*reasons, str(fault)]
    if pause.pending:
        return _unrestored(reasons, pause, identity, kept | calls.outputs(calls.last_described or {}))
    if isinstance(error, PartialFailure):
        now = kept | calls.outputs(calls.description_or_none() or {})
        return PartialFailure(identity, now, [*reasons, "what ran before the update runs again"])
    return error


def _unrestored(reasons: list[str], pause: Interruption, identity: str, outputs: Plain) -> PartialFailure:
    left = "what the update stopped has not been started again: the next `pulumi up` does that"
    kept: dict[str, object] = {**outputs, "formerState": pause.former}
    return PartialFailure(identity, kept, [*reasons, left])
