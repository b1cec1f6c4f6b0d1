"""The same call with the same client token gets the same answer and is not done again, as at AWS; moto does not look at tokens.

EC2 API Reference, "Ensuring idempotency"; CloudFormation API Reference, CreateStack, ClientRequestToken; Secrets Manager API
Reference, CreateSecret.
"""

import io
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from localcloud.emulator.calls import Call, body_of, call_of

_TOKENS = {
    "imagebuilder:CreateComponent": "clientToken",
    "ec2:CreateManagedPrefixList": "ClientToken",
    "ec2:CreateNatGateway": "ClientToken",
    "ec2:CreateNetworkInterface": "ClientToken",
    "ec2:CreateRouteTable": "ClientToken",
    "ec2:CreateVpcEndpoint": "ClientToken",
    "ec2:RunInstances": "ClientToken",
    "efs:CreateAccessPoint": "ClientToken",
    "fsx:CreateDataRepositoryAssociation": "ClientRequestToken",
    "fsx:CreateFileSystem": "ClientRequestToken",
    "fsx:CreateStorageVirtualMachine": "ClientRequestToken",
    "fsx:CreateVolume": "ClientRequestToken",
    "cloudformation:CreateStack": "ClientRequestToken",
    "route53resolver:CreateResolverEndpoint": "CreatorRequestId",
    "route53resolver:CreateResolverRule": "CreatorRequestId",
    "secretsmanager:CreateSecret": "ClientRequestToken",
}
_Answer = tuple[str, list[tuple[str, str]], list[bytes]]


class ClientTokens:
    """WSGI middleware. Answers of failed calls are not kept."""

    def __init__(self, application: Callable[[dict[str, Any], Any], Iterable[bytes]]) -> None:
        self._application, self._lock = application, threading.Lock()
        self._answers: dict[tuple[str, str], _Answer] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = body_of(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        call = call_of(environ, body)
        field = _TOKENS.get(call.name) if call else None
        token = _token(call, body, field) if call and field else ""
        if not call or not token:
            return self._application(environ, start_response)
        key = (call.name, token)
        # A second try may come while the first is still under way: one at a time.
        with self._lock:
            answer = self._answers.get(key) or self._done(environ)
            if answer[0].startswith("2"):
                self._answers[key] = answer
        start_response(*answer[:2])
        return answer[2]

    def _done(self, environ: dict[str, Any]) -> _Answer:
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [status, headers]

        parts = list(self._application(environ, start))
        return begun[0], begun[1], parts


def _token(call: Call, body: bytes, field: str) -> str:
    if call.protocol in ("json", "rest-json"):
        return str(json.loads(body).get(field, ""))
    return parse_qs(body.decode("latin-1")).get(field, [""])[0]
