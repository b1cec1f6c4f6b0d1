"""The functions of the provider: questions that need no resource."""

from collections.abc import Callable
from typing import Any, Final

from provider.cluster_calls import ClusterCalls
from provider.errors import ProviderError
from provider.explain import explained
from provider.inputs import common, shape
from provider.policies import MEANINGS, nearest, schema_path
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

_ANY_REGION: Final = "us-east-1"
"""The schema is the same in all."""


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
        region, name = given["region"], given["clusterName"]
        calls = ClusterCalls(self._workers.newest_or(given.get("version")), region, name)
        described = calls.describe()
        if described is None:
            raise ProviderError(f"there is no ParallelCluster cluster {name} in {region}")
        told = {key: value for key, value in calls.outputs(described).items() if key != "validationMessages"}
        return {"clusterName": name, "region": region, "version": described["version"], **told}

    def _update_policy(self, given: Plain) -> Plain:
        path, version = schema_path(given["path"]), given["version"]
        table: dict[str, Any] = self._workers.of(version).call("update_policies", _ANY_REGION)
        if path not in table:
            near = nearest(path, table)
            hint = (
                f"; nearest: {', '.join(near)}"
                if near
                else f"; top keys: {', '.join(k for k in table if '/' not in k)}"
            )
            raise ProviderError(
                f"a cluster's document of ParallelCluster {version} has no key {path or given['path']}{hint}"
            )
        found = table[path]
        return {"path": path, **found, "meaning": MEANINGS[found["policy"]]}
