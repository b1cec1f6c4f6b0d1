"""What a request to the emulator asks for: service and operation, as AWS's protocols carry them."""

import re
from typing import Any
from urllib.parse import parse_qs

_SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/[^/]+/([^/]+)/aws4_request")
"""Of Signature Version 4 (AWS IAM User Guide, "Elements of an AWS API request signature")."""


def name_of(environ: dict[str, Any], body: bytes) -> str:
    """`service:Operation`, e.g. `rds:CreateDBInstance`; `service:METHOD /path` where the path is the operation (S3, EFS).

    `unsigned` stands for the service of a request that is not signed.
    """
    return f"{_service(environ)}:{_operation(environ, body)}"


def body_of(environ: dict[str, Any]) -> bytes:
    """The whole body; `wsgi.input` is read to its end."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return stream.read()
    return stream.read(int(environ.get("CONTENT_LENGTH") or 0))


def _service(environ: dict[str, Any]) -> str:
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found:
        return found[1]
    scope = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0].split("/")
    return scope[3] if len(scope) == 5 else "unsigned"


def _operation(environ: dict[str, Any], body: bytes) -> str:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2]
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    given = parse_qs(body.decode("latin-1") if form else environ.get("QUERY_STRING", ""))
    if action := given.get("Action"):
        return action[0]
    return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
