"""Which AWS call an HTTP request is: the service and the operation, under the names that boto3 gives them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import botocore.session
from botocore.model import OperationModel

_CBOR = re.compile(r"^/service/[^/]+/operation/(?P<operation>[^/]+)$")
_SIGNED_AS = {"elasticfilesystem": "efs", "monitoring": "cloudwatch", "elasticloadbalancing": "elbv2"}
"""Names in a signature's credential scope that are not boto3's names of the service."""


@dataclass(frozen=True)
class Call:
    """`protocol` is that of the request: query, ec2, json, cbor, rest-json or rest-xml."""

    service: str
    operation: str
    protocol: str

    @property
    def name(self) -> str:
        """As one word: `ec2:CreateVpc`."""
        return f"{self.service}:{self.operation}"


def call_of(environ: dict[str, Any], body: bytes) -> Call | None:
    """The call of a WSGI request with this body; None for one that is no call of AWS."""
    service = _service(environ)
    if service is None:
        return None
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return Call(service, target.rpartition(".")[2], "json")
    if found := _CBOR.match(environ.get("PATH_INFO", "")):
        return Call(service, found["operation"], "cbor")
    form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    given = parse_qs(body.decode("latin-1")) if form else _query(environ)
    if action := given.get("Action"):
        return Call(service, action[0], "ec2" if service == "ec2" else "query")
    return _rest(service, environ)


def name_of(environ: dict[str, Any], body: bytes) -> str:
    """`service:Operation`, e.g. `rds:CreateDBInstance`; `service:METHOD /path` for what is no known operation.

    `unsigned` stands for the service of a request that is not signed.
    """
    if call := call_of(environ, body):
        return call.name
    return f"{_service(environ) or 'unsigned'}:{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def body_of(environ: dict[str, Any]) -> bytes:
    """The whole body; `wsgi.input` is read to its end."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return stream.read()
    return stream.read(int(environ.get("CONTENT_LENGTH") or 0))


def _service(environ: Mapping[str, Any]) -> str | None:
    """From the signature, which stands in a header or, in a signed address, in the query."""
    found = re.search(r"Credential=([^,\s]+)", environ.get("HTTP_AUTHORIZATION", ""))
    scope = found[1] if found else _query(environ).get("X-Amz-Credential", [""])[0]
    parts = scope.split("/")
    return _SIGNED_AS.get(parts[3], parts[3]) if len(parts) == 5 else None


def _query(environ: Mapping[str, Any]) -> dict[str, list[str]]:
    return parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)


def _rest(service: str, environ: Mapping[str, Any]) -> Call | None:
    """The operation of the service's model that the request fits, the one that asks for most."""
    method, path, query = environ["REQUEST_METHOD"], _path(environ), _query(environ)
    protocol, shapes = _shapes(service)
    headers = {name for name in environ if name.startswith("HTTP_")}
    fitting = [shape for shape in shapes if shape.fits(method, path, query, headers)]
    if not fitting:
        return None
    return Call(service, max(fitting, key=lambda shape: shape.asks).operation, protocol)


def _path(environ: Mapping[str, Any]) -> str:
    """The path as it was sent: a slash within a part, as in an ARN, is encoded there."""
    sent = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    return sent.partition("?")[0] if sent.startswith("/") else environ.get("PATH_INFO", "")


@dataclass(frozen=True)
class _Shape:
    """What a request of one REST operation looks like."""

    operation: str
    method: str
    path: re.Pattern[str]
    query: Mapping[str, str]
    """Parameters that must be there; an empty value stands for any."""
    headers: frozenset[str]
    fixed: int
    """Length of the path's fixed part."""

    @property
    def asks(self) -> tuple[int, int]:
        return len(self.query) + len(self.headers), self.fixed

    def fits(self, method: str, path: str, query: Mapping[str, list[str]], headers: set[str]) -> bool:
        known = all(key in query and (not value or value in query[key]) for key, value in self.query.items())
        return method == self.method and known and self.headers <= headers and bool(self.path.fullmatch(path))


@cache
def _shapes(service: str) -> tuple[str, list[_Shape]]:
    try:
        model = botocore.session.get_session().get_service_model(service)
    except botocore.exceptions.UnknownServiceError:
        return "", []
    return model.protocol, [_shape(model.operation_model(name)) for name in model.operation_names]


def _shape(model: OperationModel) -> _Shape:
    path, _, fixed_query = model.http["requestUri"].partition("?")
    query = {key: value for key, _, value in (part.partition("=") for part in fixed_query.split("&") if part)}
    query.pop("x-id", None)
    members = model.input_shape.members if model.input_shape else {}
    required = [members[name] for name in (model.input_shape.required_members if model.input_shape else [])]
    places = [(one.serialization.get("location"), one.serialization.get("name", "")) for one in required]
    query |= {name: "" for place, name in places if place == "querystring"}
    headers = frozenset(
        f"HTTP_{name.upper().replace('-', '_')}" for place, name in places if place == "header" and name
    )
    labels = re.split(r"\{(\w+\+?)\}", path.rstrip("/") or "/")
    pattern = "".join(
        re.escape(part) if index % 2 == 0 else (".+" if part.endswith("+") else "[^/]+")
        for index, part in enumerate(labels)
    )
    return _Shape(
        model.name, model.http["method"], re.compile(f"{pattern}/?"), query, headers, len("".join(labels[::2]))
    )
