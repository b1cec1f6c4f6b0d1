"""What the platform needs of an existing network: ways to AWS's services, mount targets, instance types that are offered."""

from collections.abc import Iterator

from planning.existing_network import ExistingNetwork, Subnet, said
from planning.vpc_endpoints import GATEWAYS, needed
from settings import Problem, Settings
from settings.homes import HOME, made_home, shared_folders
from settings.places import places
from settings.problem import Path, weighed
from settings.rules.machines import machine_types

_HOME_KEY: Path = ("storage", "home")
_OR_HOME = ", or write storage.home: cluster"


def problems(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """Of a network whose VPC and subnets are known."""
    yield from _endpoints(settings, found)
    yield from _types(settings, found)
    yield from _mount_targets(settings, found)


def _endpoints(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """Where no private subnet has a way out; then each service needs an endpoint."""
    key, value = said(settings, "vpc")
    without = [one.id for one in found.private if one.default_route == "none"]
    missing = [service for service in (*GATEWAYS, *needed(settings)) if service not in found.endpoints]
    if settings.network.layout == "isolated" and without and missing:
        spared = "elasticfilesystem" in missing and _home_is_the_only_efs(settings)
        yield weighed(
            "existing-endpoints",
            ("network", key),
            value,
            f"has no endpoint of {', '.join(missing)}, and {without[0]} has no other way to them",
            "a gateway endpoint of s3 and dynamodb, and interface endpoints with private DNS of the others",
            "make these endpoints, let the VPC's machines in on port 443, and run the preview again"
            + (_OR_HOME if spared else ""),
            ("network", "layout"),
            *([_HOME_KEY] if spared else []),
        )


def _mount_targets(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    """EFS that the stack makes has them in the private subnets, and nodes of any zone mount it (ParallelCluster 3.16,
    EfsIdValidator)."""
    made = [folder.mount_dir for folder in shared_folders(settings) if folder.kind == "efs" and folder.made]
    with_target = {one.zone for one in found.private or found.public}
    without = sorted({one.zone for one in _of_cluster(settings, found)} - with_target)
    if made and without:
        key, value = said(settings, "private")
        spared = _home_is_the_only_efs(settings)
        yield weighed(
            "existing-efs-zones",
            ("network", key),
            value,
            f"has no subnet in {', '.join(without)}, where machines of the cluster mount EFS at {', '.join(made)}",
            "a private subnet, for a mount target, in each zone with machines of the cluster",
            f"add a private subnet in {', '.join(without)}{_OR_HOME if spared else ''}",
            ("network", "publicSubnetIds"),
            *([_HOME_KEY] if spared else []),
        )


def _home_is_the_only_efs(settings: Settings) -> bool:
    """Whether nothing is on EFS but the homes that the stack file says nothing of."""
    mounted = [folder.mount_dir for folder in shared_folders(settings) if folder.kind == "efs"]
    return made_home(settings) is not None and mounted == [HOME]


def _types(settings: Settings, found: ExistingNetwork) -> Iterator[Problem]:
    for path, name in machine_types(settings):
        for subnet in _subnets_of(settings, found, path):
            if name in found.offered.get(subnet.zone, frozenset()):
                continue
            others = sorted(other for other, names in found.offered.items() if name in names)
            yield weighed(
                "existing-offering",
                path,
                name,
                f"is not offered in {subnet.zone}, where {subnet.id} is",
                f"types that EC2 offers there; it offers {name} in {', '.join(others) or 'no zone of the listed subnets'}",
                "take another type, or list a subnet of such a zone first",
                ("network", "privateSubnetIds"),
            )


def _subnets_of(settings: Settings, found: ExistingNetwork, path: Path) -> list[Subnet]:
    """Where machines of a section stand: in the first zone, and of a queue in all that it names."""
    where = places(settings)
    kinds: dict[str, bool] = {"headNode": where.head, "loginNodes": where.login, "queues": where.compute}
    subnets = found.of("public" if kinds[str(path[1])] else "private")
    zones = settings.cluster.queues[path[2]].zones if path[1] == "queues" and isinstance(path[2], int) else (1,)
    return [subnets[zone - 1] for zone in zones if zone <= len(subnets)]


def _of_cluster(settings: Settings, found: ExistingNetwork) -> Iterator[Subnet]:
    """Where its machines stand."""
    cluster = settings.cluster
    yield from _subnets_of(settings, found, ("cluster", "headNode"))
    if cluster.login_nodes.all_pools:
        yield from _subnets_of(settings, found, ("cluster", "loginNodes"))
    for index in range(len(cluster.queues)):
        yield from _subnets_of(settings, found, ("cluster", "queues", index))
