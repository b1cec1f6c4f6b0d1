"""How AWS says that a call failed inside the service or was throttled, in the call's own protocol.

The codes are those of the services' pages of common errors; that of EC2, S3 and the REST services are their own.
"""

import json
from xml.sax.saxutils import escape

from localcloud.emulator.calls import Call

_THROTTLED = {
    "ec2": (503, "RequestLimitExceeded"),
    "s3": (503, "SlowDown"),
    "lambda": (429, "TooManyRequestsException"),
    "imagebuilder": (429, "TooManyRequestsException"),
    "efs": (429, "ThrottlingException"),
}
_THROTTLED_BY_PROTOCOL = {
    "json": "ThrottlingException",
    "cbor": "ThrottlingException",
    "rest-json": "ThrottlingException",
}
_FAILED = {"ec2": "InternalError", "s3": "InternalError", "logs": "ServiceUnavailableException"}
_FAILED_BY_PROTOCOL = {
    "json": "InternalServiceError",
    "cbor": "InternalServiceError",
    "rest-json": "InternalServerError",
}

Answer = tuple[str, list[tuple[str, str]], bytes]


def answer(call: Call, *, throttled: bool, refused: str = "") -> Answer:
    """Status line, headers and body; `refused` is an error code of AWS's."""
    if refused:
        # EC2 takes a lack of capacity for a fault of its own (EC2 API Reference, "Server error codes").
        status, code = (500 if refused.startswith("Insufficient") else 400), refused
        text = f"{refused} (injected by the local cloud)"
    elif throttled:
        default = (400, _THROTTLED_BY_PROTOCOL.get(call.protocol, "Throttling"))
        status, code = _THROTTLED.get(call.service, default)
        text = "Rate exceeded (injected by the local cloud)"
    else:
        status, code = 500, _FAILED.get(call.service) or _FAILED_BY_PROTOCOL.get(call.protocol, "InternalFailure")
        text = "An internal error has occurred (injected by the local cloud)"
    kind, headers, body = _written(call, code, text)
    return f"{status} Injected", [("Content-Type", kind), ("Content-Length", str(len(body))), *headers], body


def _written(call: Call, code: str, text: str) -> tuple[str, list[tuple[str, str]], bytes]:
    if call.protocol == "cbor":
        body = b"\xa2" + b"".join(_cbor(part) for part in ("__type", code, "message", text))
        return "application/cbor", [("smithy-protocol", "rpc-v2-cbor")], body
    if call.protocol in ("json", "rest-json"):
        body = json.dumps({"__type": code, "message": text}).encode()
        return "application/x-amz-json-1.1", [("x-amzn-errortype", code)], body
    error = f"<Code>{escape(code)}</Code><Message>{escape(text)}</Message>"
    if call.protocol == "ec2":
        xml = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>injected</RequestID></Response>"
    elif call.service == "s3":
        xml = f"<Error>{error}<RequestId>injected</RequestId></Error>"
    else:
        xml = (
            f"<ErrorResponse><Error><Type>Receiver</Type>{error}</Error><RequestId>injected</RequestId></ErrorResponse>"
        )
    return "text/xml", [], f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode()


def _cbor(text: str) -> bytes:
    """A text string (RFC 8949, major type 3) of less than 256 bytes."""
    data = text.encode()
    return (bytes([0x60 | len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data
