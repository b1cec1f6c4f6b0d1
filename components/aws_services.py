"""Services of the SDK package for AWS are imported by the modules that are used: `pulumi_aws.ec2` alone has 180 of them.

A generated package imports all of its modules as it is imported itself, which takes longer than everything else that a preview
of this program does in Python. With `import_by_use` a name of a service is taken from the module that the generator puts it
into; where it is not there, the service is imported whole, as it would have been.
"""

import importlib
import os
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_SERVICE = re.compile(r"pulumi_aws\.(?!config$)[a-z0-9_]+")
"""`config` is no service: it is a module that gives itself another class."""
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ABSENT = object()


def import_by_use() -> None:
    """For services that are imported from now on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _SERVICE.fullmatch(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader and spec.submodule_search_locations:
            spec.loader = _ByUse(spec.loader)
        return spec


class _ByUse(Loader):
    """Loads a package without running it."""

    def __init__(self, whole: Loader) -> None:
        self._whole: Loader | None = whole
        self._lock = threading.RLock()
        self._running = False

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Service

    def run(self, module: ModuleType) -> None:
        """The package itself, once. Other threads wait for it; an error of it is raised to each that asks."""
        with self._lock:
            if self._whole is None or self._running:
                return
            self._running = True
            try:
                self._whole.exec_module(module)
            finally:
                self._running = False
            self._whole = None


class _Service(ModuleType):
    """A package whose names are looked for when they are wanted."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            return super().__getattribute__(name)
        for module in modules(Path(self.__path__[0]), name):
            imported = importlib.import_module(f"{self.__name__}.{module}")
            # A module that holds nothing of its name, such as `outputs`, is itself what is wanted.
            found = getattr(imported, name, imported if module == name else _ABSENT)
            if found is not _ABSENT:
                self.__dict__[name] = found
                return found
        return self._of_all(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """`getAmi` and its module have one name, which is the function's in the package, whoever imports the module."""
        own = getattr(value, name, value) if isinstance(value, ModuleType) else value
        super().__setattr__(name, own)

    def _of_all(self, name: str) -> Any:
        loader = self.__spec__.loader if self.__spec__ else None
        if isinstance(loader, _ByUse):
            loader.run(self)
        # Not by super(): the package may have given itself another class.
        return ModuleType.__getattribute__(self, name)


def modules(folder: Path, name: str) -> Iterator[str]:
    """Where the generator puts a name: a resource with its arguments, a function with its result, and what is nested in these."""
    snake = _WORD.sub("_", name).lower()
    beside = re.sub(r"_(args|output|result)$", "", snake)
    for module in dict.fromkeys((name, snake, beside, "_inputs", "_enums")):
        if f"{module}.py" in _files(folder):
            yield module


@cache
def _files(folder: Path) -> frozenset[str]:
    """Names as they are written: to some disks `Vpc.py` is `vpc.py`, and to Python's imports never."""
    return frozenset(os.listdir(folder))
