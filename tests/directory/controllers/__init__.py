"""Real domain controllers of one domain, which replicate, each on a loopback address of its own."""

from tests.directory.controllers.controllers import Controllers

__all__ = ["Controllers"]
