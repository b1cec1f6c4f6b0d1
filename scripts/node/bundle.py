"""Pack a program of nodes with the library that all share into one file. A change in one program leaves the others' bytes alone."""

from __future__ import annotations

from pathlib import Path

from scripts import packing

_FOLDER = Path(__file__).parent
_PACKAGE, _LIBRARY = "hpcstack_node", "library"
BOOT = "boot"
"""Runs the others. It goes without the library, so that it seldom changes."""
# In the words of Python 3.6, which RHEL 8 has for /usr/bin/python3. ParallelCluster brings a newer one (3.16: 3.12 and newer).
_START = """import os
import sys

if sys.version_info < (3, 9):
    import glob

    found = sorted(glob.glob("/opt/parallelcluster/pyenv/versions/3.[1-9][0-9]*/bin/python3"))
    if not found:
        sys.exit("{name}: needs Python 3.9 or newer, and found none in /opt/parallelcluster/pyenv; this one is " + sys.version)
    os.execv(found[-1], [found[-1]] + sys.argv)

from {package}.{name}.cli import main

sys.exit(main())
"""


def names() -> list[str]:
    """Of all programs: a folder each, with a module `cli`."""
    return sorted(path.parent.name for path in _FOLDER.glob("*/cli.py"))


def build(name: str) -> bytes:
    """One program as a zip application: its modules, and what else lies in its folder for it to put onto the node."""
    library = {} if name == BOOT else packing.modules(_FOLDER / _LIBRARY, f"{_PACKAGE}/{_LIBRARY}")
    return packing.application(
        {
            "__main__.py": _START.format(package=_PACKAGE, name=name).encode(),
            f"{_PACKAGE}/__init__.py": b"",
            **library,
            **packing.modules(_FOLDER / name, f"{_PACKAGE}/{name}", "*"),
        }
    )


def write(folder: Path, name: str) -> Path:
    """Write one program into `folder` and return its path."""
    return packing.write(folder, f"node-{name}", build(name))
