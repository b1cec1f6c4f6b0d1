"""The resource `parallelcluster:index:Cluster`: its rules, its comparison, and the steps of its life."""

from collections.abc import Iterable
from typing import Final

from provider import dry_run, judgement, loss, naming, updates, verdict
from provider.cluster_calls import ClusterCalls
from provider.cluster_logs import LOG_KEY, in_force
from provider.cluster_update import BEYOND_REPAIR, SETTLED, finish, update
from provider.errors import ProviderError
from provider.inputs import common, mirrored, shape, unknown_validators
from provider.resource import DEFAULTS, Change, Checked, Difference, Failure, Found, Task
from provider.schema_check import check_document
from provider.values import UNKNOWN, Plain, as_map, known
from provider.waiting import Patient
from provider.worker_client import ParallelClusterError, Workers

INPUTS: Final[dict[str, type]] = {
    "clusterName": str,
    "region": str,
    "version": str,
    "configuration": dict,
    "suppressValidators": list,
    "validationFailureLevel": str,
    "rollbackOnFailure": bool,
    "updates": dict,
    LOG_KEY: str,
}
OPTIONS: Final = ("suppressValidators", "validationFailureLevel", "rollbackOnFailure", "updates", LOG_KEY)
"""Inputs about how things are done: a change of these alone asks ParallelCluster for nothing."""

STABLE: Final = ("stackArn", "headNode")
CHANGING: Final = ("clusterStatus", "fleetStatus", "loginNodes", "validationMessages")
"""Outputs that an update may change."""


_IDENTITY: Final = ("clusterName", "region", "version")
_JUDGED: Final = ("region", "version", "configuration", "suppressValidators", "validationFailureLevel")
"""Inputs on which the judgement of a document depends."""


class Cluster:
    """A ParallelCluster cluster."""

    token = "parallelcluster:index:Cluster"
    seconds = 3600.0

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def check(self, logical: str, old: Plain, new: Plain, seed: bytes, task: Task) -> Checked:
        """Rules of names and options, then ParallelCluster's schema and its dry run; what has not changed is not judged again."""
        inputs = {key: value for key, value in new.items() if key != DEFAULTS}
        failures = [
            *shape(inputs, INPUTS, ("region", "version", "configuration")),
            *common(inputs),
            *updates.failures(inputs),
        ]
        if "clusterName" not in inputs:
            inputs["clusterName"] = old.get("clusterName") or naming.automatic(logical, naming.random_suffix(seed), 40)
            inputs[DEFAULTS] = ["clusterName"]
        elif inputs["clusterName"] is not UNKNOWN and not naming.CLUSTER_NAME.fullmatch(str(inputs["clusterName"])):
            rule = "2 to 40 letters, digits and hyphens, a letter first"
            failures.append(Failure("clusterName", f"{inputs['clusterName']!r} is no cluster name: {rule}"))
        if not failures and not _same(_JUDGED, inputs, old):
            failures = self._judged_by_parallelcluster(inputs, old, task)
        return Checked(inputs, failures)

    def diff(self, state: Plain, inputs: Plain, task: Task) -> Difference:
        """What changes, by ParallelCluster's own verdict; identical inputs of a sound cluster ask nobody."""
        changes = [Change(k, "update", True) for k in _IDENTITY if state.get(k) != inputs.get(k)]
        replaced = bool(changes)
        changes += self._repair(state) if not replaced else []
        old, new = state.get("configuration"), inputs.get("configuration")
        if old != new:
            if replaced or not isinstance(old, dict) or not isinstance(new, dict):
                changes.append(Change("configuration", "update"))
            else:
                rows = judgement.rows_of(self._workers.of(inputs["version"]), state, inputs, verdict.Live())
                changes += verdict.changes(rows, state["configuration"], inputs["configuration"])
        for key in OPTIONS:
            if state.get(key) != inputs.get(key):
                changes.append(Change(key, "update" if key in state and key in inputs else _one_side(key, inputs)))
        automatic = "clusterName" in inputs.get(DEFAULTS, [])
        kept = all(state.get(key) == inputs.get(key) for key in ("clusterName", "region"))
        causes = [change.path for change in changes if change.replaces]
        # The engine also asks for a replacement that the user forces.
        first = kept and not automatic
        if causes and state.get("clusterStatus") in SETTLED:
            refused = loss.lost_homes(str(state.get("clusterName")), as_map(old), as_map(new))
            if refused and isinstance(new, dict) and updates.allowed(inputs).home == "refuse":
                raise ProviderError(refused)
            for line in loss.replacement(str(state.get("clusterName")), as_map(old), causes, first=first):
                task.warn(line)
        return Difference(changes, delete_first=first)

    def planned(self, state: Plain, inputs: Plain, task: Task) -> Plain:
        """The outputs at preview. An update tells what it stops. Raises ProviderError for one that is refused."""
        outputs = mirrored(inputs)
        if not state:
            return outputs | dict.fromkeys((*STABLE, *CHANGING), UNKNOWN)
        worker = self._workers.of(inputs["version"])
        judged = judgement.judge(worker, state, inputs)
        judgement.refuse(judged, inputs, task)
        if judged.rows:
            self._calls(inputs).must_have_document()
        judgement.tell(worker, judged, inputs, task)
        outputs |= {key: state[key] for key in STABLE if key in state}
        return outputs | dict.fromkeys(CHANGING, UNKNOWN)

    def create(self, inputs: Plain, task: Task) -> tuple[str, Plain]:
        """Make the cluster and wait for it. Adopts a cluster that bears this resource's mark, refuses a foreign one."""
        calls = self._calls(inputs, task)
        identity = naming.resource_id(calls.region, calls.name)
        started = calls.start_create(inputs, task)
        if not started:
            # A cluster of ours from an earlier run may have been made with another document: the state says with which.
            inputs = inputs | {"configuration": calls.configuration_or(inputs["configuration"], task)}
        return identity, finish(calls, identity, inputs, mirrored(inputs), started, task)

    def read(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Found | None:
        """Status and the document in force; without inputs, as at an import, these become the inputs."""
        region, name = naming.split_id(identity)
        worker = self._workers.newest_or(inputs.get("version"))
        calls = ClusterCalls(worker, region, name, Patient(worker, task))
        described = calls.describe()
        if described is None:
            return None
        if inputs:
            inputs = inputs | {"configuration": calls.configuration_or(inputs.get("configuration"), task)}
        else:
            inputs = {"clusterName": name, "region": region, "version": described["version"]}
            inputs["configuration"] = calls.configuration_in_force(None)
        outputs = in_force(calls, mirrored(inputs)) | calls.outputs(described)
        if former := calls.former_state():
            outputs["formerState"] = former
        return Found(identity, outputs, inputs)

    def update(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Plain:
        """Bring a cluster to its new document, stopping what has to stop and starting it again, and wait."""
        return update(self._workers.of(inputs["version"]), identity, state, inputs, task)

    def delete(self, identity: str, state: Plain, task: Task) -> None:
        """Delete the cluster and wait until it is gone."""
        region, name = naming.split_id(identity)
        ClusterCalls(self._workers.newest_or(state.get("version")), region, name).delete(task)
        for line in loss.kept(name, region, as_map(state.get("configuration"))):
            task.tell(line)

    def _repair(self, state: Plain) -> list[Change]:
        """A cluster that was left unfinished is gone on with if that is possible, else replaced."""
        if state.get("formerState"):
            return [Change("formerState", "delete")]
        if state.get("clusterStatus") in SETTLED:
            return []
        described = self._calls(state).describe()
        status = described["clusterStatus"] if described else None
        return [Change("clusterStatus", "update", status in BEYOND_REPAIR)]

    def _judged_by_parallelcluster(self, inputs: Plain, old: Plain, task: Task) -> list[Failure]:
        if not isinstance(inputs["configuration"], dict) or not known([inputs["region"], inputs["version"]]):
            return []
        worker = self._workers.of(inputs["version"])
        document: Plain = {"Region": inputs["region"], **inputs["configuration"]}
        try:
            found = check_document(worker, "cluster", inputs["region"], document)
            found = found or unknown_validators(worker, inputs)
            return found or dry_run.cluster(worker, inputs, task, exists=bool(old) and _same(_IDENTITY, inputs, old))
        except ParallelClusterError as error:
            return [Failure("configuration", f"ParallelCluster cannot judge it: {error}")]

    def _calls(self, inputs: Plain, task: Task | None = None) -> ClusterCalls:
        """With a task, questions bear faults of the services for a while."""
        worker = self._workers.of(inputs["version"])
        return ClusterCalls(worker, inputs["region"], inputs["clusterName"], Patient(worker, task) if task else None)


def _same(keys: Iterable[str], one: Plain, other: Plain) -> bool:
    return all(one.get(key) == other.get(key) for key in keys)


def _one_side(key: str, inputs: Plain) -> str:
    return "add" if key in inputs else "delete"
