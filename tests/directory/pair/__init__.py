"""Two real domain controllers of one domain, which replicate, each on a loopback address of its own."""

from tests.directory.pair.pair import Pair

__all__ = ["Pair"]
