"""Machines of the cluster: one architecture."""

from collections.abc import Iterator

from settings.facts.families import is_arm
from settings.model import Settings
from settings.problem import Path, Problem, weighed


def machine_types(settings: Settings) -> Iterator[tuple[Path, str]]:
    """(where it stands, instance type) of all machines that boot the cluster's image."""
    cluster = settings.cluster
    yield ("cluster", "headNode", "instanceType"), cluster.head_node.instance_type
    if cluster.login_nodes.count:
        yield ("cluster", "loginNodes", "instanceType"), cluster.login_nodes.instance_type
    for index, queue in enumerate(cluster.queues):
        for number, instance_type in enumerate(queue.instance_types):
            yield ("cluster", "queues", index, "instanceTypes", number), instance_type


def _builder(settings: Settings) -> Iterator[tuple[Path, str]]:
    if settings.image.build:
        yield ("image", "instanceType"), settings.image.instance_type


def instance_types(settings: Settings) -> Iterator[tuple[Path, str]]:
    """(where it stands, instance type) of all machines of the stack."""
    yield from machine_types(settings)
    yield from _builder(settings)
    if settings.jump_host.kind == "ec2":
        yield ("jumpHost", "instanceType"), settings.jump_host.instance_type
    if settings.directory.kind == "samba-ad":
        yield ("directory", "instanceType"), settings.directory.instance_type


def one_architecture(settings: Settings) -> Iterator[Problem]:
    wanted = settings.image.architecture
    for path, instance_type in (*machine_types(settings), *_builder(settings)):
        found = "arm64" if is_arm(instance_type) else "x86_64"
        if found != wanted:
            example = "c7g.xlarge" if wanted == "arm64" else "c6i.xlarge"
            yield weighed(
                "architecture",
                path,
                instance_type,
                f"is of {found}, and image.architecture is {wanted}",
                f"types of {wanted}, such as {example}",
                f"take such a type, or set image.architecture to {found} and all types with it",
                ("image", "architecture"),
            )


RULES = (one_architecture,)
