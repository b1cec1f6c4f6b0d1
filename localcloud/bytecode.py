"""Compiled Python is kept, also where the machine forbids it beside the sources: else each start compiles 100 MB anew."""

import os
import sys
from pathlib import Path

_FORBIDS, _FOLDER = "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"


def keep() -> None:
    """For this process from now on, and for all that it starts. Containers often set PYTHONDONTWRITEBYTECODE.

    The folder lies in the virtual environment, and goes with it; one that was chosen by PYTHONPYCACHEPREFIX stays.
    """
    if not sys.dont_write_bytecode or sys.prefix == sys.base_prefix:
        return
    sys.pycache_prefix = sys.pycache_prefix or str(Path(sys.prefix, "bytecode"))
    sys.dont_write_bytecode = False
    os.environ[_FOLDER] = sys.pycache_prefix
    os.environ.pop(_FORBIDS, None)


def not_ours() -> dict[str, str]:
    """The environment without what `keep` says: what installs Python of another one compiles it beside its sources."""
    return {name: value for name, value in os.environ.items() if name not in (_FORBIDS, _FOLDER)}
