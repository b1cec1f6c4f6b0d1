"""Containers of users and services: an image with their engine, and a disk of the node's own."""

from collections.abc import Iterator

from settings.homes import HOME
from settings.model import Settings
from settings.problem import Problem, weighed


def the_image_has_the_engine(settings: Settings) -> Iterator[Problem]:
    wanted, brought = settings.cluster.containers, _brought(settings)
    if wanted is None or brought is None or wanted.engine in brought:
        return
    yield weighed(
        "containers-engine",
        ("cluster", "containers", "engine"),
        wanted.engine,
        "is not in the image: no component of image.components installs it",
        "an engine that the image has: its component, one of the team's own, or image.ami",
        f"add {wanted.engine} to image.components",
        ("image", "components"),
        ("image", "ami"),
    )


def the_image_runs_services(settings: Settings) -> Iterator[Problem]:
    brought = _brought(settings)
    for index, service in enumerate(settings.cluster.site_services):
        if service.image is None or brought is None:
            continue
        wanted = ("podman",) if service.image.endswith(".tar") else ("apptainer", "singularity-ce")
        if not brought.intersection(wanted):
            yield weighed(
                "service-engine",
                ("cluster", "siteServices", index, "image"),
                service.image,
                f"is run by {' or '.join(wanted)}, and no component of image.components installs that",
                "a .tar of `podman save` with podman in the image, any other file with apptainer or singularity-ce",
                f"add {wanted[0]} to image.components, or name an image.ami that has it",
                ("image", "components"),
                ("image", "ami"),
            )


def _brought(settings: Settings) -> set[str] | None:
    """Components of the image. None where what it has is not known: of one that exists, and of components of the team's own."""
    names = {one.name for one in settings.image.components}
    return None if settings.image.ami or None in names else {name for name in names if name}


def storage_is_on_the_nodes_own_disk(settings: Settings) -> Iterator[Problem]:
    """An engine's overlays and databases are for one kernel (Podman, "Shortcomings of Rootless Podman": no NFS)."""
    wanted = settings.cluster.containers
    if wanted is None or wanted.storage_dir is None:
        return
    for shared in dict.fromkeys((HOME, *(one.mount_dir for one in settings.storage.folders))):
        if f"{wanted.storage_dir}/".startswith(f"{shared}/"):
            yield weighed(
                "containers-storage",
                ("cluster", "containers", "storageDir"),
                wanted.storage_dir,
                f"lies in {shared}, which all nodes share",
                "a place on each node's own disk, such as /scratch/containers",
                "remove storageDir, or choose such a place",
                ("storage", "folders"),
            )


RULES = (the_image_has_the_engine, the_image_runs_services, storage_is_on_the_nodes_own_disk)
