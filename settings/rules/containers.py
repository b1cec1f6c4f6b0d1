"""Containers: an image with their engine, and a disk of the node's own."""

from collections.abc import Iterator

from settings.homes import HOME
from settings.model import Settings
from settings.problem import Problem, weighed


def the_image_has_the_engine(settings: Settings) -> Iterator[Problem]:
    """Of an image that exists (`image.ami`), and of components of the team's own, it is not known what they install."""
    wanted, image = settings.cluster.containers, settings.image
    if wanted is None or image.ami or any(one.name is None or one.name == wanted.engine for one in image.components):
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


RULES = (the_image_has_the_engine, storage_is_on_the_nodes_own_disk)
