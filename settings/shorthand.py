"""Short ways to write a value, written out before the model sees them."""

from collections.abc import Mapping
from typing import Any, cast


def written_out(values: Mapping[str, Any]) -> dict[str, Any]:
    """`image: none` is ParallelCluster's official image with all defaults; a component's name alone is `name: …`."""
    result = dict(values)
    image = result.get("image")
    if image == "none":
        result["image"] = {}
    elif isinstance(image, Mapping):
        image = cast(Mapping[str, Any], image)
        components = image.get("components")
        if isinstance(components, list):
            named = [{"name": one} if isinstance(one, str) else one for one in cast(list[object], components)]
            result["image"] = {**image, "components": named}
    return result
