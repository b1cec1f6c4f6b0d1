"""The table: one row a resource type, a module a service."""

from tests.engine.acceptance.table import (
    balancing,
    commands,
    compute,
    databases,
    dns,
    iam,
    name_servers,
    network,
    nfs,
    prefix_lists,
    routing,
    s3,
    secrets,
    security,
    services,
    storage,
    watching,
)

CASES = [
    case
    for module in (
        network,
        prefix_lists,
        routing,
        security,
        compute,
        iam,
        s3,
        secrets,
        storage,
        nfs,
        databases,
        services,
        dns,
        name_servers,
        balancing,
        watching,
        commands,
    )
    for case in module.CASES
]
