"""Pack the API host's program, with what it shares with the nodes' programs, into one file that the machine's own Python runs."""

from __future__ import annotations

from pathlib import Path

from scripts import packing

_FOLDER = Path(__file__).parent
_PACKAGE = "hpcstack"
_START = f"import sys\n\nfrom {_PACKAGE}.api_host.cli import main\n\nsys.exit(main())\n"


def build() -> bytes:
    """The program as a zip application."""
    return packing.application(
        {
            "__main__.py": _START.encode(),
            f"{_PACKAGE}/__init__.py": b"",
            f"{_PACKAGE}/node/__init__.py": b"",
            **packing.modules(_FOLDER.parent / "node/library", f"{_PACKAGE}/node/library"),
            **packing.modules(_FOLDER, f"{_PACKAGE}/api_host"),
        }
    )


def write(folder: Path) -> Path:
    """Write `hpcstack-api-host-<12 hex digits of its SHA-256>.pyz` into `folder` and return its path."""
    return packing.write(folder, "hpcstack-api-host", build())
