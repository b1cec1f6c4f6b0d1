"""`cluster`: the Slurm cluster in ParallelCluster's own words."""

import re
from typing import Annotated, Literal

from pydantic import Field

from settings.actions import NodeActions
from settings.base import InstanceType, Overrides, Section, checked, form, refuse
from settings.containers import Containers
from settings.directory import DomainName
from settings.job_environment import JobEnvironment
from settings.login_nodes import LoginNodes
from settings.nodes import Dcv, Imds, MountDir, NodeIamS3, PolicyArn, ProxyAddress, RootVolume
from settings.queues import Queue
from settings.site_services import SiteService
from settings.slurm import SlurmSettings
from settings.slurm_rest import SlurmRestApi
from settings.sshd import Sshd


def _one_validator(name: str) -> None:
    if name in ("ALL", "type:ALL"):
        raise refuse(
            "validators-all",
            "would leave out every check",
            allowed="single validators, such as type:CustomAmiTagValidator",
            fix="name the validators that this cluster must do without",
        )


ValidatorName = Annotated[
    str,
    checked(_one_validator),
    form(
        r"type:[A-Za-z]+", "type: and a validator's name, such as type:CustomAmiTagValidator", "write type: before it"
    ),
]


class HeadRootVolume(RootVolume):
    """The head node's root volume, which also holds what the cluster shares."""

    size: Annotated[int, Field(ge=40, le=16_384)] | None = 100
    """GiB; not below the image's own."""


class HeadNode(Section):
    """The machine that runs Slurm's controller."""

    instance_type: InstanceType = "t3.large"
    """EC2 instance type."""
    root_volume: HeadRootVolume = HeadRootVolume()
    """The root volume."""
    ephemeral_mount_dir: MountDir | None = None
    """Where local disks are mounted; ParallelCluster's default is /scratch."""
    disable_simultaneous_multithreading: bool = False
    """Whether each core has one thread only."""
    public: bool | None = None
    """Whether the head node stands in a public subnet. Default: as `network.layout` says."""
    shared_storage_type: Literal["Ebs", "Efs"] = "Ebs"
    """Where the head node's exports lie (Slurm's own data, and /home with `storage.home: cluster`): its volume, or EFS
    of the cluster. Both go with the cluster, and another one replaces it."""
    recover: bool | None = None
    """Whether a CloudWatch alarm has EC2 recover the node when its host fails; default: in `environment: prod`."""
    dcv: Dcv = Dcv()
    """Remote desktops."""
    imds: Imds = Imds()
    """The instance metadata service."""
    iam: NodeIamS3 = NodeIamS3()
    """Rights of the head node."""
    proxy: ProxyAddress | None = None
    """An HTTP proxy that the head node reaches AWS and archives through."""
    custom_actions: NodeActions = NodeActions()
    """Scripts of the team's own on the head node. Changed lists of `onNodeStart` and `onNodeConfigured` replace the cluster."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into this section."""


class Timeouts(Section):
    """How long nodes may take to become ready."""

    head_node_bootstrap_timeout: Annotated[int, Field(ge=1)] | None = None
    """Seconds; ParallelCluster's default is 2100. Then the cluster's creation fails."""
    compute_node_bootstrap_timeout: Annotated[int, Field(ge=1)] | None = None
    """Seconds; ParallelCluster's default is 2100. Then the node is replaced."""


def _prefix(value: str) -> None:
    names = r"[\w.,+@=-]+"
    if not re.fullmatch(rf"(/{names})+/({names})?|{names}", value) or len(value.rpartition("/")[2]) > 30:
        raise refuse(
            "resource-prefix",
            "is neither a path of IAM nor the beginning of a name",
            allowed="a path such as /hpc/, the beginning of a name with 30 characters at most, or both: /hpc/genomics-",
            fix="write it in one of these forms",
        )


class ClusterIam(Section):
    """What ParallelCluster keeps to when it makes roles and policies."""

    permissions_boundary: PolicyArn | None = None
    """A policy beyond which no role of the platform reaches, whatever makes it."""
    resource_prefix: Annotated[str, checked(_prefix)] | None = None
    """A path, the beginning of names, or both, of all roles and policies of the cluster. Another one replaces the cluster."""


class Updates(Section):
    """What an update may do to running work."""

    compute_fleet: Literal["refuse", "drain", "stop"] = "refuse"
    """A change that needs a stopped fleet: an error at preview, or wait for running jobs first, or end them."""
    drain_minutes: Annotated[int, Field(ge=1)] = 60
    """How long a drain waits for running jobs."""
    login_nodes: Literal["refuse", "recreate"] = "refuse"
    """A change that needs an empty login pool: an error at preview, or end its nodes and make them anew."""
    home: Literal["refuse", "replace"] = "refuse"
    """A file system newly at /home, of a cluster whose homes go with it: an error at preview, or replace it, which deletes
    these homes. docs/storage.md says how they move first.
    """


class Cluster(Section):
    """The Slurm cluster, in ParallelCluster's words."""

    version: Literal["3.16.1", "3.15.1"] = "3.16.1"
    """Of ParallelCluster; quoted in YAML. Another one replaces image and cluster."""
    head_node: HeadNode = HeadNode()
    """The head node."""
    login_nodes: LoginNodes = LoginNodes()
    """The login nodes."""
    queues: Annotated[tuple[Queue, ...], Field(min_length=1, max_length=50)] = (Queue(name="compute"),)
    """Slurm partitions."""
    scaledown_idletime: Annotated[int, Field(ge=1)] = 10
    """Minutes that an idle dynamic node lives on."""
    queue_update_strategy: Literal["DRAIN", "TERMINATE", "COMPUTE_FLEET_STOP"] = "DRAIN"
    """What becomes of nodes whose queue changes: they finish their jobs, end at once, or the update wants a stopped fleet."""
    scaling_strategy: Literal["all-or-nothing", "greedy-all-or-nothing", "best-effort"] | None = None
    """Whether a job waits until EC2 gives all its nodes; by default it does (all-or-nothing)."""
    enable_memory_based_scheduling: bool = False
    """Whether Slurm gives out memory as it gives out CPUs, and holds jobs to it."""
    custom_slurm_settings: SlurmSettings = {}
    """Lines of slurm.conf."""
    slurm_rest_api: SlurmRestApi | None = None
    """Slurm's REST API on the head node; none without this section."""
    job_environment: JobEnvironment | None = None
    """Places of each job's own, variables and logs; none by default. Added or removed as a whole, it replaces the cluster."""
    sshd: Sshd | None = None
    """What SSH on head node and login nodes takes from clients. Added or removed as a whole, it replaces the cluster."""
    site_services: Annotated[tuple[SiteService, ...], Field(max_length=20)] = ()
    """Programs of the site's own on the head node. The first one, and the last one's end, replace the cluster."""
    containers: Containers | None = None
    timeouts: Timeouts = Timeouts()
    """How long nodes may take to become ready."""
    iam: ClusterIam = ClusterIam()
    """Roles and policies of the cluster."""
    efa_interface_type: Literal["efa"] | None = None
    """`efa`: the first network card carries EFA and IP in one interface, as before ParallelCluster 3.15; the default is two."""
    dns_zone: DomainName | None = None
    """A private DNS zone with the records `head` and `login`, which follow the cluster when it is replaced. None by default."""
    suppress_validators: tuple[ValidatorName, ...] = ()
    """ParallelCluster's validators to leave out, by name, such as `type:CustomAmiTagValidator`."""
    updates: Updates = Updates()
    """What an update may do to running work."""
    overrides: Overrides = {}
    """Merged last into the whole cluster document."""
