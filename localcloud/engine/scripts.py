"""Start scripts: how the engine's conventions (an executable of a given name) reach our Python programs."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_script(path: Path, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """An executable at `path` that runs `command` plus its own arguments, from any folder; left alone if it is there already."""
    settings = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in (environment or {}).items())
    text = f'#!/bin/sh\n{settings}exec {shlex.join(command)} "$@"\n'
    if path.is_file() and not path.is_symlink() and path.read_text(errors="replace") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.chmod(0o755)
    partial.replace(path)
