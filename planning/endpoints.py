"""What a cluster's document refers to: the platform's other parts, once they exist."""

from dataclasses import dataclass, field
from typing import Any


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
class NodeGroups:
    """Security groups of each kind of node, beside those that ParallelCluster makes itself. Ready to be placed."""

    head: list[Any]
    login: list[Any]
    compute: list[Any]
    efa: list[Any] = field(default_factory=list[Any])
    """Of nodes with an Elastic Fabric Adapter, beside those of all compute nodes."""

    def queue(self, *, efa: bool) -> list[Any]:
        """Those of a queue's nodes."""
        return [*self.compute, *(self.efa if efa else [])]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What one kind of node runs, as planning.node_actions.manifest makes it."""

    uri: Any
    """`s3://…`; for head node and login nodes the same for the life of a cluster."""
    sha256: Any
    """Of its content."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """What the platform's other parts are called, once they exist. Values may be unresolved; they are placed, never looked into."""

    ssm_policy_arn: Any
    public_subnet_ids: list[Any]
    private_subnet_ids: list[Any]
    """Each list has one subnet a zone, in the same order."""
    compute_public: bool = False
    """Whether compute nodes stand in the public subnets, with public addresses."""
    vpc_cidr: Any
    ssh_sources: Any
    """Prefix list of who may reach SSH on head and login nodes."""
    security_groups: NodeGroups
    node_policy_arn: Any
    """Read access to the bucket of scripts."""
    head_policy_arns: list[Any] = field(default_factory=list[Any])
    """What the head node alone may do for the platform's programs."""
    slurm_rest_key_arn: Any | None = None
    """Secret with the key that signs tokens of Slurm's REST API."""
    slurm_rest_certificate_arn: Any | None = None
    """Secret with the certificate and the private key of that API."""
    program_uris: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of the platform's programs for nodes, as planning.node_actions names them."""
    program_hashes: dict[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of the same."""
    boot_uri: Any | None = None
    """S3 URI of the program that nodes run the others with; the same for the life of a cluster."""
    manifests: dict[str, Manifest] = field(default_factory=dict[str, Manifest])
    """By kind of node: head, login, compute. Only of those that run programs of the platform's."""
    local_users_uri: Any | None = None
    """S3 URI of the list of accounts without a directory; the same for every list."""
    node_settings: dict[str, tuple[Any, str]] = field(default_factory=dict[str, tuple[Any, str]])
    """(S3 URI, version) of settings of the platform's programs, as planning.node_settings makes them."""
    script_uris: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of the team's scripts, by their paths below the project's folder."""
    slurm_settings_uri: Any | None = None
    """S3 URI of the file of slurm.conf's lines, if planning.slurm_settings makes one."""
    slurm_database_uri: Any | None = None
    """`host:port`."""
    slurm_database_secret_arn: Any | None = None
    file_system_ids: dict[str, Any] = field(default_factory=dict[str, Any])
    """File-system id, or volume id of ONTAP and OpenZFS, by the folder's name."""
    access_point_ids: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of EFS, by the folder's name."""
    data_paths: dict[str, Any] = field(default_factory=dict[str, Any])
    """`s3://…` of a bucket of the stack file and a prefix, by `bucket/prefix`."""
    data_policy_arns: list[Any] = field(default_factory=list[Any])
    """What nodes may do with the team's buckets and file systems."""
    directory: DirectoryEndpoints | None = None
    ami_id: Any | None = None
    key_name: Any | None = None

    @property
    def compute_subnet_ids(self) -> list[Any]:
        """Where queues may stand."""
        return self.subnet_ids(public=self.compute_public)

    def subnet_ids(self, *, public: bool) -> list[Any]:
        return self.public_subnet_ids if public else self.private_subnet_ids
