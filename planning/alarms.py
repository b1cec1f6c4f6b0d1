"""Which alarms a platform has."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning import watched as measured
from planning.watched import GIB, Metric, Watched, WatchedFileSystem
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Rings when the metric is beyond `threshold` for `periods` times `seconds`."""

    label: str
    """End of its name."""
    about: str
    """What it means, for whoever reads the e-mail."""
    metric: Metric
    threshold: float
    below: bool = False
    seconds: int = 300
    periods: int = 3
    recovers: bool = False
    """Whether EC2 then moves the instance to another host."""
    tells: bool = False


def alarms(settings: Settings, watched: Watched) -> list[Alarm]:
    """Those of the stack file. The budget's are AWS Budgets' own."""
    found = list(_recovery(settings, watched))
    if settings.tells:
        found += [*_head_node(watched), *_databases(watched), *_file_systems(watched)]
    return found


def recovers(settings: Settings) -> bool:
    """Whether a failed host of the head node is answered by EC2's own recovery."""
    wanted = settings.cluster.head_node.recover
    return settings.protected if wanted is None else wanted


def _recovery(settings: Settings, watched: Watched) -> Iterator[Alarm]:
    """EC2 moves the node to another host, with its id, addresses and volumes (EC2 User Guide, "Instance recovery")."""
    if recovers(settings):
        yield Alarm(
            label="head",
            about="the host of the head node failed, and EC2 moves it to another one",
            metric=measured.head_node(watched, "StatusCheckFailed_System", "Minimum"),
            threshold=0,
            seconds=60,
            periods=2,
            recovers=True,
            tells=settings.tells,
        )


def _head_node(watched: Watched) -> Iterator[Alarm]:
    system = measured.head_node(watched, "StatusCheckFailed", "Maximum")
    yield Alarm(
        label="head-status",
        about="the head node fails EC2's status checks: Slurm may be down",
        metric=system,
        threshold=0,
        seconds=60,
        periods=3,
        tells=True,
    )
    busy = "the head node is busy: something computes on it, or it is too small for this many jobs"
    yield Alarm(
        label="head-cpu", about=busy, metric=measured.head_node(watched, "CPUUtilization"), threshold=90, tells=True
    )
    memory = measured.head_node_agent(watched, "mem_used_percent")
    yield Alarm(label="head-memory", about="the head node's memory is full", metric=memory, threshold=90, tells=True)
    disk = measured.head_node_agent(watched, "disk_used_percent", path="/")
    about = "the head node's root volume is nearly full: when it is, Slurm stops"
    yield Alarm(label="head-disk", about=about, metric=disk, threshold=85, tells=True)


def _databases(watched: Watched) -> Iterator[Alarm]:
    for role, one in watched.databases.items():
        yield Alarm(
            label=f"{role}-storage",
            about=f"the {role} database has little free storage, and did not grow by itself",
            metric=measured.database(one, "FreeStorageSpace", "Minimum"),
            # RDS grows at a tenth (Amazon RDS User Guide, storage autoscaling): half of this means that it cannot.
            threshold=one.storage * GIB / 20,
            below=True,
            tells=True,
        )
        busy = f"the {role} database computes without pause: take a larger instanceClass"
        cpu = measured.database(one, "CPUUtilization")
        yield Alarm(label=f"{role}-cpu", about=busy, metric=cpu, threshold=90, tells=True)


def _file_systems(watched: Watched) -> Iterator[Alarm]:
    for name, one in watched.file_systems.items():
        match one.kind:
            case "efs":
                yield _load(name, one)
            case "lustre" if one.size is not None:
                yield _free(name, one, one.size)
            case "openzfs" if one.size is not None:
                yield _used(name, one, one.size)
            case "ontap":
                yield from _shares(name, one)
            case _:
                pass  # an existing file system, of which the stack file tells no size


def _full(name: str) -> str:
    return f"less than a tenth of the folder {name} is free: when it is full, jobs that write there fail"


def _load(name: str, one: WatchedFileSystem) -> Alarm:
    # EFS has no size that could be reached; what ends is how much it does at a time.
    return Alarm(
        label=f"{name}-load",
        about=f"the folder {name} is at the limit of its performance mode: nodes wait for it",
        metric=measured.file_system(one, "PercentIOLimit", "Maximum"),
        threshold=95,
        tells=True,
    )


def _free(name: str, one: WatchedFileSystem, size: int) -> Alarm:
    return Alarm(
        label=f"{name}-space",
        about=_full(name),
        metric=measured.file_system(one, "FreeDataStorageCapacity", "Sum"),
        threshold=size * GIB / 10,
        below=True,
        # AWS/FSx has one value a minute for each server; the sum over a longer time would count each several times.
        seconds=60,
        periods=15,
        tells=True,
    )


def _used(name: str, one: WatchedFileSystem, size: int) -> Alarm:
    """OpenZFS tells bytes, and no share of what there is."""
    used = measured.file_system(one, "UsedStorageCapacity", "Maximum")
    return Alarm(label=f"{name}-space", about=_full(name), metric=used, threshold=size * GIB * 9 / 10, tells=True)


def _shares(name: str, one: WatchedFileSystem) -> Iterator[Alarm]:
    """A volume of ONTAP may be larger than the disks, from which cold blocks move away."""
    of_volume = measured.volume(one, "StorageCapacityUtilization", "Maximum")
    yield Alarm(label=f"{name}-space", about=_full(name), metric=of_volume, threshold=90, tells=True)
    yield Alarm(
        label=f"{name}-disks",
        about=f"the disks under the folder {name} are nearly full, and tiering moves too little: make storageCapacity larger",
        metric=measured.ssd(one),
        threshold=90,
        tells=True,
    )
