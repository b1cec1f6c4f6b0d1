"""Pack a package of Python modules into one file that a machine's own Python runs. The same sources give the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

_SHEBANG = b"#!/usr/bin/python3\n"
_START = "import sys\n\nfrom {package}.cli import main\n\nsys.exit(main())\n"
_LEFT_OUT = {"bundle.py", "__main__.py"}
# The earliest time that a zip file can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


def build(folder: Path, package: str) -> bytes:
    """The modules of a folder as a zip application that begins with `main` of its `cli`."""
    return application({"__main__.py": _START.format(package=package).encode(), **modules(folder, package)})


def modules(folder: Path, package: str, pattern: str = "*.py") -> dict[str, bytes]:
    """The files of a folder by their names in an archive; without what serves the packing and the start from the sources."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob(pattern)):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in _LEFT_OUT and "__pycache__" not in path.parts:
            found[f"{package}/{name}"] = path.read_bytes()
    return found


def application(files: Mapping[str, bytes]) -> bytes:
    """A zip application of files by name. Stored, not compressed: the bytes must not depend on the version of zlib."""
    packed = io.BytesIO()
    packed.write(_SHEBANG)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write `<name>-<12 hex digits of its SHA-256>.pyz` into `folder` and return its path."""
    target = folder / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.pyz"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.chmod(0o755)
    fresh.replace(target)
    return target
