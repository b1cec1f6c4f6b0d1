"""Pack the controllers' program into one file that a machine's own Python runs."""

from __future__ import annotations

from pathlib import Path

from scripts import packing


def build() -> bytes:
    """The program as a zip application."""
    return packing.build(Path(__file__).parent, "hpcstack_controller")


def write(folder: Path) -> Path:
    """Write `hpcstack-controller-<12 hex digits of its SHA-256>.pyz` into `folder` and return its path."""
    return packing.write(folder, "hpcstack-controller", build())
