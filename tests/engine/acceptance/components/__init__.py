"""The components' table, a module a subject."""

from tests.engine.acceptance.components import controllers, names, network, storage, watching

ROWS = [*network.ROWS, *storage.ROWS, *names.ROWS, *controllers.ROWS, *watching.ROWS]
