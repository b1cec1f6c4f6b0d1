"""Pulumi's SDK without the parts that no program and no plugin of this project uses, a third of its import.

As a program, `python -u lean.py FILE [ARGUMENT …]` runs another one so: Pulumi's own executor imports the SDK before the program
that it runs could say anything about it.
"""

import runpy
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from pathlib import Path
from types import ModuleType

UNUSED = frozenset({"pulumi.automation", "pulumi.dynamic"})
"""Driving pulumi from Python, and resources that are written in the program. Both run when something of them is wanted."""


def import_lean() -> None:
    """For this process from now on."""
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in UNUSED else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


if __name__ == "__main__":
    import_lean()
    del sys.argv[0]
    program = Path(sys.argv[0])
    # As Python has it for the program itself. For a folder, runpy puts that there.
    sys.path[:1] = [] if program.is_dir() else [str(program.resolve().parent)]
    runpy.run_path(str(program), run_name="__main__")
