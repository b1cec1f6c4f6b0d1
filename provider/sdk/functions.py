"""The provider's functions for programs."""

from typing import Any

import pulumi


def official_images(
    *,
    region: pulumi.Input[str],
    version: pulumi.Input[str],
    os: pulumi.Input[str] | None = None,
    architecture: pulumi.Input[str] | None = None,
) -> pulumi.Output[list[dict[str, Any]]]:
    """ParallelCluster's own images of a version, each with amiId, name, os, architecture, version."""
    given = {"region": region, "version": version, "os": os, "architecture": architecture}
    return _asked("officialImages", given).apply(lambda found: found["images"])


def describe_cluster(
    *, region: pulumi.Input[str], cluster_name: pulumi.Input[str], version: pulumi.Input[str] | None = None
) -> pulumi.Output[dict[str, Any]]:
    """A cluster as it is now, whoever made it: clusterName, region, version, clusterStatus, stackArn, fleetStatus, headNode and
    loginNodes, as the outputs of a Cluster. An error if there is none. `version` chooses who asks; by default the newest.
    """
    return _asked("describeCluster", {"region": region, "clusterName": cluster_name, "version": version})


def update_policy(*, version: pulumi.Input[str], path: pulumi.Input[str]) -> pulumi.Output[dict[str, Any]]:
    """What a change of a key, such as Scheduling/SlurmQueues/CapacityType, needs: path, policy, meaning in plain words, and needs:
    what must stop ("fleet", "login"), "replacement", or "depends" where the values decide.
    """
    return _asked("updatePolicy", {"version": version, "path": path})


def _asked(function: str, given: dict[str, Any]) -> pulumi.Output[dict[str, Any]]:
    arguments = {key: value for key, value in given.items() if value is not None}
    return pulumi.runtime.invoke_output(f"parallelcluster:index:{function}", arguments)
