"""The resource `parallelcluster:index:Cluster`: its rules, its comparison, and the steps of its life."""

from typing import Any, Final

from provider import naming, verdict
from provider.cluster_calls import ClusterCalls
from provider.errors import PartialFailure, ProviderError
from provider.explain import explained
from provider.inputs import common, shape
from provider.resource import DEFAULTS, Change, Checked, Difference, Failure, Found, Task
from provider.schema_check import check_document
from provider.values import UNKNOWN, Plain, known
from provider.worker_client import ParallelClusterError, Workers

INPUTS: Final[dict[str, type]] = {
    "clusterName": str,
    "region": str,
    "version": str,
    "configuration": dict,
    "suppressValidators": list,
    "validationFailureLevel": str,
    "rollbackOnFailure": bool,
}
OPTIONS: Final = ("suppressValidators", "validationFailureLevel", "rollbackOnFailure")
"""Inputs about how the library is called: a change of these alone calls nothing."""

STABLE: Final = ("stackArn", "headNode")
CHANGING: Final = ("clusterStatus", "fleetStatus", "loginNodes", "validationMessages")
"""Outputs that an update may change."""

_SOUND = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_SETTLED = (*_SOUND, "UPDATE_FAILED")
"""The cluster runs, after a failed update with the document that it had before."""
_BEYOND_REPAIR = (None, "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE")


class Cluster:
    """A ParallelCluster cluster."""

    token = "parallelcluster:index:Cluster"
    seconds = 3600.0

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def check(self, logical: str, old: Plain, new: Plain, seed: bytes) -> Checked:
        """Rules of names and options, then ParallelCluster's schema; documents that have not changed are not checked again."""
        inputs = {key: value for key, value in new.items() if key != DEFAULTS}
        failures = [*shape(inputs, INPUTS, ("region", "version", "configuration")), *common(inputs)]
        if "clusterName" not in inputs:
            inputs["clusterName"] = old.get("clusterName") or naming.automatic(logical, naming.random_suffix(seed), 40)
            inputs[DEFAULTS] = ["clusterName"]
        elif inputs["clusterName"] is not UNKNOWN and not naming.CLUSTER_NAME.fullmatch(str(inputs["clusterName"])):
            rule = "2 to 40 letters, digits and hyphens, a letter first"
            failures.append(Failure("clusterName", f"{inputs['clusterName']!r} is no cluster name: {rule}"))
        same = all(inputs.get(key) == old.get(key) for key in ("region", "version", "configuration"))
        if not failures and not same:
            failures = self._schema_failures(inputs)
        return Checked(inputs, failures)

    def diff(self, state: Plain, inputs: Plain) -> Difference:
        """What changes, by ParallelCluster's own verdict; identical inputs of a sound cluster ask nobody."""
        changes = [
            Change(k, "update", True) for k in ("clusterName", "region", "version") if state.get(k) != inputs.get(k)
        ]
        replaced = bool(changes)
        changes += self._repair(state) if not replaced else []
        old, new = state.get("configuration"), inputs.get("configuration")
        if old != new:
            if replaced or not isinstance(old, dict) or not isinstance(new, dict):
                changes.append(Change("configuration", "update"))
            else:
                rows = self._rows(state, inputs, verdict.Live())
                changes += verdict.changes(rows, state["configuration"], inputs["configuration"])
        for key in OPTIONS:
            if state.get(key) != inputs.get(key):
                changes.append(Change(key, "update" if key in state and key in inputs else _one_side(key, inputs)))
        automatic = "clusterName" in inputs.get(DEFAULTS, [])
        kept = all(state.get(key) == inputs.get(key) for key in ("clusterName", "region"))
        return Difference(changes, delete_first=kept and not automatic and any(change.replaces for change in changes))

    def planned(self, state: Plain, inputs: Plain, task: Task) -> Plain:
        """The outputs at preview. Raises ProviderError for an update that the cluster's state does not allow."""
        outputs = _mirrored(inputs)
        if not state:
            return outputs | dict.fromkeys((*STABLE, *CHANGING), UNKNOWN)
        rows = self._changed_rows(state, inputs)
        for row in rows:
            if row.refused and row.unknown:
                task.warn(f"{'.'.join([*row.path, row.key])} is not known yet; its change would need: {row.message}")
        if reason := verdict.refusal(str(inputs["clusterName"]), [row for row in rows if not row.unknown]):
            raise ProviderError(reason)
        outputs |= {key: state[key] for key in STABLE if key in state}
        return outputs | dict.fromkeys(CHANGING, UNKNOWN)

    def create(self, inputs: Plain, task: Task) -> tuple[str, Plain]:
        """Make the cluster and wait for it. Adopts a cluster that bears this resource's mark, refuses a foreign one."""
        calls = self._calls(inputs)
        identity = naming.resource_id(calls.region, calls.name)
        started = calls.start_create(inputs, task)
        if not started:
            # A cluster of ours from an earlier run may have been made with another document: the state says with which.
            inputs = inputs | {
                "configuration": calls.configuration_in_force(inputs["configuration"]) or inputs["configuration"]
            }
        return identity, self._finish(calls, identity, inputs, _mirrored(inputs), started, task)

    def read(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Found | None:
        """Status and the document in force; without inputs, as at an import, these become the inputs."""
        region, name = naming.split_id(identity)
        calls = ClusterCalls(self._workers.newest_or(inputs.get("version")), region, name)
        described = calls.describe()
        if described is None:
            return None
        inputs = dict(inputs) or {"clusterName": name, "region": region, "version": described["version"]}
        in_force = calls.configuration_in_force(inputs.get("configuration"))
        if in_force is not None:
            inputs["configuration"] = in_force
        return Found(identity, _mirrored(inputs) | calls.outputs(described), inputs)

    def update(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Plain:
        """Bring a cluster to its new document and wait; an operation that still runs is awaited first."""
        calls = self._calls(inputs)
        if calls.settle(task) in _BEYOND_REPAIR:
            raise ProviderError(f"cluster {calls.name} cannot be updated any more; the next `pulumi up` replaces it")
        rows = self._changed_rows(state, inputs)
        if reason := verdict.refusal(calls.name, rows):
            raise ProviderError(reason)
        started = calls.start_update(inputs, task) if rows else None
        before = _mirrored({**inputs, "configuration": state["configuration"]})
        return self._finish(calls, identity, inputs, before, started, task)

    def delete(self, identity: str, state: Plain, task: Task) -> None:
        """Delete the cluster and wait until it is gone."""
        region, name = naming.split_id(identity)
        ClusterCalls(self._workers.newest_or(state.get("version")), region, name).delete(task)

    def _finish(
        self, calls: ClusterCalls, identity: str, inputs: Plain, before: Plain, started: Any, task: Task
    ) -> Plain:
        """Wait for what was started. From here on the cluster exists: every fault keeps it in the state.

        `before` are the inputs in force until then: those of a failed update count for nothing.
        """
        try:
            status = calls.settle(task)
            described = calls.describe() or {}
            if status in (_SOUND if started else _SETTLED):
                return _mirrored(inputs) | calls.outputs(described, started)
            reasons = calls.failure(described)
        except Exception as error:
            described = calls.last_described or {}
            raise PartialFailure(
                identity, before | calls.outputs(described), [f"cluster {calls.name}: {error}"]
            ) from error
        raise PartialFailure(identity, before | calls.outputs(described), reasons)

    def _repair(self, state: Plain) -> list[Change]:
        """A cluster that was left unfinished is gone on with if that is possible, else replaced."""
        if state.get("clusterStatus") in _SETTLED:
            return []
        described = self._calls(state).describe()
        status = described["clusterStatus"] if described else None
        return [Change("clusterStatus", "update", status in _BEYOND_REPAIR)]

    def _schema_failures(self, inputs: Plain) -> list[Failure]:
        if not isinstance(inputs["configuration"], dict) or not known([inputs["region"], inputs["version"]]):
            return []
        worker = self._workers.of(inputs["version"])
        try:
            return check_document(
                worker, "cluster", inputs["region"], {"Region": inputs["region"], **inputs["configuration"]}
            )
        except ParallelClusterError as error:
            return [Failure("configuration", f"ParallelCluster's schema cannot judge it: {error}")]

    def _changed_rows(self, state: Plain, inputs: Plain) -> list[verdict.Row]:
        """The verdict for the cluster as it runs now, which is asked only if the change needs it."""
        if state.get("configuration") == inputs.get("configuration"):
            return []
        if not isinstance(state.get("configuration"), dict) or not isinstance(inputs.get("configuration"), dict):
            return []
        rows = self._rows(state, inputs, verdict.Live())
        if not any(row.refused for row in rows):
            return rows
        return self._rows(state, inputs, self._calls(inputs).live())

    def _rows(self, state: Plain, inputs: Plain, live: verdict.Live) -> list[verdict.Row]:
        worker = self._workers.of(inputs["version"])
        try:
            return verdict.compare(worker, inputs["region"], state["configuration"], inputs["configuration"], live)
        except ParallelClusterError as error:
            raise explained("the change of the cluster's configuration cannot be judged", error) from error

    def _calls(self, inputs: Plain) -> ClusterCalls:
        return ClusterCalls(self._workers.of(inputs["version"]), inputs["region"], inputs["clusterName"])


def _mirrored(inputs: Plain) -> Plain:
    """The inputs as they stand among the outputs."""
    return {key: value for key, value in inputs.items() if key in INPUTS}


def _one_side(key: str, inputs: Plain) -> str:
    return "add" if key in inputs else "delete"
