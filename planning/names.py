"""Names and tags: one place decides how the parts of a platform are called.

State names: the logical names of resources are built from `platform()`; changing it would replace stateful resources.
"""

import re

from settings import Settings


def platform(stack: str, settings: Settings) -> str:
    """The prefix of all names of one platform, e.g. `genomics-dev`; at most 28 characters, so that suffixes fit AWS's limits.

    The stack's name is left out where it is the team's own name.
    """
    name = settings.team if stack == settings.team else f"{settings.team}-{stack}"
    return re.sub(r"[^a-z0-9-]+", "-", name.lower())[:28].rstrip("-")


def tags(stack: str, settings: Settings) -> dict[str, str]:
    """The one tag map that reaches everything: AWS resources, the cluster document, the image."""
    own = {
        "hpcstack:team": settings.team,
        "hpcstack:stack": stack,
        "hpcstack:environment": settings.environment,
        "hpcstack:owner": settings.email,
    }
    return {**own, **settings.tags}


def as_list(tag_map: dict[str, str]) -> list[dict[str, str]]:
    """The same in the shape of ParallelCluster and CloudFormation: a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in tag_map.items()]
