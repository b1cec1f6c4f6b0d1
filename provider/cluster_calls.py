"""One cluster's calls of ParallelCluster: start, follow, describe, delete."""

from typing import Any

from provider import naming
from provider.errors import Cut, PartialFailure, ProviderError
from provider.explain import cluster_failure, explained, warnings
from provider.inputs import mirrored, suppressors
from provider.resource import Task
from provider.values import Plain, as_list, as_map
from provider.waiting import Events, settled
from provider.worker_client import Caller, ParallelClusterError

_DELETIONS = 2
"""A stack whose deletion fails (an interface of a node that ends late, a bucket that is written to) mostly goes at once then."""
_LOST = 410
"""The worker's code for a document that is not in ParallelCluster's bucket any more."""


class ClusterCalls:
    """A cluster of one name in one region, through one version's worker."""

    def __init__(self, worker: Caller, region: str, name: str, asking: Caller | None = None) -> None:
        """`asking` is the same worker for questions and notes, where these are to be more patient than orders."""
        self._worker, self.region, self.name = worker, region, name
        self._asking = asking or worker
        self._events = Events(worker, region, "get_cluster_stack_events", cluster_name=name)
        self.last_described: Plain | None = None

    def describe(self) -> Plain | None:
        """ParallelCluster's description of the cluster; None if there is none."""
        try:
            self.last_described = self._asking.call("describe_cluster", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            if error.absent:
                return None
            raise explained(f"cluster {self.name} cannot be described", error) from error
        return self.last_described

    def description_or_none(self) -> Plain | None:
        """The same; None also where the cluster cannot be asked."""
        try:
            return self.describe()
        except ProviderError:
            return None

    def start_create(self, inputs: Plain, task: Task) -> Plain:
        """Start the creation; returns ParallelCluster's answer, which is empty for a cluster of ours that is there already."""
        arguments = suppressors(inputs) | {"rollback_on_failure": inputs.get("rollbackOnFailure", False)}
        document = self._document(inputs, task)
        task.progress(f"ParallelCluster {inputs['version']} validates and uploads cluster {self.name}")
        try:
            answer = self._worker.call(
                "create_cluster", self.region, cluster_name=self.name, cluster_configuration=document, **arguments
            )
        except ParallelClusterError as error:
            if "already exists" in str(error):
                self._adopt(task)
                return {}
            raise explained(f"cluster {self.name} cannot be made", error) from error
        except Cut as error:
            # Nobody can be asked any more whether the stack was started: the next run looks.
            identity = naming.resource_id(self.region, self.name)
            raise PartialFailure(identity, mirrored(inputs), [str(error)]) from error
        except ProviderError as error:
            # The worker ended amid the call: the stack may have been started.
            if self._is_ours(task):
                identity = naming.resource_id(self.region, self.name)
                raise PartialFailure(
                    identity, mirrored(inputs) | self.outputs(self.last_described or {}), [str(error)]
                ) from error
            raise
        for line in warnings(answer):
            task.warn(line)
        return answer

    def start_update(self, inputs: Plain, task: Task) -> Plain:
        """Start an update; the answer is empty if ParallelCluster finds nothing to change."""
        self._events.skip()
        task.progress(f"ParallelCluster {inputs['version']} validates and uploads the update of cluster {self.name}")
        document = self._document(inputs, task)
        try:
            answer = self._worker.call(
                "update_cluster",
                self.region,
                cluster_name=self.name,
                cluster_configuration=document,
                **suppressors(inputs),
            )
        except ParallelClusterError as error:
            if "No changes found" in str(error):
                return {}
            raise explained(f"cluster {self.name} cannot be updated", error) from error
        for line in warnings(answer):
            task.warn(line)
        return answer

    def settle(self, task: Task) -> str | None:
        """Wait until nothing is under way; the cluster's status, None if there is no cluster. Raises Cut, ProviderError."""
        return settled(task, self._status, self._events)

    def delete(self, task: Task) -> None:
        """Delete and wait until the cluster is gone; one that is absent is gone. Raises ProviderError if it stays."""
        self._events.skip()
        for attempt in range(_DELETIONS):
            if attempt:
                reasons = "; ".join(self.failure(self.last_described or {}))
                task.tell(f"the deletion of cluster {self.name} failed and is tried once more: {reasons}")
            try:
                self._worker.call("delete_cluster", self.region, cluster_name=self.name)
            except ParallelClusterError as error:
                if error.absent:
                    return
                raise explained(f"cluster {self.name} cannot be deleted", error) from error
            if self.settle(task) in (None, "DELETE_COMPLETE"):
                return
        raise ProviderError("; ".join(self.failure(self.last_described or {})))

    def failure(self, described: Plain) -> list[str]:
        """Why the last operation failed, in lines for the user."""
        return cluster_failure(self._worker, self.region, self.name, described, self._events)

    def continue_rollback(self, task: Task) -> None:
        """Go on with the rollback of a failed update if that failed itself, and wait. Raises ProviderError."""
        try:
            if self._asking.call("stack_status", self.region, cluster_name=self.name) != "UPDATE_ROLLBACK_FAILED":
                return
            task.progress(f"the rollback of an earlier update of {self.name} did not come to its end: going on with it")
            self._asking.call("continue_rollback", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            raise explained(f"the failed rollback of cluster {self.name} cannot be gone on with", error) from error
        self.settle(task)

    def former_state(self) -> Plain | None:
        """What an unfinished update has stopped; None if none has. Raises ProviderError."""
        return self._noted("former_state")

    def keep_former_state(self, state: Plain, before: Plain | None) -> Plain:
        """Write down what is about to be stopped, in place of what is written down by now. Raises ProviderError."""
        return self._noted("keep_former_state", state=state, before=before)

    def forget_former_state(self) -> None:
        """What was stopped runs again. Raises ProviderError."""
        self._noted("forget_former_state")

    def _noted(self, operation: str, **arguments: Any) -> Any:
        try:
            return self._asking.call(operation, self.region, cluster_name=self.name, **arguments)
        except ParallelClusterError as error:
            table = f"the cluster's table parallelcluster-{self.name}"
            raise explained(f"what ran before an update of {self.name} cannot be kept in {table}", error) from error

    def encrypt_logs(self, key: str | None) -> None:
        """Give the cluster's log groups a key, or take it away. Raises ProviderError."""
        try:
            self._asking.call("encrypt_logs", self.region, cluster_name=self.name, key=key)
        except ParallelClusterError as error:
            fault = f"the logs of cluster {self.name} cannot be encrypted with {key}" if key else "their key stays"
            raise explained(
                f"{fault}; the key's policy has to let logs.{self.region}.amazonaws.com use it", error
            ) from error

    def keys_of_logs(self) -> list[str | None]:
        """The keys of the cluster's log groups, None for one without. Raises ProviderError."""
        try:
            return self._asking.call("keys_of_logs", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            raise explained(f"the keys of the logs of cluster {self.name} cannot be read", error) from error

    def configuration_in_force(self, wanted: Any) -> Plain:
        """The document that the cluster runs with, in the form of the input. Raises ProviderError."""
        try:
            found = self._asking.call("cluster_configuration", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            raise explained(f"the document in force of cluster {self.name} cannot be read", error) from error
        document = dict(as_map(found))
        if "Region" not in as_map(wanted):
            document.pop("Region", None)
        tags = naming.without_mark(document.get("Tags"))
        if tags or "Tags" in as_map(wanted):
            document["Tags"] = tags
        else:
            document.pop("Tags", None)
        return document

    def configuration_or(self, known: Any, task: Task) -> Any:
        """The same; with a warning what is `known` of it, where it cannot be read."""
        try:
            return self.configuration_in_force(known)
        except ProviderError as error:
            task.warn(f"{error}; what the state says of it is believed")
            return known

    def must_have_document(self) -> None:
        """Raise ProviderError if the cluster's own document is lost: ParallelCluster updates from there only."""
        try:
            self._asking.call("cluster_configuration", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            if error.code == _LOST:
                raise ProviderError(
                    f"cluster {self.name} cannot be updated any more: ParallelCluster's copy of its document is lost ({error}). "
                    "Bring the bucket's object back, or have the cluster made anew: pulumi up --replace <urn>"
                ) from error

    def outputs(self, described: Plain, answer: Plain | None = None) -> Plain:
        """The outputs beyond the inputs, as far as they are known."""
        found = {
            "clusterStatus": described.get("clusterStatus"),
            "stackArn": described.get("cloudformationStackArn"),
            "fleetStatus": described.get("computeFleetStatus"),
            "headNode": described.get("headNode"),
            "loginNodes": as_list(described.get("loginNodes")),
            "validationMessages": as_list((answer or {}).get("validationMessages")),
        }
        return {key: value for key, value in found.items() if value is not None}

    def _document(self, inputs: Plain, task: Task) -> Plain:
        document: Plain = {**inputs["configuration"], "Region": self.region}
        document["Tags"] = naming.with_mark(document.get("Tags"), naming.mark(task.urn))
        return document

    def _status(self) -> str | None:
        try:
            self.last_described = self._worker.call("describe_cluster", self.region, cluster_name=self.name)
        except ParallelClusterError as error:
            if error.absent:
                return None
            raise
        return str(self.last_described["clusterStatus"]) if self.last_described else None

    def _adopt(self, task: Task) -> None:
        if not self._is_ours(task):
            raise ProviderError(
                f"cluster {self.name} already exists in {self.region} and does not belong to this resource; take another "
                f"clusterName, or import it: pulumi import parallelcluster:index:Cluster <name> {self.region}/{self.name}"
            )
        task.progress(f"cluster {self.name} is this resource's own, left by an earlier run: going on with it")

    def _is_ours(self, task: Task) -> bool:
        described = self.describe() or {}
        return {"key": naming.MARK, "value": naming.mark(task.urn)} in as_list(described.get("tags"))
