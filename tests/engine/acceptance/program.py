"""The program of a stack of cases, run by the engine: declares each case with the inputs that are due.

Resources are declared by token and by names on the wire, without the SDK's classes: what these make of their arguments is
proved against the stand-in's schema elsewhere, and to import them takes longer than a step of all cases.
"""

import json
from pathlib import Path
from typing import Any

import pulumi

from tests.engine.acceptance.ground import Ground

ORDERS = "orders.json"
"""Beside the program: `region`, `defaultTags`, by logical name the `resources` with `token`, `inputs` and `import`,
and the `components` with `token` and `step`, which stand on the `ground`."""


def run(folder: Path) -> None:
    orders = json.loads((folder / ORDERS).read_text())
    # SDKs send what is not a text in a provider's settings as JSON.
    settings = {"region": orders["region"], "defaultTags": json.dumps({"tags": orders["defaultTags"]})}
    provider = pulumi.ProviderResource("aws", "aws", settings)
    for name, order in orders["resources"].items():
        options = pulumi.ResourceOptions(
            import_=order["import"],
            provider=provider if order["token"].startswith("aws:") else None,
        )
        inputs = {key: _asset(value) for key, value in order["inputs"].items()}
        pulumi.CustomResource(order["token"], name, inputs, options)
    if components := orders.get("components"):
        _components(components, Ground(**orders["ground"]), pulumi.ResourceOptions(providers=[provider]))


def _components(orders: dict[str, Any], ground: Ground, options: pulumi.ResourceOptions) -> None:
    from tests.engine.acceptance.components import ROWS

    rows = {row.token: row for row in ROWS}
    for name, order in orders.items():
        row = rows[order["token"]]
        row.make(name, ground, row.arguments(ground, order["step"]), options)


def _asset(value: Any) -> Any:
    """`{"asset": text}` is what JSON has for an asset."""
    return pulumi.StringAsset(value["asset"]) if isinstance(value, dict) and set(value) == {"asset"} else value
