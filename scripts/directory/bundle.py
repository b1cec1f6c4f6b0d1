"""Pack the tool into one file that a machine's own Python runs. The same sources give the same bytes, whoever packs them."""

from __future__ import annotations

from pathlib import Path

from scripts import packing


def build() -> bytes:
    """The tool as a zip application."""
    return packing.build(Path(__file__).parent, "hpcstack_directory")


def write(folder: Path) -> Path:
    """Write `hpcstack-directory-<12 hex digits of its SHA-256>.pyz` into `folder` and return its path."""
    return packing.write(folder, "hpcstack-directory", build())
