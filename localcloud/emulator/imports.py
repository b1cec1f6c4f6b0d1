"""Moto, imported in two thirds of the time: each start of a local cloud and of most tests waits for it."""

import functools
import gc
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.loaders
import botocore.session

from localcloud.service_models import PlainFiles

_VALIDATOR = "openapi_spec_validator"


@contextmanager
def quickly() -> Iterator[None]:
    """For the import of all that the emulator's process holds: none of it is garbage."""
    _share_models()
    _no_interface_descriptions()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _share_models() -> None:
    """Have the sessions of boto3 read each service's model once; moto makes three for its list of regions alone."""
    create = botocore.loaders.create_loader

    @functools.cache
    def shared(search_path_string: str | None = None) -> botocore.loaders.Loader:
        loader = create(search_path_string)
        loader._search_paths = _Once(loader.search_paths)
        loader.file_loader = PlainFiles()
        return loader

    botocore.loaders.create_loader = botocore.session.create_loader = shared


class _Once(list[str]):
    """Folders of models: each session of boto3 adds its own."""

    def append(self, item: str) -> None:
        if item not in self:
            super().append(item)


def _no_interface_descriptions() -> None:
    """Leave out the validator of OpenAPI documents, a quarter of the time.

    It is for API Gateway, which no part of the program uses, and which moto imports because CloudFormation can make it.
    """
    errors = types.ModuleType(f"{_VALIDATOR}.validation.exceptions")
    validator = types.ModuleType(_VALIDATOR)
    vars(errors)["OpenAPIValidationError"] = type("OpenAPIValidationError", (Exception,), {})
    vars(validator)["validate"] = _refuse
    for module in (validator, types.ModuleType(f"{_VALIDATOR}.validation"), errors):
        sys.modules[module.__name__] = module


def _refuse(*_: Any, **__: Any) -> None:
    raise NotImplementedError("the emulator does not check OpenAPI documents")
