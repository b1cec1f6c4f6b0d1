"""Machines of the cluster: one architecture."""

from collections.abc import Iterator

from settings.facts.machines import architecture
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.rules.resources import resources


def machine_types(settings: Settings) -> Iterator[tuple[Path, str]]:
    """(where it stands, instance type) of all machines that boot the cluster's image."""
    cluster = settings.cluster
    yield ("cluster", "headNode", "instanceType"), cluster.head_node.instance_type
    login = cluster.login_nodes
    for number, pool in enumerate(login.all_pools):
        place: Path = ("cluster", "loginNodes")
        yield (*place, *(("pools", number) if login.pools else ()), "instanceType"), pool.instance_type
    for place, _, one in resources(settings):
        for number, instance_type in enumerate(one.instance_types):
            yield (*place, "instanceTypes", number), instance_type


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
        found = architecture(instance_type)
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


def the_smallest_have_an_image_that_fits(settings: Settings) -> Iterator[Problem]:
    """Other systems do not get ready in the memory of micro and nano (ParallelCluster 3.16, InstanceTypeOSCompatibleValidator)."""
    system = settings.image.os
    for path, instance_type in machine_types(settings):
        size = instance_type.rpartition(".")[2]
        if size in ("micro", "nano") and system != "alinux2023":
            family = instance_type.partition(".")[0]
            yield weighed(
                "too-small",
                path,
                instance_type,
                f"has too little memory for {system}",
                f"{size} with alinux2023 only; from small on, 1.7 GB at least",
                f"take {family}.small or a larger one, or set image.os to alinux2023",
                ("image", "os"),
            )


RULES = (the_smallest_have_an_image_that_fits, one_architecture)
