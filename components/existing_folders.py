"""Asks AWS what existing file systems are like, before any resource: all that is wrong is then reported with the stack file.

It is asked beside the other questions of a preview, of each folder at the same time.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from components import aws_call
from components.existing_network import stack_tags
from planning import names
from planning.existing_folders import Door, ExistingFolders, FileSystem, Ground, Place, identity, named
from planning.reach import Group, Opening
from settings import Settings
from settings.folders import EfsFolder
from settings.nfs import NfsFolder
from settings.storage import Folder

_ABSENT = ("FileSystemNotFound", "VolumeNotFound", "AccessPointNotFound", "BadRequest")
"""What EFS and FSx answer about what does not exist, and about an id that is none of theirs."""
_AT_ONCE = 8
_T = TypeVar("_T")


_NOT_CHECKED = "was not checked: AWS did not answer:"


class _Clients:
    """Made at once, and beside no others: boto3 makes clients in one thread only, and uses them in any."""

    def __init__(self, region: str) -> None:
        self.efs, self.fsx, self.ec2 = (aws_call.client(one, region, attempts=3) for one in ("efs", "fsx", "ec2"))


def begin(settings: Settings, stack: str) -> Callable[[], ExistingFolders]:
    """Asks, and gives what waits for the answers. No call where the stack file names no file system."""
    if not named(settings):
        return ExistingFolders
    try:
        clients = _Clients(settings.region)
    except aws_call.errors() as error:
        line = f"hpcstack:storage.folders: what they name {_NOT_CHECKED} {_first_line(error)}"
        return lambda: ExistingFolders(unanswered=(line,))
    worker = ThreadPoolExecutor(max_workers=1)
    answer = worker.submit(_look, clients, settings, stack)
    worker.shutdown(wait=False)
    return answer.result


def _look(clients: _Clients, settings: Settings, stack: str) -> ExistingFolders:
    """All that is known; what AWS does not tell becomes a line."""
    lines, folders = _Lines(), named(settings)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        asked = {index: pool.submit(_system, clients, folder) for index, folder in folders.items()}
        own = pool.submit(_own_groups, clients.ec2, settings, stack)
        place = None if settings.network.exists else pool.submit(_ground, clients.ec2, settings, stack)
        systems = {index: lines.told(_place(index, folders[index]), answer) for index, answer in asked.items()}
        known = {index: found[0] for index, found in systems.items() if found}
        doors = {group for one in known.values() if one for door in one.doors for group in door.groups}
        let_in = pool.submit(_groups, clients.ec2, doors)
        groups = lines.told("hpcstack:storage.folders: whether security groups let the nodes in", let_in)
        mine = lines.told("hpcstack:storage.folders: whether security groups name the nodes' own", own)
        ground = lines.told("hpcstack:storage.folders: whether they are in the stack's VPC", place) if place else None
    return ExistingFolders(
        systems=known,
        groups=groups[0] if groups and mine else {},
        own_groups=mine[0] if mine else frozenset(),
        ground=ground[0] if ground else None,
        unanswered=tuple(lines.lines),
    )


class _Lines:
    """What was not told, and why. The same reason is given once: who has no credentials has them for nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._reasons: set[str] = set()

    def told(self, about: str, answer: Future[_T]) -> tuple[_T] | None:
        try:
            return (answer.result(),)
        except aws_call.errors() as error:
            reason = _first_line(error)
            if reason not in self._reasons:
                self.lines.append(f"{about} {_NOT_CHECKED} {reason}")
            self._reasons.add(reason)
            return None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _place(index: int, folder: Folder) -> str:
    said = identity(folder)
    assert said is not None
    return f"hpcstack:storage.folders[{index}].{said[0]}: {said[1]}"


def _system(clients: _Clients, folder: Folder) -> FileSystem | None:
    """None for what does not exist."""
    said = identity(folder)
    assert said is not None
    if isinstance(folder, NfsFolder):
        return _volume(clients, said[1])
    point = folder.access_point_id if isinstance(folder, EfsFolder) else None
    ways = [lambda: _efs(clients, said[1], point), lambda: _fsx(clients, said[1])]
    own, other = ways if isinstance(folder, EfsFolder) else reversed(ways)
    found = _if_there(own)
    if found:
        return found
    try:
        # Ids of EFS and FSx look alike: one under the wrong kind is found by the other service.
        return _if_there(other)
    except aws_call.errors():
        return None  # Its own service has answered already; the other could only have told more.


def _if_there(ask: Callable[[], _T]) -> _T | None:
    return aws_call.if_there(ask, *_ABSENT)


def _efs(clients: _Clients, system: str, point: str | None) -> FileSystem:
    (found,) = clients.efs.describe_file_systems(FileSystemId=system)["FileSystems"]
    targets = clients.efs.describe_mount_targets(FileSystemId=system)["MountTargets"]
    return FileSystem(
        kind="efs",
        state=str(found["LifeCycleState"]),
        vpc_id=next((str(one["VpcId"]) for one in targets), None),
        doors=tuple(
            Door(
                zone=str(one["AvailabilityZoneName"]),
                groups=tuple(
                    clients.efs.describe_mount_target_security_groups(MountTargetId=one["MountTargetId"])[
                        "SecurityGroups"
                    ]
                ),
            )
            for one in targets
        ),
        encrypted=bool(found.get("Encrypted")),
        one_zone=found.get("AvailabilityZoneName"),
        point=_point(clients, point) if point else None,
    )


def _point(clients: _Clients, point: str) -> str:
    """The file system of an access point; empty where there is none that can be used."""
    found = _if_there(lambda: clients.efs.describe_access_points(AccessPointId=point)["AccessPoints"])
    usable = (one for one in found or () if one["LifeCycleState"] in ("available", "updating"))
    return next((str(one["FileSystemId"]) for one in usable), "")


def _fsx(clients: _Clients, system: str) -> FileSystem:
    (found,) = clients.fsx.describe_file_systems(FileSystemIds=[system])["FileSystems"]
    ids: list[str] = found.get("NetworkInterfaceIds") or []
    interfaces: list[dict[str, Any]] = []
    if ids:
        interfaces = clients.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    scratch = str(found.get("LustreConfiguration", {}).get("DeploymentType", "")).startswith("SCRATCH")
    return FileSystem(
        kind=str(found["FileSystemType"]).lower(),
        state=str(found["Lifecycle"]),
        vpc_id=str(found["VpcId"]),
        doors=tuple(
            Door(zone=str(one["AvailabilityZone"]), groups=tuple(group["GroupId"] for group in one["Groups"]))
            for one in interfaces
        ),
        scratch=scratch,
    )


def _volume(clients: _Clients, volume: str) -> FileSystem | None:
    listed = _if_there(lambda: clients.fsx.describe_volumes(VolumeIds=[volume])["Volumes"])
    if not listed:
        return None
    (found,) = listed
    ontap = found.get("OntapConfiguration")
    return replace(
        _fsx(clients, str(found["FileSystemId"])),
        volume_state=str(found["Lifecycle"]),
        junction=(ontap.get("JunctionPath") or None) if ontap is not None else "/",
    )


def _own_groups(ec2: Any, settings: Settings, stack: str) -> frozenset[str]:
    found = _all(ec2, "describe_security_groups", "SecurityGroups", Filters=stack_tags(settings.team, stack))
    return frozenset(str(one["GroupId"]) for one in found)


def _groups(ec2: Any, ids: Iterable[str]) -> dict[str, Group]:
    wanted = [{"Name": "group-id", "Values": sorted(ids)}]
    found = _all(ec2, "describe_security_groups", "SecurityGroups", Filters=wanted) if wanted[0]["Values"] else ()
    return {
        str(one["GroupId"]): Group(
            inward=tuple(_opening(rule) for rule in one["IpPermissions"]),
            outward=tuple(_opening(rule) for rule in one["IpPermissionsEgress"]),
        )
        for one in found
    }


def _opening(rule: dict[str, Any]) -> Opening:
    return Opening(
        protocol=str(rule["IpProtocol"]),
        first=rule.get("FromPort"),
        last=rule.get("ToPort"),
        cidrs=tuple(str(one["CidrIp"]) for one in rule.get("IpRanges", [])),
        groups=frozenset(str(one["GroupId"]) for one in rule.get("UserIdGroupPairs", []) if "GroupId" in one),
        prefix_lists=bool(rule.get("PrefixListIds")),
    )


def _ground(ec2: Any, settings: Settings, stack: str) -> Ground:
    """Of the network that this stack has made; without an id where it has made none."""
    tags = [*stack_tags(settings.team, stack), {"Name": "tag:Name", "Values": [names.platform(stack, settings)]}]
    vpcs = list(_all(ec2, "describe_vpcs", "Vpcs", Filters=tags))
    if not vpcs:
        return Ground(vpc_id=None)
    vpc = str(vpcs[0]["VpcId"])
    of_stack = [{"Name": "vpc-id", "Values": [vpc]}, *stack_tags(settings.team, stack)]
    order = settings.network.zone_names

    def by_zone(subnet: dict[str, Any]) -> tuple[int, str]:
        zone = str(subnet["AvailabilityZone"])
        return (order.index(zone) if zone in order else len(order), zone)

    subnets = sorted(_all(ec2, "describe_subnets", "Subnets", Filters=of_stack), key=by_zone)

    def of(public: bool) -> tuple[Place, ...]:
        kind = (one for one in subnets if bool(one["MapPublicIpOnLaunch"]) is public)
        return tuple(Place(str(one["AvailabilityZone"]), str(one["CidrBlock"])) for one in kind)

    return Ground(vpc_id=vpc, public=of(True), private=of(False))


def _all(ec2: Any, call: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    return (one for page in ec2.get_paginator(call).paginate(**arguments) for one in page[key])
