"""Compute resources of a stack, in either form, each with the place where its keys stand."""

from collections.abc import Iterator

from settings.compute_resources import ComputeResource
from settings.model import Settings
from settings.problem import Path
from settings.queues import Queue


def resources(settings: Settings) -> Iterator[tuple[Path, Queue, ComputeResource]]:
    """(place, queue, compute resource). In the short form the place is the queue's own."""
    for index, queue in enumerate(settings.cluster.queues):
        place: Path = ("cluster", "queues", index)
        for number, one in enumerate(queue.resources):
            yield (*place, "computeResources", number) if queue.compute_resources else place, queue, one
