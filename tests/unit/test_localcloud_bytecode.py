"""Compiled Python is kept where the machine would forbid it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import paths

_SAYS = "from localcloud import bytecode; bytecode.keep(); import os, sys; print(sys.pycache_prefix, sys.dont_write_bytecode)"
_CHILD = f"{_SAYS}; print(os.environ.get('PYTHONDONTWRITEBYTECODE'), os.environ.get('PYTHONPYCACHEPREFIX'))"


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"PYTHONDONTWRITEBYTECODE": "1"}, str(Path(sys.prefix, "bytecode"))),
        ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/nowhere/chosen"}, "/nowhere/chosen"),
        ({}, None),
    ],
)
def test_where_bytecode_goes(given: dict[str, str], folder: str | None) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = kept | {"PYTHONPATH": str(paths.ROOT)} | given
    done = subprocess.run([sys.executable, "-c", _CHILD], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(folder), "False", "None", str(folder)]
