"""The table: one row a resource type, a module a service."""

from tests.engine.acceptance.table import (
    compute,
    databases,
    iam,
    network,
    routing,
    s3,
    secrets,
    security,
    services,
    storage,
)

CASES = [
    case
    for module in (network, routing, security, compute, iam, s3, secrets, storage, databases, services)
    for case in module.CASES
]
