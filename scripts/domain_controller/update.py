"""The configuration and the program as the stack has them now."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from . import configuration, texts
from .cloud import Cloud
from .configuration import Configuration
from .faults import Fault
from .machine import Machine


def refresh(machine: Machine, found: Configuration, cloud: Cloud) -> Configuration:
    """The newest configuration of this machine. When it names another program, that one takes over, and this call never returns."""
    text = cloud.read(found.configuration_key)
    if text is None:
        raise Fault(f"s3://{found.bucket}/{found.configuration_key} is gone: bring the stack up again")
    newest = configuration.parse(text.decode(), f"s3://{found.bucket}/{found.configuration_key}")
    machine.write(configuration.PATH, text.decode())
    program = Path(texts.PROGRAM)
    if machine.dry_run or (program.exists() and _digest(program.read_bytes()) == newest.program_sha256):
        return newest
    content = cloud.read(newest.program_key)
    if content is None or _digest(content) != newest.program_sha256:
        raise Fault(f"s3://{newest.bucket}/{newest.program_key} is not there, or not what the configuration names")

    def take_over() -> None:
        program.parent.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(program)

    machine.change(f"take the program {newest.program_key}", take_over)
    return os.execv(sys.executable, [sys.executable, texts.PROGRAM, *sys.argv[1:]])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
