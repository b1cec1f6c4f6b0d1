"""Whether what stands in a stack's subnets fits into those of the VPC that is made for it."""

import math
from collections.abc import Iterator
from ipaddress import IPv4Network

from planning import nfs
from planning.subnets import KEPT_BY_AWS, plan
from planning.vpc_endpoints import interfaces
from settings import Problem, Settings
from settings.homes import shared_folders
from settings.lustre import LustreFolder
from settings.nfs import NfsFolder
from settings.places import places, public_zones
from settings.problem import weighed
from settings.rules.folders import managed_by_cluster
from settings.storage import Folder

_SIZES = range(24, 15, -1)


def problems(settings: Settings) -> Iterator[Problem]:
    """The first zone's subnets are the fullest: all nodes of the cluster stand there, and a share of everything else."""
    if settings.network.exists:
        return
    for public in (False, True):
        if public and not public_zones(settings):
            continue
        needed = addresses(settings, public=public)
        if needed > _room(settings.network.cidr, settings, public):
            yield _problem(settings, public, needed)


def _problem(settings: Settings, public: bool, needed: int) -> Problem:
    network = settings.network
    bits = next((bits for bits in _SIZES if _room(f"10.0.0.0/{bits}", settings, public) >= needed), None)
    queues = (("cluster", "queues", index, "maxCount") for index in range(len(settings.cluster.queues)))
    room = _room(network.cidr, settings, public)
    of_nodes = public is places(settings).compute
    what = (
        "the nodes" if of_nodes else "public machines" if public else "databases, directory, file systems and endpoints"
    )
    larger = [f"set network.cidr to a /{bits}"] if bits else []
    fewer = ["lower maxCount of queues" if of_nodes else "take fewer of them"]
    return weighed(
        "subnet-too-small",
        ("network", "cidr"),
        network.cidr,
        f"gives {_subnet(network.cidr, settings, public)} to {what}: {room} addresses, and the stack may need {needed}",
        f"a /{bits} or larger for so many" if bits else "no VPC is large enough for so many",
        ", or ".join(larger + fewer),
        ("network", "zones"),
        *queues,
    )


def _subnet(cidr: str, settings: Settings, public: bool) -> IPv4Network:
    first = plan(cidr, 1, nodes_public=places(settings).compute)[0]
    return IPv4Network(first.public_cidr if public else first.private_cidr)


def _room(cidr: str, settings: Settings, public: bool) -> int:
    return _subnet(cidr, settings, public).num_addresses - KEPT_BY_AWS


def addresses(settings: Settings, *, public: bool) -> int:
    """How many addresses of the first public or private subnet may be in use at once.

    One for each node, mount target, file server, domain controller, database and its standby, jump host, image builder, endpoint,
    NAT gateway, and one for the login nodes' load balancer.
    """
    found, cluster = places(settings), settings.cluster
    login = cluster.login_nodes.nodes + len(cluster.login_nodes.all_pools)
    machines = (
        (found.head, 1),
        (found.login, login),
        (found.compute, _nodes(settings)),
        (found.compute, int(settings.image.build)),
        (found.jump_host, int(settings.jump_host.kind == "ec2")),
    )
    own = sum(count for where, count in machines if where is public)
    return own + (_gateways(settings) if public else _services(settings))


def _nodes(settings: Settings) -> int:
    """Compute nodes that may stand in one zone, in the fullest one."""
    queues = settings.cluster.queues
    zones = {zone for queue in queues for zone in queue.zones}
    return max(sum(queue.nodes for queue in queues if zone in queue.zones) for zone in zones)


def _services(settings: Settings) -> int:
    databases = settings.databases
    instances = sum(2 if settings.protected else 1 for one in (databases.applications, databases.slurm) if one)
    directory = 1 if settings.directory.kind in ("simple-ad", "managed-ad", "samba-ad") else 0
    return _of_storage(settings) + instances + directory + len(interfaces(settings))


def _of_storage(settings: Settings) -> int:
    return sum(_of_folder(folder) for folder in shared_folders(settings) if folder.made or managed_by_cluster(folder))


def _of_folder(folder: Folder) -> int:
    """A mount target of EFS; of Lustre the servers of metadata and of files, one for about 2,400 GiB each."""
    if isinstance(folder, LustreFolder):
        return 1 + math.ceil(folder.storage_capacity / 2400)
    return nfs.addresses(folder) if isinstance(folder, NfsFolder) else 1


def _gateways(settings: Settings) -> int:
    return int(settings.network.has_nat and not settings.network.exists)
