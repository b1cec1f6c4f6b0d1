"""What ends the boot program, and with which exit code."""

from __future__ import annotations

DONE, FAILED = 0, 1
"""Exit codes; argparse ends with 2 by itself. A program that fails gives its own."""


class Fault(Exception):
    """What is wrong and what to do, in one line."""
