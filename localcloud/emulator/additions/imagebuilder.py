"""EC2 Image Builder: the call GetImage. Its resources are in cloudformation_types and image_build.

Touches nothing of moto, which has no such service; server.py asks this module first. Without it ParallelCluster gets HTTP 500 and
shows image builds without imagebuilderImageStatus.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

PATH = "/GetImage"
IMAGES: dict[str, dict[str, Any]] = {}
"""ARN of a build to its `state` and, once there is an AMI, `outputResources` as GetImage shows them."""


def install() -> None:
    """Start with no images."""
    IMAGES.clear()


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The WSGI response to GET /GetImage?imageBuildVersionArn=..."""
    arn = parse_qs(environ["QUERY_STRING"]).get("imageBuildVersionArn", [""])[0]
    image = IMAGES.get(arn)
    headers = [("Content-Type", "application/json")]
    if image is None:
        headers.append(("x-amzn-ErrorType", "ResourceNotFoundException"))
        start_response("404 Not Found", headers)
        return [json.dumps({"message": f"The resource {arn} does not exist."}).encode()]
    start_response("200 OK", headers)
    return [json.dumps({"image": {"arn": arn, **image}}).encode()]
