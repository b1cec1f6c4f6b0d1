"""The settings object of the bucket, checked: what job scripts read must be whole."""

from __future__ import annotations

import json
from typing import Any, cast

from ..library.faults import Fault
from ..library.node import Node

_TYPES: dict[str, type | tuple[type, ...]] = {
    "sharedFolder": str,
    "localScratch": str,
    "logs": str,
    "keep": list,
    "mostMebibytes": int,
    "readableBy": str,
    "secretNames": list,
    "exports": dict,
    "path": list,
    "stepLogs": dict,
    "stepVariables": list,
    "containerBinds": list,
    "dashboard": bool,
    "cleanUp": bool,
    "leastUid": int,
    "privateTmp": bool,
    "logGroup": str,
}
"""Of planning.node_actions.job_environment, which makes the object."""


def read(content: bytes, origin: str, node: Node) -> dict[str, Any]:
    """What job scripts get: the object, with what only the node knows. Raises Fault."""
    try:
        parsed: object = json.loads(content)
    except ValueError as error:
        raise Fault(f"{origin} is no JSON: {error}; run pulumi up, which writes it anew") from None
    if not isinstance(parsed, dict):
        raise Fault(f"{origin} holds no object of settings; run pulumi up, which writes it anew")
    found = cast("dict[str, Any]", parsed)
    wrong = [key for key, kind in _TYPES.items() if not isinstance(found.get(key), kind)]
    if wrong or set(found) - set(_TYPES):
        keys = ", ".join(wrong or sorted(set(found) - set(_TYPES)))
        raise Fault(f"{origin} does not fit this program: {keys}; run pulumi up, which writes both anew")
    for key in ("sharedFolder", "localScratch", "logs"):
        if found[key] and (not found[key].startswith("/") or ".." in found[key].split("/")):
            raise Fault(f"{origin}: {key} {found[key]!r} is no absolute path without ..")
    board = {"name": f"{node.cluster}-{node.region}", "region": node.region, "console": _console(node.region)}
    return {**found, "dashboard": board if found["dashboard"] else None}


def _console(region: str) -> str:
    """The host of AWS's console, by the Region's partition."""
    if region.startswith("cn-"):
        return "console.amazonaws.cn"
    if region.startswith("us-gov-"):
        return "console.amazonaws-us-gov.com"
    return f"{region}.console.aws.amazon.com"
