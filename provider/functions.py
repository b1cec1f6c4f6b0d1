"""The functions of the provider: questions that need no resource."""

import re
from collections.abc import Callable
from typing import Any, Final

from provider.errors import ProviderError
from provider.explain import explained
from provider.inputs import common, shape
from provider.resource import Failure
from provider.values import Plain, as_list
from provider.worker_client import ParallelClusterError, Workers

ARGUMENTS: Final[dict[str, tuple[dict[str, type], tuple[str, ...]]]] = {
    "parallelcluster:index:officialImages": (
        {"region": str, "version": str, "os": str, "architecture": str},
        ("region", "version"),
    ),
    "parallelcluster:index:describeCluster": (
        {"region": str, "clusterName": str, "version": str},
        ("region", "clusterName"),
    ),
    "parallelcluster:index:updatePolicy": ({"version": str, "path": str}, ("version", "path")),
}
"""Each function's arguments with their types, and those that are required."""


class Functions:
    """Answers the functions by the workers of the versions."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._answers: dict[str, Callable[[Plain], Plain]] = {
            "parallelcluster:index:officialImages": self._official_images,
            "parallelcluster:index:describeCluster": self._describe_cluster,
            "parallelcluster:index:updatePolicy": self._update_policy,
        }

    def failures(self, token: str, arguments: Plain) -> list[Failure]:
        """What is wrong with a function's arguments. Raises ProviderError for a function that there is not."""
        if token not in ARGUMENTS:
            raise ProviderError(f"the provider has no function {token}; it has {', '.join(ARGUMENTS)}")
        kinds, required = ARGUMENTS[token]
        return [*shape(arguments, kinds, required), *common(arguments)]

    def call(self, token: str, arguments: Plain) -> Plain:
        """The answer of a function. Raises ProviderError."""
        try:
            return self._answers[token](arguments)
        except ParallelClusterError as error:
            raise explained(f"{token.rpartition(':')[2]} has no answer", error) from error

    def _official_images(self, given: Plain) -> Plain:
        wanted = {key: given[key] for key in ("os", "architecture") if key in given}
        found = self._workers.of(given["version"]).call("list_official_images", given["region"], **wanted)
        return {"images": as_list(found["images"])}

    def _describe_cluster(self, given: Plain) -> Plain:
        worker = self._workers.newest_or(given.get("version"))
        return {"cluster": worker.call("describe_cluster", given["region"], cluster_name=given["clusterName"])}

    def _update_policy(self, given: Plain) -> Plain:
        # `Scheduling.SlurmQueues[gpu].ComputeResources[0].MaxCount` and `Scheduling/SlurmQueues/…` mean the same key.
        path = "/".join(part for part in re.split(r"[./]", re.sub(r"\[[^\]]*\]", "", given["path"])) if part)
        table: dict[str, Any] = self._workers.of(given["version"]).call("update_policies", "us-east-1")
        if path not in table:
            above, _, last = path.rpartition("/")
            beside = sorted(key.rpartition("/")[2] for key in table if key.rpartition("/")[0] == above)
            hint = f"; keys of {above or 'the document'}: {', '.join(beside)}" if beside else ""
            raise ProviderError(f"ParallelCluster {given['version']} has no key {last} at {path}{hint}")
        return {"path": path, **table[path]}
