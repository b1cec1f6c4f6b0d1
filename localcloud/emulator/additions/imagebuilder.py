"""EC2 Image Builder: the call GetImage, and its components. Its other resources are in cloudformation_types and image_build.

Touches nothing of moto, which has no such service; server.py asks this module first. Without it ParallelCluster gets HTTP 500 and
shows image builds without imagebuilderImageStatus, and no component can be made.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from localcloud.emulator.additions import imagebuilder_components as components
from localcloud.emulator.calls import body_of, call_of

IMAGES: dict[str, dict[str, Any]] = {}
"""ARN of a build to its `state` and, once there is an AMI, `outputResources` as GetImage shows them."""
_SIGNED = re.compile(r"Credential=[^,\s]+/(?P<region>[^/]+)/imagebuilder/aws4_request")


def install() -> None:
    """Start with no images and no components."""
    IMAGES.clear()
    components.COMPONENTS.clear()


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
    """The WSGI response to a call of EC2 Image Builder; None for any other request."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not signed:
        return None
    call = call_of(environ, b"")
    request = components.Request(
        parse_qs(environ.get("QUERY_STRING", "")),
        json.loads(body_of(environ) or b"{}"),
        environ.get("PATH_INFO", "").removeprefix("/tags/"),
        signed["region"],
    )
    known: dict[str, Callable[[components.Request], dict[str, Any]]] = {"GetImage": _get_image, **components.CALLS}
    operation = known.get(call.operation) if call else None
    try:
        if operation is None:
            raise components.Refused("InvalidRequestException", "the emulator does not know this call", 400)
        told = operation(request)
    except components.Refused as error:
        headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", error.code)]
        start_response(f"{error.status} Refused", headers)
        return [json.dumps({"message": str(error)}).encode()]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


def _get_image(request: components.Request) -> dict[str, Any]:
    arn = request.query.get("imageBuildVersionArn", [""])[0]
    if arn not in IMAGES:
        raise components.Refused("ResourceNotFoundException", f"The resource {arn} does not exist.", 404)
    return {"image": {"arn": arn, **IMAGES[arn]}}
