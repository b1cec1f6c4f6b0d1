"""The stand-in's calls to the emulator: each counted, its parameters and its answer held against botocore's models."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from localcloud.plugins.aws.client import Aws
from tests.emulator import answers, rig


@dataclass
class Calls:
    """What was called, and what in the answers does not fit."""

    operations: dict[str, set[str]] = field(default_factory=dict)
    """By service."""
    strange: set[str] = field(default_factory=set)
    """`service Operation.path: what`."""

    def heard(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        service = operation_model.service_model.service_name
        self.operations.setdefault(service, set()).add(operation_model.name)
        answer = response_dict["status_code"], response_dict["headers"], response_dict["body"]
        self.strange |= {f"{service} {line}" for line in answers.problems(operation_model, *answer)}


@contextmanager
def recorded(emulator: rig.Emulator) -> Iterator[Calls]:
    """Point the stand-in to an emulator and listen to every call."""
    calls, plain = Calls(), Aws.client

    def client(self: Aws, service: str) -> Any:
        made = plain(self, service)
        # What botocore itself checks before it sends; nothing may switch it off.
        assert made.meta.config.parameter_validation
        made.meta.events.register("before-parse", calls.heard, unique_id="recorded")
        return made

    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment().items():
            patch.setenv(name, value)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        boto3.setup_default_session()
        patch.setattr(Aws, "client", client)
        yield calls


def written_calls(folder: Path, files: str = "*.py") -> set[tuple[str, str]]:
    """The calls that modules name, by the clients that each of them takes."""
    found: set[tuple[str, str]] = set()
    for text in (file.read_text() for file in folder.glob(files)):
        for service in set(re.findall(r'client\("(\w+)"\)', text)):
            names = {name for name in _operations(service) if re.search(rf'[."]{xform_name(name)}\b', text)}
            found |= {(service, name) for name in names}
    return found


@cache
def _operations(service: str) -> list[str]:
    return boto3.client(service, "us-east-1").meta.service_model.operation_names
