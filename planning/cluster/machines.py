"""Head node and login nodes."""

from planning.cluster.actions import custom_actions
from planning.cluster.overlay import overlay
from planning.cluster.parts import dcv, iam, local_storage, only, proxy
from planning.endpoints import Endpoints
from planning.merge import Document
from settings import Settings
from settings.login_nodes import Pool
from settings.places import places


def head_node(settings: Settings, endpoints: Endpoints) -> Document:
    """ParallelCluster's `HeadNode`."""
    head = settings.cluster.head_node
    subnets = endpoints.subnet_ids(public=places(settings).head)
    base = {
        "InstanceType": head.instance_type,
        **only(DisableSimultaneousMultithreading=head.disable_simultaneous_multithreading or None),
        "Networking": {
            "SubnetId": subnets[0],
            "AdditionalSecurityGroups": endpoints.security_groups.head,
            **only(Proxy=proxy(head.proxy)),
        },
        **only(LocalStorage=local_storage(head.root_volume, head.ephemeral_mount_dir)),
        "Iam": iam(endpoints, head.iam, endpoints.head_policy_arns),
        **only(
            Ssh={"KeyName": endpoints.key_name} if endpoints.key_name is not None else None,
            Dcv=dcv(head.dcv),
            SharedStorageType="Efs" if head.shared_storage_type == "Efs" else None,
            Imds=None if head.imds.secured else {"Secured": False},
        ),
        **custom_actions("head", settings, endpoints, head.custom_actions),
    }
    return overlay(base, head.overrides)


def login_pools(settings: Settings, endpoints: Endpoints) -> list[Document]:
    """The items of ParallelCluster's `LoginNodes/Pools`."""
    login = settings.cluster.login_nodes
    subnets = endpoints.subnet_ids(public=places(settings).login)
    return [_pool(pool, subnets[0], settings, endpoints) for pool in login.all_pools]


def _pool(pool: Pool, subnet_id: object, settings: Settings, endpoints: Endpoints) -> Document:
    base = {
        "Name": pool.name,
        "InstanceType": pool.instance_type,
        "Count": pool.count,
        "Networking": {
            "SubnetIds": [subnet_id],
            "AdditionalSecurityGroups": endpoints.security_groups.login,
            **only(Proxy=proxy(pool.proxy)),
        },
        **only(GracetimePeriod=pool.gracetime_period, Dcv=dcv(pool.dcv)),
        "Iam": iam(endpoints, pool.iam),
        **custom_actions("login", settings, endpoints, pool.custom_actions),
    }
    return overlay(base, pool.overrides)
