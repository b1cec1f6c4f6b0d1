"""Compiled Python is kept where the machine would forbid it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def test_what_installs_python_of_another_one_is_told_nothing_of_it() -> None:
    says = (
        "from localcloud import bytecode; bytecode.keep(); import os; print(len(os.environ) - len(bytecode.not_ours()))"
    )
    given = {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    asked: dict[str, Any] = {"env": given, "capture_output": True, "text": True, "check": True}
    assert (
        subprocess.run([sys.executable, "-c", says], **asked).stdout == "1\n"
    )  # the folder: `keep` dropped the other one
    both = says.replace("bytecode.keep(); ", "")
    given["PYTHONPYCACHEPREFIX"] = "/nowhere/chosen"
    assert subprocess.run([sys.executable, "-c", both], **asked).stdout == "2\n"
