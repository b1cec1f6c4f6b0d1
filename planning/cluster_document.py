"""The cluster's document: ParallelCluster's configuration (3.16) from settings and endpoints."""

from dataclasses import dataclass, field
from typing import Any

from planning.merge import Document, merge
from planning.names import as_list
from settings import Settings
from settings.cluster import Queue


@dataclass(frozen=True, kw_only=True)
class DirectoryEndpoints:
    """How nodes reach the directory. Values may be unresolved; they are placed, never looked into."""

    domain_name: str
    uri: Any
    """`ldaps://…`, one or more separated by commas."""
    read_only_user: Any
    """Distinguished name."""
    secret_arn: Any
    search_base: str | None = None
    """Where accounts are looked for, if not at the domain's root."""
    access_filter: str | None = None
    """LDAP filter of those who may log in; None lets in everybody whose account is enabled."""
    generate_ssh_keys: bool = True
    ca_certificate_uri: Any | None
    """S3 URI of the authority's PEM file; None if the image's own store knows it."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """What the platform's other parts are called, once they exist. Values may be unresolved; they are placed, never looked into."""

    ssm_policy_arn: Any
    public_subnet_ids: list[Any]
    private_subnet_ids: list[Any]
    vpc_cidr: Any
    ssh_sources: Any
    """Prefix list of who may reach SSH on head and login nodes."""
    node_security_group_id: Any
    node_policy_arn: Any
    """Read access to the bucket of scripts."""
    install_ca_script_uri: Any | None = None
    database_client_security_group_id: Any | None = None
    slurm_database_uri: Any | None = None
    """`host:port`."""
    slurm_database_secret_arn: Any | None = None
    file_system_ids: dict[str, Any] = field(default_factory=dict[str, Any])
    """File-system id by the folder's name."""
    directory: DirectoryEndpoints | None = None
    ami_id: Any | None = None
    key_name: Any | None = None


def cluster_document(settings: Settings, endpoints: Endpoints, tags: dict[str, str]) -> Document:
    """The whole document but `Region`, which the provider sets."""
    document: Document = {
        "Image": {"Os": settings.image.os, **_only(CustomAmi=endpoints.ami_id)},
        "Imds": {"ImdsSupport": "v2.0"},
        "HeadNode": _head_node(settings, endpoints),
        "Scheduling": _scheduling(settings, endpoints),
        "Monitoring": {"Logs": {"CloudWatch": {"Enabled": True, "RetentionInDays": 90 if settings.protected else 14}}},
        "Tags": as_list(tags),
    }
    if settings.cluster.login_nodes.count:
        document["LoginNodes"] = {"Pools": [_login_pool(settings, endpoints)]}
    if settings.storage.folders:
        document["SharedStorage"] = [
            {
                "Name": folder.name,
                "StorageType": "Efs",
                "MountDir": folder.mount_dir,
                "EfsSettings": {"FileSystemId": endpoints.file_system_ids[folder.name], "EncryptionInTransit": True},
            }
            for folder in settings.storage.folders
        ]
    if endpoints.directory:
        document["DirectoryService"] = _directory_service(endpoints.directory)
    return _closed(merge(document, settings.cluster.overrides), endpoints)


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
    # The rule for DCV takes an address range only.
    dcv = {"Dcv": {"AllowedIps": endpoints.vpc_cidr, **section["Dcv"]}} if "Dcv" in section else {}
    return {**section, **ssh, **dcv}


def _only(**values: Any) -> Document:
    return {key: value for key, value in values.items() if value is not None}


def _iam(endpoints: Endpoints) -> Document:
    policies = [endpoints.ssm_policy_arn, endpoints.node_policy_arn]
    return {"AdditionalIamPolicies": [{"Policy": policy} for policy in policies]}


def _custom_actions(endpoints: Endpoints) -> Document:
    """The directory's authority must be on the node before its directory client starts, hence OnNodeStart."""
    directory = endpoints.directory
    if directory is None or directory.ca_certificate_uri is None:
        return {}
    action = {"Script": endpoints.install_ca_script_uri, "Args": [directory.ca_certificate_uri, CA_FILE]}
    return {"CustomActions": {"OnNodeStart": action}}


CA_FILE = "/etc/hpcstack/directory-ca.pem"
"""Where nodes keep the certificate of the directory's authority."""


def _head_node(settings: Settings, endpoints: Endpoints) -> Document:
    head = settings.cluster.head_node
    groups = [endpoints.node_security_group_id, endpoints.database_client_security_group_id]
    subnets = endpoints.public_subnet_ids if head.public else endpoints.private_subnet_ids
    base = {
        "InstanceType": head.instance_type,
        "Networking": {"SubnetId": subnets[0], "AdditionalSecurityGroups": [g for g in groups if g is not None]},
        "LocalStorage": {"RootVolume": {"Size": head.root_volume_size, "Encrypted": True}},
        "Iam": _iam(endpoints),
        **_only(Ssh={"KeyName": endpoints.key_name} if endpoints.key_name is not None else None),
        **_custom_actions(endpoints),
    }
    return merge(base, head.overrides)


def _login_pool(settings: Settings, endpoints: Endpoints) -> Document:
    login = settings.cluster.login_nodes
    subnets = endpoints.public_subnet_ids if login.public else endpoints.private_subnet_ids
    base = {
        "Name": "login",
        "InstanceType": login.instance_type,
        "Count": login.count,
        "Networking": {
            "SubnetIds": subnets[:1],
            "AdditionalSecurityGroups": [endpoints.node_security_group_id],
        },
        "Iam": _iam(endpoints),
        **_custom_actions(endpoints),
    }
    return merge(base, login.overrides)


def _scheduling(settings: Settings, endpoints: Endpoints) -> Document:
    slurm: Document = {"ScaledownIdletime": settings.cluster.scaledown_idletime, "QueueUpdateStrategy": "DRAIN"}
    if settings.databases.slurm:
        slurm["Database"] = {
            "Uri": endpoints.slurm_database_uri,
            "UserName": settings.databases.slurm.username,
            "PasswordSecretArn": endpoints.slurm_database_secret_arn,
        }
    if settings.cluster.custom_slurm_settings:
        slurm["CustomSlurmSettings"] = [{key: value} for key, value in settings.cluster.custom_slurm_settings.items()]
    queues = [_queue(queue, endpoints) for queue in settings.cluster.queues]
    return {"Scheduler": "slurm", "SlurmSettings": slurm, "SlurmQueues": queues}


def _queue(queue: Queue, endpoints: Endpoints) -> Document:
    # EFA and placement groups keep all nodes of a queue in one zone (ParallelCluster's validators).
    subnets = endpoints.private_subnet_ids[:1]
    resource = {
        "Name": queue.name,
        "Instances": [{"InstanceType": instance_type} for instance_type in queue.instance_types],
        "MinCount": queue.min_count,
        "MaxCount": queue.max_count,
        **_only(Efa={"Enabled": True} if queue.efa else None),
    }
    base = {
        "Name": queue.name,
        "CapacityType": queue.capacity_type,
        **_only(AllocationStrategy=queue.allocation_strategy),
        "Networking": {
            "SubnetIds": subnets,
            "AdditionalSecurityGroups": [endpoints.node_security_group_id],
            **_only(PlacementGroup={"Enabled": True} if queue.placement_group else None),
        },
        "ComputeResources": [resource],
        "Iam": _iam(endpoints),
        **_custom_actions(endpoints),
    }
    return merge(base, queue.overrides)


def _directory_service(directory: DirectoryEndpoints) -> Document:
    """Facts of the settings below: a disabled account is refused also with an SSH key (`expire`, `ad`); the idle timeout is below
    the 350 s after which a network load balancer forgets a flow, which would take sssd offline for about 80 s.

    With LdapAccessFilter ParallelCluster sets `access_provider` to `ldap` itself, and what stands here last of all (3.16, recipe
    `directory_service`); `DomainName` takes no container, hence `ldap_search_base`.
    """
    return {
        "DomainName": directory.domain_name,
        "DomainAddr": directory.uri,
        "PasswordSecretArn": directory.secret_arn,
        "DomainReadOnlyUser": directory.read_only_user,
        "LdapTlsReqCert": "hard",
        **_only(LdapTlsCaCert=CA_FILE if directory.ca_certificate_uri is not None else None),
        **_only(LdapAccessFilter=directory.access_filter),
        "GenerateSshKeysForUsers": directory.generate_ssh_keys,
        "AdditionalSssdConfigs": {
            "override_homedir": "/home/%u",
            "ignore_group_members": "True",
            "ldap_connection_idle_timeout": "300",
            # Where the directory tool puts public keys; sss_ssh_authorizedkeys on a node reads them there.
            "ldap_user_ssh_public_key": "altSecurityIdentities",
            "access_provider": "ldap",
            "ldap_access_order": "filter, expire" if directory.access_filter else "expire",
            "ldap_account_expire_policy": "ad",
            **_only(ldap_search_base=directory.search_base),
        },
    }
