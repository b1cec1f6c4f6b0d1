"""The cluster's document: ParallelCluster's configuration (3.16) from settings and endpoints."""

from planning.cluster.directory import directory_service
from planning.cluster.machines import head_node, login_pools
from planning.cluster.monitoring import monitoring
from planning.cluster.overlay import overlay
from planning.cluster.parts import only
from planning.cluster.scheduling import scheduling
from planning.cluster.storage import shared_storage
from planning.endpoints import Endpoints
from planning.merge import Document
from planning.names import as_list
from planning.slurm_settings import without_lines
from settings import Settings


def cluster_document(settings: Settings, endpoints: Endpoints, tags: dict[str, str]) -> Document:
    """The whole document but `Region`, which the provider sets."""
    document: Document = {
        "Image": {"Os": settings.image.os, **only(CustomAmi=endpoints.ami_id)},
        "Imds": {"ImdsSupport": "v2.0"},
        "HeadNode": head_node(settings, endpoints),
        "Scheduling": scheduling(settings, endpoints),
        "Monitoring": monitoring(settings),
        "Tags": as_list(tags),
    }
    pools = login_pools(settings, endpoints)
    if pools:
        document["LoginNodes"] = {"Pools": pools}
    shared = shared_storage(settings, endpoints)
    if shared:
        document["SharedStorage"] = shared
    if endpoints.directory:
        document["DirectoryService"] = directory_service(endpoints.directory)
    document.update(_whole(settings))
    return _closed(overlay(document, without_lines(settings.cluster.overrides)), endpoints)


def _whole(settings: Settings) -> Document:
    """What the stack file says about the cluster as a whole."""
    cluster = settings.cluster
    timeouts = only(
        HeadNodeBootstrapTimeout=cluster.timeouts.head_node_bootstrap_timeout,
        ComputeNodeBootstrapTimeout=cluster.timeouts.compute_node_bootstrap_timeout,
    )
    rights = only(
        PermissionsBoundary=cluster.iam.permissions_boundary,
        ResourcePrefix=cluster.iam.resource_prefix,
    )
    developers = only(Timeouts=timeouts or None, EfaInterfaceType=cluster.efa_interface_type)
    return only(Iam=rights or None, DevSettings=developers or None)


def _closed(document: Document, endpoints: Endpoints) -> Document:
    """Where ParallelCluster's own default opens a port to everybody, the platform's sources; what the document says stays.

    `HeadNode/Ssh`, `LoginNodes/Pools/Ssh` and both `Dcv` default to 0.0.0.0/0 (ParallelCluster 3.16, `AllowedIps`).
    """
    pools = document.get("LoginNodes", {}).get("Pools", [])
    closed: Document = {"HeadNode": _with_sources(document["HeadNode"], endpoints)}
    if pools:
        login = {**document["LoginNodes"], "Pools": [_with_sources(pool, endpoints) for pool in pools]}
        closed["LoginNodes"] = login
    return {**document, **closed}


def _with_sources(section: Document, endpoints: Endpoints) -> Document:
    ssh = {"Ssh": {"AllowedIps": endpoints.ssh_sources, **section.get("Ssh", {})}}
    # ParallelCluster's rule for DCV takes one range and no list: the platform's own groups let the other sources in.
    dcv = {"Dcv": {"AllowedIps": endpoints.vpc_cidr, **section["Dcv"]}} if "Dcv" in section else {}
    return {**section, **ssh, **dcv}
