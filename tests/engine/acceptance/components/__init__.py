"""The components' table, a module a subject."""

from tests.engine.acceptance.components import (
    access,
    buckets,
    controllers,
    databases,
    directory,
    hosts,
    names,
    network,
    secrets,
    storage,
    watching,
)

ROWS = [
    row
    for module in (
        network,
        access,
        directory,
        buckets,
        storage,
        secrets,
        databases,
        names,
        controllers,
        hosts,
        watching,
    )
    for row in module.ROWS
]
