"""`image`, `cluster` and `storage`: the machine image, the Slurm cluster in ParallelCluster's own words, and its shared folders."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from settings.base import AmiId, InstanceType, Name, Overrides, QueueName, Section, checked, form, refuse
from settings.directory import DomainName

Os = Literal["alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9"]
"""Operating systems of ParallelCluster 3.16."""
RESERVED_DIRS = (
    *(
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/opt/intel",
        "/opt/parallelcluster",
    ),
    *("/opt/parallelcluster/shared", "/opt/parallelcluster/shared_login_nodes", "/opt/slurm", "/proc", "/root", "/run"),
    *("/sbin", "/srv", "/sys", "/tmp", "/usr", "/var"),
)
"""Mount directories that ParallelCluster refuses (3.16, SharedStorageMountDirValidator)."""


def _free_dir(path: str) -> None:
    if ".." in path.split("/") or "." in path.split("/"):
        raise refuse(
            "mount-dots", "has . or .. in it", allowed="a plain path such as /shared", fix="write the path out"
        )
    if path in RESERVED_DIRS:
        raise refuse(
            "mount-reserved",
            "belongs to the system or to ParallelCluster",
            allowed=f"any path but {', '.join(RESERVED_DIRS)}",
            fix=f"choose another one, such as /shared or {path}/shared",
        )


MountDir = Annotated[
    str,
    form(
        r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "an absolute path such as /shared, of letters, digits and _ . - between single slashes, none at the end",
    ),
    checked(_free_dir),
]


def _setting(value: object) -> object:
    """A value of slurm.conf: text or a whole number. YAML's true, 1.5, lists and times are no words of Slurm."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise refuse(
            "slurm-value",
            "is neither text nor a whole number",
            allowed="text or a whole number",
            fix="put it in quotes",
        )
    return value


SlurmValue = Annotated[str | int, BeforeValidator(_setting)]


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


class Image(Section):
    """What the nodes boot: ParallelCluster's official image, `customAmi`, or an image built from it (`build: true`)."""

    os: Os = "ubuntu2404"
    """Operating system of all nodes."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Of all nodes."""
    build: bool = False
    """Whether to build an image of the team's own."""
    custom_ami: AmiId | None = None
    """An image that exists already."""
    instance_type: InstanceType = "c5.xlarge"
    """The machine that builds the image."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 60
    """GiB of the image's root volume."""
    update_os_packages: bool = False
    """Whether the build updates the operating system."""
    overrides: Overrides = {}
    """Merged into the image document (keys Image, Build, DevSettings)."""


class HeadNode(Section):
    """The machine that runs Slurm's controller."""

    instance_type: InstanceType = "t3.large"
    """EC2 instance type."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 100
    """GiB."""
    public: bool = False
    """Whether the head node stands in a public subnet."""
    recover: bool | None = None
    """Whether a CloudWatch alarm has EC2 recover the node when its host fails; default: in `environment: prod`."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into this section."""


class LoginNodes(Section):
    """One pool behind ParallelCluster's own network load balancer (TCP 22)."""

    count: Annotated[int, Field(ge=0, le=20)] = 0
    """How many login nodes."""
    instance_type: InstanceType = "t3.medium"
    """EC2 instance type."""
    public: bool = False
    """Whether the load balancer faces the internet (the pool then stands in a public subnet)."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into this section."""


class Queue(Section):
    """A Slurm partition with one compute resource."""

    name: QueueName
    """Name of the queue."""
    capacity_type: Literal["ONDEMAND", "SPOT", "CAPACITY_BLOCK"] = "ONDEMAND"
    """How EC2 capacity is bought."""
    allocation_strategy: (
        Literal[
            "lowest-price",
            "capacity-optimized",
            "price-capacity-optimized",
            "prioritized",
            "capacity-optimized-prioritized",
        ]
        | None
    ) = None
    """How EC2 chooses among instance types."""
    instance_types: Annotated[tuple[InstanceType, ...], Field(min_length=1)] = ("c6i.xlarge",)
    """Interchangeable types of the queue's nodes."""
    min_count: Annotated[int, Field(ge=0)] = 0
    """Nodes that always run."""
    max_count: Annotated[int, Field(ge=1)] = 4
    """Nodes at most."""
    efa: bool = False
    """Whether nodes get an Elastic Fabric Adapter."""
    placement_group: bool = False
    """Whether nodes are placed close together."""
    overrides: Overrides = {}
    """Merged into the queue (ParallelCluster's Scheduling/SlurmQueues item)."""


class Updates(Section):
    """What an update may do to running work."""

    compute_fleet: Literal["refuse", "drain", "stop"] = "refuse"
    """A change that needs a stopped fleet: an error at preview, or wait for running jobs first, or end them."""
    drain_minutes: Annotated[int, Field(ge=1)] = 60
    """How long a drain waits for running jobs."""
    login_nodes: Literal["refuse", "recreate"] = "refuse"
    """A change that needs an empty login pool: an error at preview, or end its nodes and make them anew."""


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
    custom_slurm_settings: dict[str, SlurmValue] = {}
    """Lines of slurm.conf."""
    dns_zone: DomainName | None = None
    """A private DNS zone with the records `head` and `login`, which follow the cluster when it is replaced. None by default."""
    suppress_validators: tuple[ValidatorName, ...] = ()
    """ParallelCluster's validators to leave out, by name, such as `type:CustomAmiTagValidator`."""
    updates: Updates = Updates()
    """What an update may do to running work."""
    overrides: Overrides = {}
    """Merged last into the whole cluster document."""


class SharedFolder(Section):
    """An encrypted EFS file system of the platform, mounted on all nodes."""

    name: Name
    """Name of the folder."""
    mount_dir: MountDir
    """Where nodes mount it."""
    kind: Literal["efs"] = "efs"
    """What serves it."""


class Storage(Section):
    """What all nodes share."""

    folders: Annotated[tuple[SharedFolder, ...], Field(max_length=20)] = ()
    """Shared folders of all nodes."""
