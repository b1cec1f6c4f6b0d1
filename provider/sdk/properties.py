"""Properties of resources, between Pulumi's classes and ours."""

from collections.abc import Sequence
from typing import Any, cast

import pulumi


def filled(kind: type, inputs: dict[str, Any], outputs: Sequence[str]) -> Any:
    """All properties of a resource in its input class: those that only the provider can fill are named with no value."""
    filled: Any = cast(Any, object).__new__(kind)
    filled.__dict__.update({**inputs, **dict.fromkeys(outputs)})
    return filled


def output(resource: pulumi.Resource, name: str) -> Any:
    return pulumi.get(resource, name)  # pyright: ignore[reportUnknownMemberType] - untyped in Pulumi
