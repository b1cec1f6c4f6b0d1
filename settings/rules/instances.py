"""Instance types: whether they have what is wanted of them. A type that the program's facts lack is left to ParallelCluster."""

from collections.abc import Iterator

from settings.compute_resources import ComputeResource
from settings.facts.machines import Machine, machine
from settings.model import Settings
from settings.problem import Problem, weighed
from settings.rules.resources import resources


def efa_is_supported(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, InstancesEFAValidator."""
    for place, _, one in resources(settings):
        for number, name in enumerate(one.instance_types):
            found = machine(name)
            if one.efa and found and not found.efa_interfaces:
                yield weighed(
                    "no-efa",
                    (*place, "instanceTypes", number),
                    name,
                    "has no Elastic Fabric Adapter, and efa is true",
                    "types with EFA only, such as c6in.32xlarge, c7gn.16xlarge, hpc7a.96xlarge; or efa false",
                    "take such a type, or set efa to false",
                    (*place, "efa"),
                )


def types_are_alike(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, InstancesCPUValidator and InstancesAcceleratorsValidator: Slurm knows one node line for all of them."""
    for place, _, one in resources(settings):
        first = machine(one.instance_types[0])
        for number, name in enumerate(one.instance_types):
            found = machine(name)
            if first and found and _alike(found, one) != _alike(first, one):
                (cpus, gpus), (wanted, wanted_gpus) = _alike(found, one), _alike(first, one)
                unit = "cores" if one.disable_simultaneous_multithreading else "vCPUs"
                yield weighed(
                    "types-unlike",
                    (*place, "instanceTypes", number),
                    name,
                    f"has {cpus} {unit} and {gpus} GPUs, and {one.instance_types[0]} has {wanted} and {wanted_gpus}",
                    f"types with the same number of {unit} and GPUs in one compute resource",
                    "take such a type, or make it a compute resource of its own",
                    (*place, "instanceTypes", 0),
                    (*place, "disableSimultaneousMultithreading"),
                )


def _alike(found: Machine, one: ComputeResource) -> tuple[int, int]:
    return (found.cores if one.disable_simultaneous_multithreading else found.vcpus, found.gpus)


def memory_is_there(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, SchedulableMemoryValidator."""
    for place, _, one in resources(settings):
        wanted = one.schedulable_memory
        sizes = [(found.memory, name) for name in one.instance_types if (found := machine(name))]
        if wanted and sizes and wanted > min(sizes)[0]:
            most, name = min(sizes)
            yield weighed(
                "memory",
                (*place, "schedulableMemory"),
                wanted,
                f"is more than {name} has, {most} MiB",
                f"1 to {most}; 95 % of it, {most * 95 // 100}, is ParallelCluster's default",
                f"lower it to {most * 95 // 100}, or remove it",
                (*place, "instanceTypes"),
            )


def gpus_are_there(settings: Settings) -> Iterator[Problem]:
    for place, _, one in resources(settings):
        for number, name in enumerate(one.instance_types):
            found = machine(name)
            if one.health_checks.gpu and found and not found.gpus:
                yield weighed(
                    "no-gpu",
                    (*place, "instanceTypes", number),
                    name,
                    "has no GPU, and healthChecks.gpu is true",
                    "types with GPUs only, or no such check",
                    "remove healthChecks.gpu, or take a type with GPUs",
                    (*place, "healthChecks"),
                )


def the_head_node_manages_all(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, HeadNodeMemorySizeValidator: a 25th of a GiB for each node and 0.6 GiB, and never more than 16 GiB."""
    cluster = settings.cluster
    found, nodes = machine(cluster.head_node.instance_type), sum(queue.nodes for queue in cluster.queues)
    needed = min(nodes / 25 + 0.6, 16)
    if found and found.memory / 1024 < needed:
        counts = (("cluster", "queues", index) for index in range(len(cluster.queues)))
        yield weighed(
            "head-memory",
            ("cluster", "headNode", "instanceType"),
            cluster.head_node.instance_type,
            f"has {found.memory / 1024:g} GiB of memory, and {nodes} nodes are to be managed",
            f"a type with {needed:.2f} GiB at least",
            "take a larger type, or lower maxCount of queues",
            *counts,
        )


RULES = (efa_is_supported, types_are_alike, memory_is_there, gpus_are_there, the_head_node_manages_all)
