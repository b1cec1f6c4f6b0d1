"""Which security groups a platform has, and who may reach whom: from group to group, never from a range of addresses."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.vpc_endpoints import interfaces
from settings import Settings
from settings.homes import shared_folders

ROLES = {
    "head": "Head node of the cluster",
    "compute": "Compute nodes of the cluster",
    "login": "Login nodes of the cluster",
    "efa": "Elastic Fabric Adapters of compute nodes",
    "efs": "Mount targets of shared file systems",
    "lustre": "FSx for Lustre file systems",
    "ontap": "FSx for NetApp ONTAP file systems",
    "openzfs": "FSx for OpenZFS file systems",
    "database_clients": "May reach the Slurm accounting database",
    "slurm_database": "MySQL of Slurm accounting",
    "applications_database": "PostgreSQL of applications",
    "image": "Machines that build the image",
    "jump_host": "Host of the directory tool",
    "slurm_rest": "REST API of Slurm on the head node",
    "api": "API host",
    "endpoints": "Endpoints of services of AWS",
}
"""What each group is for. The directory's endpoint, its controllers and the name servers have groups of their own beside them."""
FILE_SYSTEMS = ("efs", "lustre", "ontap", "openzfs")
"""Groups of file systems, by the kind of folder."""
NODES = ("head", "compute", "login")
_KEPT_IN = frozenset({"efa", "endpoints", "slurm_rest"})
"""Groups whose machines call nobody but what their rules say."""
_LIST = 20
SLURM_REST = 8082
"""TCP port of slurmrestd, unless the stack file says another."""
_LUSTRE = ((988, 988), (1018, 1023))
"""TCP ports of Lustre (FSx for Lustre User Guide, "File system access control with Amazon VPC")."""
_NFS = {
    "ontap": ((111, 111), (635, 635), (2049, 2049), (4045, 4046)),
    "openzfs": ((111, 111), (2049, 2049), (20_001, 20_003)),
}
"""TCP and UDP ports of NFS, its locks and mounts (User Guides of FSx for ONTAP and FSx for OpenZFS, on VPC security groups)."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way between two groups; both are roles."""

    name: str
    """Part of the state name."""
    source: str
    target: str
    protocol: str = "tcp"
    first: int | None = None
    last: int | None = None
    """Ports; None stands for all of all protocols."""
    outward: bool = False
    """Whether the rule stands in the source, and lets out; else it stands in the target, and lets in."""


def needed(settings: Settings) -> frozenset[str]:
    """The roles that a stack file asks for."""
    cluster, databases = settings.cluster, settings.databases
    made = {folder.kind for folder in shared_folders(settings) if folder.made}
    wanted = {
        "login": bool(cluster.login_nodes.all_pools),
        "efa": any(queue.with_efa for queue in cluster.queues),
        **{kind: kind in made for kind in FILE_SYSTEMS},
        "database_clients": databases.slurm is not None,
        "slurm_database": databases.slurm is not None,
        "applications_database": databases.applications is not None,
        "image": settings.image.build,
        "jump_host": settings.jump_host.kind == "ec2",
        "slurm_rest": settings.api_host is not None and cluster.slurm_rest_api is not None,
        "api": settings.api_host is not None,
        "endpoints": bool(interfaces(settings)),
    }
    return frozenset({"head", "compute", *(role for role, wants in wanted.items() if wants)})


def desktops(settings: Settings) -> frozenset[tuple[str, int]]:
    """Roles with remote desktops (DCV), and their ports."""
    cluster = settings.cluster
    wanted = [("head", cluster.head_node.dcv), *(("login", pool.dcv) for pool in cluster.login_nodes.all_pools)]
    return frozenset((role, dcv.port) for role, dcv in wanted if dcv.enabled)


def size_of_list(ranges: int) -> int:
    """Entries that the list of who may reach SSH is made for. A rule about it counts as this many rules of its group."""
    return max(_LIST, ranges)


def goes_out(role: str) -> bool:
    """Whether a group's machines may call anywhere."""
    return role not in _KEPT_IN


def rules(roles: frozenset[str], slurm_rest_port: int = SLURM_REST) -> Iterator[Rule]:
    """All rules between the groups of these roles."""
    for rule in _all(slurm_rest_port):
        if {rule.source, rule.target} <= roles:
            yield rule


def _all(slurm_rest_port: int) -> Iterator[Rule]:
    # All traffic of an adapter, both ways: it passes by the IP stack, so a way out to 0.0.0.0/0 does not let it out
    # (Amazon EC2 User Guide, "Prepare an EFA-enabled security group"; ParallelCluster 3.16, EfaSecurityGroupValidator).
    yield Rule(name="efa-in", source="efa", target="efa", protocol="-1")
    yield Rule(name="efa-out", source="efa", target="efa", protocol="-1", outward=True)
    for node in NODES:
        yield _tcp(f"{node}-to-efs", node, "efs", 2049)
        yield _tcp(f"{node}-to-applications-database", node, "applications_database", 5432)
        for kind, ports in _NFS.items():
            yield from _nfs(node, kind, ports)
        yield from _lustre(node, "lustre")
        yield from _lustre("lustre", node)
    yield from _lustre("lustre", "lustre")
    yield _tcp("api-to-slurm-rest", "api", "slurm_rest", slurm_rest_port)
    yield _tcp("api-to-efs", "api", "efs", 2049)
    for machine in (*NODES, "jump_host", "image", "api"):
        yield _tcp(f"{machine.replace('_', '-')}-to-endpoints", machine, "endpoints", 443)
    yield _tcp("clients-to-slurm-database", "database_clients", "slurm_database", 3306)


def _tcp(name: str, source: str, target: str, port: int) -> Rule:
    return Rule(name=name, source=source, target=target, first=port, last=port)


def _nfs(source: str, target: str, ports: tuple[tuple[int, int], ...]) -> Iterator[Rule]:
    for protocol in ("tcp", "udp"):
        for first, last in ports:
            name = f"{source}-to-{target}-{protocol}-{first}"
            yield Rule(name=name, source=source, target=target, protocol=protocol, first=first, last=last)


def _lustre(source: str, target: str) -> Iterator[Rule]:
    """File servers call their clients too."""
    for first, last in _LUSTRE:
        yield Rule(name=f"{source}-to-{target}-{first}", source=source, target=target, first=first, last=last)
