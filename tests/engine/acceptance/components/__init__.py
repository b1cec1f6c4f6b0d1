"""The components' table, a module a subject."""

from tests.engine.acceptance.components import controllers, hosts, names, network, storage, watching

ROWS = [*network.ROWS, *storage.ROWS, *names.ROWS, *controllers.ROWS, *hosts.ROWS, *watching.ROWS]
