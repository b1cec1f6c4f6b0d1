"""What AWS was asked and will not need to be asked again soon: files in the user's cache, one a subject, region and endpoint."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_OF_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_BEARER_TOKEN_",
)
"""How variables begin that hold credentials. All other ones of AWS say where calls go: a profile, a file, an endpoint."""
_FORGOTTEN_SECONDS = 30 * 24 * 3600.0
"""No answer is kept for longer, so that files of endpoints and callers that are no more do not pile up."""


def read(subject: str, region: str, seconds: float, *, of_caller: bool = False) -> Any:
    """None where nothing is kept, or what is kept is older than `seconds` or cannot be read: then AWS is asked again.

    `of_caller`: another account may be told something else, so that an answer is kept for the credentials in use alone.
    """
    try:
        file = _file(subject, region, of_caller)
        if time.time() - file.stat().st_mtime > seconds:
            return None
        return json.loads(file.read_text())
    except (OSError, ValueError, RuntimeError):
        return None


def write(subject: str, region: str, value: Any, *, of_caller: bool = False) -> None:
    """Whole or not at all. A cache that cannot be written costs the same question next time, and nothing else."""
    with contextlib.suppress(OSError, RuntimeError):
        file = _file(subject, region, of_caller)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(value))
        partial.replace(file)
        _forget_old(file.parent)


def _file(subject: str, region: str, of_caller: bool) -> Path:
    """RuntimeError where the user has no home."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    told = [*_destination(), *(_caller() if of_caller else ())]
    mark = f"-{hashlib.sha256(repr(told).encode()).hexdigest()[:12]}" if told else ""
    return Path(base, "hpcstack", subject, f"{region}{mark}.json")


def _destination() -> Iterator[tuple[str, object]]:
    for key, value in sorted(os.environ.items()):
        if key.startswith("AWS_") and not key.startswith(_OF_CREDENTIALS):
            yield key, value
    # Its profiles may name endpoints (`endpoint_url`).
    yield from _written("AWS_CONFIG_FILE", "config")


def _caller() -> Iterator[tuple[str, object]]:
    """Whose credentials these are, without a call: the id of the key, and when the files were written that may hold others."""
    yield "key", os.environ.get("AWS_ACCESS_KEY_ID", "")
    yield from _written("AWS_SHARED_CREDENTIALS_FILE", "credentials")


def _written(variable: str, usual: str) -> Iterator[tuple[str, object]]:
    """Which of the user's files this is, and when it was written; nothing where it is not there."""
    file = Path(os.environ.get(variable) or Path.home() / ".aws" / usual)
    with contextlib.suppress(OSError):
        yield str(file), file.stat().st_mtime_ns


def _forget_old(folder: Path) -> None:
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > _FORGOTTEN_SECONDS:
            file.unlink()
