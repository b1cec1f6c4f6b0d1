"""File systems that a stack file names and the cluster's subnets, as AWS tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planning.existing_network import ExistingNetwork
from planning.reach import Group
from settings import Settings
from settings.nfs import NfsFolder
from settings.storage import Folder


@dataclass(frozen=True, kw_only=True)
class Door:
    """A mount target of EFS, or a network interface of FSx."""

    groups: tuple[str, ...]
    """Ids of its security groups."""
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class FileSystem:
    """What AWS tells of what a folder names, with the file system behind a volume."""

    kind: str
    """As the stack file would spell it: efs, lustre, ontap, openzfs; other kinds of FSx in small letters."""
    state: str = "available"
    vpc_id: str | None
    """None for EFS without a mount target."""
    doors: tuple[Door, ...] = ()
    encrypted: bool = True
    scratch: bool = False
    one_zone: str | None = None
    """The zone of EFS that has only one."""
    volume_state: str = "available"
    junction: str | None = "/"
    """Where the volume lies; None for one that no client can mount."""
    point: str | None = None
    """The file system of the access point; empty where that does not exist, None where the stack file names none."""


@dataclass(frozen=True)
class Place:
    """A subnet of the cluster."""

    zone: str
    cidr: str


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The subnets of the cluster, as they are already."""

    vpc_id: str | None
    """None for a network that this stack makes and has not made yet."""
    public: tuple[Place, ...] = ()
    """One a zone, by the order of zones."""
    private: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExistingFolders:
    """What AWS tells."""

    systems: Mapping[int, FileSystem | None] = field(default_factory=dict[int, FileSystem | None])
    """By the folder's place in the stack file; None for what does not exist. What could not be asked is absent."""
    groups: Mapping[str, Group] = field(default_factory=dict[str, Group])
    """Security groups of the doors, by id."""
    own_groups: frozenset[str] = frozenset()
    """Ids of security groups that bear this stack's tags."""
    ground: Ground | None = None
    """Of a network that this stack makes; None where it names one, or AWS could not be asked."""
    unanswered: tuple[str, ...] = ()
    """What was not checked and why, each a line."""


def identity(folder: Folder) -> tuple[str, str] | None:
    """The key by which a folder names what exists, and the value; None where it names nothing."""
    if isinstance(folder, NfsFolder):
        return ("volumeId", folder.volume_id) if folder.volume_id else None
    return ("fileSystemId", folder.file_system_id) if folder.file_system_id else None


def named(settings: Settings) -> dict[int, Folder]:
    """Folders that name what exists, by their places."""
    return {index: one for index, one in enumerate(settings.storage.folders) if identity(one)}


def ground_of(found: ExistingNetwork) -> Ground:
    """Of a network that the stack file names. `found` has a VPC."""
    public, private = (tuple(Place(one.zone, one.cidr) for one in kind) for kind in (found.public, found.private))
    return Ground(vpc_id=found.vpc_ids[0], public=public, private=private)
