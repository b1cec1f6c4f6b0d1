"""What ends a program, and with which exit code."""

from __future__ import annotations

DONE, FAILED, BAD_ARGUMENTS = 0, 1, 2
"""Exit codes. argparse ends with the last one by itself."""


class Fault(Exception):
    """What is wrong and what to do, in one line."""
