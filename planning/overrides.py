"""Which keys an override must leave to the platform."""

from collections.abc import Iterator, Mapping
from typing import cast

from settings import Problem, Settings
from settings.problem import Path, weighed

_RESOURCES = "the platform sets it from its own resources"
_ROLE = "nothing: ParallelCluster makes the role, to which the platform's policies and more of them are added"
_CLUSTER = {
    "Region": "hpcstack:region",
    "Image": "hpcstack:image",
    "DirectoryService": "hpcstack:directory",
    "SharedStorage": "hpcstack:storage.folders",
    "Tags": "hpcstack:tags",
    "LoginNodes": "hpcstack:cluster.loginNodes, with overrides of its own",
    "HeadNode.Networking.SubnetId": "hpcstack:cluster.headNode.public",
    "HeadNode.Networking.AdditionalSecurityGroups": "nothing: " + _RESOURCES,
    "HeadNode.Iam.InstanceProfile": _ROLE,
    "HeadNode.Iam.InstanceRole": _ROLE,
    "Scheduling.Scheduler": "nothing: the scheduler is Slurm",
    "Scheduling.AwsBatchQueues": "nothing: the scheduler is Slurm",
    "Scheduling.AwsBatchSettings": "nothing: the scheduler is Slurm",
    "Scheduling.SlurmQueues": "hpcstack:cluster.queues, each with overrides of its own",
    "Scheduling.SlurmSettings.CustomSlurmSettingsIncludeFile": "hpcstack:cluster.customSlurmSettings",
    "Scheduling.SlurmSettings.ExternalSlurmdbd": "hpcstack:databases.slurm",
    "Scheduling.SlurmSettings.Database": "hpcstack:databases.slurm",
}
_NODES = {
    "Iam.InstanceProfile": _ROLE,
    "Iam.InstanceRole": _ROLE,
    "Networking.SubnetId": "hpcstack:network",
    "Networking.SubnetIds": "hpcstack:network",
    "Networking.AdditionalSecurityGroups": "nothing: " + _RESOURCES,
}
_POOL = {**_NODES, "Name": "the pool's own key name", "Ssh.KeyName": "hpcstack:ssh.keyName, which is the head node's"}
_QUEUE = {
    **_NODES,
    "Networking.AssignPublicIp": "hpcstack:network.layout",
    "Name": "the queue's own key name",
    "ComputeResources": "the queue's computeResources, each with overrides of its own",
}
_RESOURCE = {"Name": "the compute resource's own key name"}
_IMAGE = {
    "Region": "hpcstack:region",
    "Build.ParentImage": "hpcstack:image.parent",
    "Build.Components": "hpcstack:image.components",
    "Build.SubnetId": "hpcstack:network",
    "Build.SecurityGroupIds": "nothing: " + _RESOURCES,
    "Build.Tags": "hpcstack:tags",
    "Image.Tags": "hpcstack:tags",
}


def problems(settings: Settings) -> list[Problem]:
    """One for each override of a key that the platform sets from its own resources."""
    return [
        _problem((*where, *path), value, allowed, whole=len(path) < len(key.split(".")))
        for where, overrides, owned in _sections(settings)
        for key, allowed in owned.items()
        for path, value in _replaced(overrides, key.split("."))
    ]


def _problem(path: Path, value: object, allowed: str, *, whole: bool) -> Problem:
    if whole:
        fault = "replaces a section in which the platform sets keys"
        fix = "write single keys below it, or remove the override"
        return weighed("override-section", path, value, fault, "a mapping, which is merged key by key", fix)
    fix = "remove the override" if allowed.startswith("nothing") else f"remove the override; use {allowed}"
    return weighed("override-owned", path, value, "overrides what the platform sets", allowed, fix)


def _sections(settings: Settings) -> Iterator[tuple[Path, Mapping[str, object], Mapping[str, str]]]:
    cluster = settings.cluster
    yield ("cluster", "overrides"), cluster.overrides, _CLUSTER
    yield ("cluster", "headNode", "overrides"), cluster.head_node.overrides, _NODES
    yield ("cluster", "loginNodes", "overrides"), cluster.login_nodes.overrides, _POOL
    for number, pool in enumerate(cluster.login_nodes.pools):
        yield ("cluster", "loginNodes", "pools", number, "overrides"), pool.overrides, _POOL
    for index, queue in enumerate(cluster.queues):
        yield ("cluster", "queues", index, "overrides"), queue.overrides, _QUEUE
        for number, one in enumerate(queue.compute_resources):
            yield ("cluster", "queues", index, "computeResources", number, "overrides"), one.overrides, _RESOURCE
    yield ("image", "overrides"), settings.image.overrides, _IMAGE


def _replaced(mapping: object, path: list[str]) -> Iterator[tuple[list[str], object]]:
    """Where an override reaches a path: at the path itself, or above it with something that is no mapping and replaces all."""
    for depth, key in enumerate(path, 1):
        if not isinstance(mapping, Mapping) or key not in mapping:
            return
        mapping = cast(Mapping[str, object], mapping)[key]
        if depth == len(path) or not isinstance(mapping, Mapping):
            yield path[:depth], mapping
            return
