"""No prices: the AWS Price List is not served, and the history of spot prices is empty.

Moto has no Price List service, and tells a spot price of 0.00001 for everything. Such a price would
stand in a preview's table as if it were AWS's. server.py asks this module before moto.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from moto.ec2.models import EC2Backend

_SIGNED = re.compile(r"Credential=[^,\s]+/pricing/aws4_request")


def install() -> None:
    def none(_: Any, *__: Any, **___: Any) -> list[dict[str, str]]:
        return []

    EC2Backend.describe_spot_price_history = none


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
    """The WSGI response to a call of the Price List; None for any other request."""
    if not _SIGNED.search(environ.get("HTTP_AUTHORIZATION", "")):
        return None
    code = "NotFoundException"
    start_response("400 Refused", [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)])
    return [json.dumps({"__type": code, "message": "the local cloud has no price list"}).encode()]
