"""The image: one source, and one that is there."""

from collections.abc import Iterator

from settings.image_components import software
from settings.model import Settings
from settings.nearest import nearest
from settings.problem import Problem, weighed

_MOST = 15
"""ParallelCluster's own limit (3.16, ComponentsValidator)."""


def one_image(settings: Settings) -> Iterator[Problem]:
    image = settings.image
    asked = [("components", image.components), ("parent", image.parent), ("updateOsPackages", image.update_os_packages)]
    for key, value in asked:
        if image.ami and value:
            yield weighed(
                "image-twice",
                ("image", "ami"),
                image.ami,
                f"is an image that exists, and {key} asks for one that is built",
                "ami, or what builds an image: components, parent, updateOsPackages",
                f"remove ami to build, or remove {key}",
                ("image", key),
            )


def there_is_an_official_image(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster publishes no images of Rocky Linux (3.16)."""
    image = settings.image
    if image.os.startswith("rocky") and image.ami is None and image.parent is None:
        yield weighed(
            "no-official-image",
            ("image", "os"),
            image.os,
            "has no official image of ParallelCluster, to boot or to build from",
            "rocky8 and rocky9 with ami or parent; or alinux2023, ubuntu2204, ubuntu2404, rhel8, rhel9",
            f"set image.parent to an image of {image.os} to build from, or take rhel{image.os[-1]}",
            ("image", "ami"),
            ("image", "parent"),
        )


def not_too_many(settings: Settings) -> Iterator[Problem]:
    count = len(settings.image.components)
    if count > _MOST:
        yield weighed(
            "components-many",
            ("image", "components"),
            count,
            "components are more than ParallelCluster takes",
            f"{_MOST} at most",
            "join some of the team's own, or build one image on another (image.parent)",
        )


def known_mirrors(settings: Settings) -> Iterator[Problem]:
    known = software()
    for name, url in settings.image.mirrors.items():
        if name not in known:
            near = nearest(name, known) or next(iter(known))
            yield weighed(
                "mirror-unknown",
                ("image", "mirrors", name),
                url,
                "is a mirror of nothing that a component downloads",
                f"one of {', '.join(known)}",
                f"write {near}",
            )


RULES = (one_image, there_is_an_official_image, not_too_many, known_mirrors)
