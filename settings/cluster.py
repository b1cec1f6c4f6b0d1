"""`cluster`: the Slurm cluster in ParallelCluster's own words."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from settings.actions import NodeActions
from settings.base import InstanceType, Overrides, Section, checked, form, refuse
from settings.directory import DomainName
from settings.queues import Queue


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


class HeadNode(Section):
    """The machine that runs Slurm's controller."""

    instance_type: InstanceType = "t3.large"
    """EC2 instance type."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 100
    """GiB."""
    public: bool | None = None
    """Whether the head node stands in a public subnet. Default: as `network.layout` says."""
    recover: bool | None = None
    """Whether a CloudWatch alarm has EC2 recover the node when its host fails; default: in `environment: prod`."""
    custom_actions: NodeActions = NodeActions()
    """Scripts of the team's own on the head node. Changed lists of `onNodeStart` and `onNodeConfigured` replace the cluster."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into this section."""


class LoginNodes(Section):
    """One pool behind ParallelCluster's own network load balancer (TCP 22)."""

    count: Annotated[int, Field(ge=0, le=20)] = 0
    """How many login nodes."""
    instance_type: InstanceType = "t3.medium"
    """EC2 instance type."""
    public: bool | None = None
    """Whether the load balancer faces the internet (the pool then stands in a public subnet). Default: as `network.layout` says."""
    custom_actions: NodeActions = NodeActions()
    """Scripts of the team's own on login nodes."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into this section."""


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
