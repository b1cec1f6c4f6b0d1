"""Which keys an override must leave to the platform."""

from collections.abc import Iterator, Mapping
from typing import cast

from settings import Settings

_CLUSTER = ("Region", "Image", "DirectoryService", "SharedStorage", "Tags", "Scheduling.SlurmSettings.Database")
_NODES = ("Networking.SubnetId", "Networking.SubnetIds", "Networking.AdditionalSecurityGroups")
_IMAGE = ("Region", "Build.ParentImage", "Build.SubnetId", "Build.SecurityGroupIds", "Build.Tags", "Image.Tags")


def problems(settings: Settings) -> list[str]:
    """One line for each override of a key that the platform sets from its own resources."""
    return [
        f"{where}.{path}: {path} is set by the platform from its own resources: remove the override"
        for where, overrides, owned in _sections(settings)
        for path in owned
        if _has(overrides, path.split("."))
    ]


def _sections(settings: Settings) -> Iterator[tuple[str, Mapping[str, object], tuple[str, ...]]]:
    cluster = settings.cluster
    yield "cluster.overrides", cluster.overrides, _CLUSTER
    yield "cluster.headNode.overrides", cluster.head_node.overrides, _NODES
    yield "cluster.loginNodes.overrides", cluster.login_nodes.overrides, _NODES
    for index, queue in enumerate(cluster.queues):
        yield f"cluster.queues[{index}].overrides", queue.overrides, _NODES
    yield "image.overrides", settings.image.overrides, _IMAGE


def _has(mapping: object, path: list[str]) -> bool:
    for key in path:
        if not isinstance(mapping, Mapping) or key not in mapping:
            return False
        mapping = cast(Mapping[str, object], mapping)[key]
    return True
