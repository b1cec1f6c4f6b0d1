"""Whether nodes can mount the file systems that a stack file names: what AWS told of them is weighed here, and nobody is asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.existing_folders import ExistingFolders, FileSystem, Ground, Place, identity, named
from planning.reach import Nodes, closed
from settings import Problem, Settings
from settings.folders import EfsFolder
from settings.homes import below_home
from settings.nfs import NfsFolder
from settings.places import places
from settings.problem import Path, weighed
from settings.storage import Folder

_MISCONFIGURED = frozenset({"misconfigured"})
"""Of FSx: a setting is wrong, and it may be in use nevertheless; one that is not is `MISCONFIGURED_UNAVAILABLE`."""
_USABLE = frozenset({"available", "updating"}) | _MISCONFIGURED
"""States of file systems (API References of EFS and FSx), in small letters."""
_VOLUME_USABLE = frozenset({"available", "created"}) | _MISCONFIGURED
"""Of volumes of ONTAP and OpenZFS (FSx API Reference, Volume)."""
_COMMANDS = {
    "efs": "aws efs describe-file-systems",
    "lustre": "aws fsx describe-file-systems",
    "ontap": "aws fsx describe-volumes",
    "openzfs": "aws fsx describe-volumes",
}


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A folder with what was found under its id."""

    path: Path
    value: str
    folder: Folder
    system: FileSystem
    found: ExistingFolders
    subnets: tuple[Place, ...]
    """With machines of the cluster; empty where they are not known."""

    @property
    def zones(self) -> list[str]:
        return list(dict.fromkeys(one.zone for one in self.subnets))


def problems(settings: Settings, found: ExistingFolders, ground: Ground | None) -> Iterator[Problem]:
    """All there are. `ground` is None where it is not known; then nothing is said of places."""
    subnets = _in_use(settings, ground) if ground else ()
    for index, folder in named(settings).items():
        said = identity(folder)
        if said is None or index not in found.systems:
            continue
        path: Path = ("storage", "folders", index, said[0])
        system = found.systems[index]
        if system is None:
            yield _absent(settings, path, said[1], folder)
            continue
        one = _Named(path=path, value=said[1], folder=folder, system=system, found=found, subnets=subnets)
        if system.kind != folder.kind:
            yield _of_another_kind(one)
            continue
        yield from _states(one)
        if ground:
            yield from _places(one, ground)


def remarks(settings: Settings, found: ExistingFolders) -> Iterator[str]:
    """What could not be asked, and what is allowed but worth a line."""
    yield from found.unanswered
    for index, folder in named(settings).items():
        system, said = found.systems.get(index), identity(folder)
        if system is None or said is None:
            continue
        place = f"hpcstack:storage.folders[{index}].{said[0]}: {said[1]}"
        if not system.encrypted:
            yield f"{place} is not encrypted at rest, and cannot become so: copy its files into a folder that the stack makes"
        for state in sorted({system.state, system.volume_state}):
            if state.lower() in _MISCONFIGURED:
                yield f"{place} is {state}: look at what FSx says of it, and whether nodes can mount it"
        if system.scratch and below_home(folder.mount_dir):
            lost = f"with a file server, files of {folder.mount_dir} are lost"
            yield f"{place} is scratch: {lost}. Name a persistent file system"


def _absent(settings: Settings, path: Path, value: str, folder: Folder) -> Problem:
    return weighed(
        "existing-folder-absent",
        path,
        value,
        f"does not exist in {settings.region}, or is another account's",
        f"{'a volume' if isinstance(folder, NfsFolder) else 'a file system'} of this account and region",
        f"run: {_COMMANDS[folder.kind]}, and name one that it lists",
        ("region",),
    )


def _of_another_kind(one: _Named) -> Problem:
    return weighed(
        "existing-folder-kind",
        one.path,
        one.value,
        f"is of kind {one.system.kind}, and the folder's kind is {one.folder.kind}",
        f"what {_COMMANDS[one.folder.kind]} lists of kind {one.folder.kind}",
        f"set kind: {one.system.kind}, or name another" if one.system.kind in _COMMANDS else "name another",
        (*one.path[:-1], "kind"),
    )


def _states(one: _Named) -> Iterator[Problem]:
    folder, system = one.folder, one.system
    if system.state.lower() not in _USABLE:
        fault = f"is of a file system that is {system.state}" if isinstance(folder, NfsFolder) else f"is {system.state}"
        fix = "wait until it is, or name another"
        yield weighed("existing-folder-state", one.path, one.value, fault, "a file system that is available", fix)
    if isinstance(folder, NfsFolder):
        yield from _volume(one, folder)
    if isinstance(folder, EfsFolder) and system.point is not None and system.point != folder.file_system_id:
        yield weighed(
            "existing-access-point",
            (*one.path[:-1], "accessPointId"),
            folder.access_point_id,
            f"is of {system.point}" if system.point else "does not exist, or is not available",
            f"an access point of {folder.file_system_id}",
            f"run: aws efs describe-access-points --file-system-id {folder.file_system_id}",
            one.path,
        )


def _volume(one: _Named, folder: NfsFolder) -> Iterator[Problem]:
    system = one.system
    if system.volume_state.lower() not in _VOLUME_USABLE:
        fix = "wait until it is, or name another"
        fault = f"is {system.volume_state}"
        yield weighed("existing-volume-state", one.path, one.value, fault, "a volume that is available", fix)
    elif system.junction is None:
        yield weighed(
            "existing-volume-junction",
            one.path,
            one.value,
            "has no junction path, without which no client can mount it",
            "a volume that is mounted in its storage virtual machine",
            f"run: aws fsx update-volume --volume-id {one.value} --ontap-configuration JunctionPath=/{folder.name}",
        )


def _places(one: _Named, ground: Ground) -> Iterator[Problem]:
    """Where it stands, and whether nodes get there."""
    vpc = one.system.vpc_id
    if vpc and vpc != ground.vpc_id:
        cluster = f"the cluster's is {ground.vpc_id}" if ground.vpc_id else "the stack will make a VPC of its own"
        yield weighed(
            "existing-folder-vpc",
            one.path,
            one.value,
            f"is in {vpc}, and {cluster}",
            "a file system in the cluster's VPC (ParallelCluster 3.16)",
            f"set network.vpcId: {vpc} with subnets of it, or name a file system in the cluster's VPC",
            ("network", "vpcId"),
        )
        return
    if isinstance(one.folder, EfsFolder):
        yield from _mount_targets(one)
    yield from _groups(one)


def _mount_targets(one: _Named) -> Iterator[Problem]:
    """ParallelCluster 3.16, EfsIdValidator."""
    alone = one.system.one_zone
    without = [zone for zone in one.zones if zone not in {door.zone for door in one.system.doors}]
    if alone and one.zones and one.zones != [alone]:
        fault, fix = f"stands in {alone} alone, and the cluster in {', '.join(one.zones)}", "name EFS of several zones"
    elif without:
        fault = f"has no mount target in {', '.join(without)}"
        fix = f"run: aws efs create-mount-target --file-system-id {one.value} --subnet-id <a subnet there>"
    elif not one.system.doors:
        fault, fix = "has no mount target", "name an existing network (network.vpcId), and make mount targets there"
    else:
        return
    allowed = "a mount target in each zone with machines of the cluster"
    yield weighed("existing-mount-targets", one.path, one.value, fault, allowed, fix, ("network", "zones"))


def _groups(one: _Named) -> Iterator[Problem]:
    shut: dict[str, set[int]] = {}
    for doors, cidrs in _ways(one):
        known = one.found.groups
        if not doors or any(group not in known for groups in doors for group in groups):
            continue  # no door, which is told elsewhere, or a group of which AWS told nothing: it may let in
        seen = [[known[group] for group in groups] for groups in doors]
        for protocol, ports in closed(one.folder.kind, seen, Nodes(cidrs=cidrs, groups=one.found.own_groups)).items():
            shut.setdefault(protocol, set()).update(ports)
    if not shut:
        return
    ports = " and ".join(f"{protocol.upper()} {', '.join(map(str, sorted(found)))}" for protocol, found in shut.items())
    ways = "in" if one.folder.kind == "openzfs" else "in and out"
    ranges = ", ".join(dict.fromkeys(subnet.cidr for subnet in one.subnets))
    groups = ", ".join(sorted({group for door in one.system.doors for group in door.groups}))
    yield weighed(
        "existing-folder-groups",
        one.path,
        one.value,
        f"cannot be reached: {groups} lets {ports} not {ways}",
        f"security groups with these ports open {ways} for {ranges} (ParallelCluster 3.16)",
        "add rules with: aws ec2 authorize-security-group-ingress, authorize-security-group-egress",
    )


def _ways(one: _Named) -> Iterator[tuple[list[tuple[str, ...]], tuple[str, ...]]]:
    """Doors, of which one has to be open, and who has to get in: with EFS, each zone's nodes by the zone's mount target."""
    if not isinstance(one.folder, EfsFolder):
        yield [door.groups for door in one.system.doors], tuple(subnet.cidr for subnet in one.subnets)
        return
    for zone in one.zones:
        doors = [door.groups for door in one.system.doors if door.zone == zone]
        yield doors, tuple(subnet.cidr for subnet in one.subnets if subnet.zone == zone)


def _in_use(settings: Settings, ground: Ground) -> tuple[Place, ...]:
    """With head and login nodes, the first of their kind; with queues, all that these name."""
    where = places(settings)
    wanted = {(where.head, 1)}
    if settings.cluster.login_nodes.all_pools:
        wanted.add((where.login, 1))
    wanted |= {(where.compute, zone) for queue in settings.cluster.queues for zone in queue.zones}
    kinds = {True: ground.public, False: ground.private or ground.public}
    return tuple(kinds[public][zone - 1] for public, zone in sorted(wanted) if zone <= len(kinds[public]))
