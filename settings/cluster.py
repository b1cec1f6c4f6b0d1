"""`image`, `cluster` and `storage`: the machine image, the Slurm cluster in ParallelCluster's own words, and its shared folders."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from settings.base import AmiId, InstanceType, Name, Overrides, Section

Os = Literal["alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9"]
"""Operating systems of ParallelCluster 3.16."""
MountDir = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")]


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

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.build and self.custom_ami:
            raise ValueError("build and customAmi exclude each other: remove customAmi to build, or set build to false")
        return self


class HeadNode(Section):
    """The machine that runs Slurm's controller."""

    instance_type: InstanceType = "t3.large"
    """EC2 instance type."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 100
    """GiB."""
    public: bool = False
    """Whether the head node stands in a public subnet."""
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

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=25)]
    """Name of the queue, or of the folder."""
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

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        if self.min_count > self.max_count:
            raise ValueError(
                f"minCount {self.min_count} is above maxCount {self.max_count}: lower one or raise the other"
            )
        if len(set(self.instance_types)) != len(self.instance_types):
            raise ValueError("instanceTypes names a type twice: name each once")
        return self


class Cluster(Section):
    """The Slurm cluster, in ParallelCluster's words."""

    version: Literal["3.16.1"] = "3.16.1"
    """Of ParallelCluster; quoted in YAML."""
    head_node: HeadNode = HeadNode()
    """The head node."""
    login_nodes: LoginNodes = LoginNodes()
    """The login nodes."""
    queues: Annotated[tuple[Queue, ...], Field(min_length=1, max_length=50)] = (Queue(name="compute"),)
    """Slurm partitions."""
    scaledown_idletime: Annotated[int, Field(ge=1)] = 10
    """Minutes that an idle dynamic node lives on."""
    custom_slurm_settings: dict[str, str | int] = {}
    """Lines of slurm.conf."""
    suppress_validators: tuple[str, ...] = ()
    """ParallelCluster's validators to leave out, by name, such as `type:CustomAmiTagValidator`."""
    overrides: Overrides = {}
    """Merged last into the whole cluster document."""

    @model_validator(mode="after")
    def _queues_are_distinct(self) -> Self:
        names = [queue.name for queue in self.queues]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"queues: the name {', '.join(twice)} stands twice: give each queue its own")
        if "ALL" in self.suppress_validators:
            raise ValueError(
                'suppressValidators: "ALL" is refused: name the validators, e.g. "type:CustomAmiTagValidator"'
            )
        return self


class SharedFolder(Section):
    """An encrypted EFS file system of the platform, mounted on all nodes."""

    name: Name
    """Name of the queue, or of the folder."""
    mount_dir: MountDir
    """Where nodes mount it."""
    kind: Literal["efs"] = "efs"
    """What serves it."""


class Storage(Section):
    """What all nodes share."""

    folders: tuple[SharedFolder, ...] = ()
    """Shared folders of all nodes."""

    @model_validator(mode="after")
    def _folders_are_distinct(self) -> Self:
        for key in ("name", "mount_dir"):
            values = [getattr(folder, key) for folder in self.folders]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"folders: {key} {', '.join(twice)} stands twice: give each folder its own")
        return self
