"""Root volumes: what EBS takes (ParallelCluster 3.16, ebs_validators)."""

from collections.abc import Iterator

from settings.model import Settings
from settings.nodes import RootVolume
from settings.problem import Path, Problem, weighed

_IOPS = {"gp3": (3000, 16_000), "io1": (100, 64_000), "io2": (100, 256_000)}
_IOPS_OF_A_GIB = {"gp3": 500, "io1": 50, "io2": 1000}
_DEFAULT_TYPE, _DEFAULT_IOPS, _SMALLEST = "gp3", 3000, 40


def root_volumes(settings: Settings) -> Iterator[tuple[Path, RootVolume]]:
    cluster = settings.cluster
    yield ("cluster", "headNode", "rootVolume"), cluster.head_node.root_volume
    for index, queue in enumerate(cluster.queues):
        yield ("cluster", "queues", index, "rootVolume"), queue.root_volume


def operations_fit(settings: Settings) -> Iterator[Problem]:
    for place, volume in root_volumes(settings):
        kind, iops = volume.volume_type or _DEFAULT_TYPE, volume.iops
        if iops is None:
            continue
        least, most = _IOPS.get(kind, (0, 0))
        most = min(most, (volume.size or _SMALLEST) * _IOPS_OF_A_GIB.get(kind, 0))
        if not least <= iops <= most:
            yield weighed(
                "volume-iops",
                (*place, "iops"),
                iops,
                f"is not for a volume of type {kind}" + (f" and {volume.size or _SMALLEST} GiB" if most else ""),
                f"{least} to {most}" if most else "no iops with this volumeType",
                "set it to a number of that range, or remove it" if most else "remove it, or set volumeType to gp3",
                (*place, "volumeType"),
                (*place, "size"),
            )


def throughput_fits(settings: Settings) -> Iterator[Problem]:
    for place, volume in root_volumes(settings):
        kind, throughput = volume.volume_type or _DEFAULT_TYPE, volume.throughput
        if throughput is None:
            continue
        also = ((*place, "volumeType"), (*place, "iops"))
        if kind != "gp3":
            fault, fix = f"is not for a volume of type {kind}", "remove it, or set volumeType to gp3"
            yield weighed(
                "volume-throughput", (*place, "throughput"), throughput, fault, "throughput with gp3 only", fix, *also
            )
        elif throughput * 4 > (iops := volume.iops or _DEFAULT_IOPS):
            fix = f"raise iops to {throughput * 4}, or lower throughput"
            allowed = f"{iops // 4} at most: a quarter of iops"
            fault = f"is too much for {iops} operations a second"
            yield weighed("volume-ratio", (*place, "throughput"), throughput, fault, allowed, fix, *also)


RULES = (operations_fit, throughput_fits)
