"""The table: one row a resource type, a module a service."""

from tests.engine.acceptance.table import network

CASES = [*network.CASES]
