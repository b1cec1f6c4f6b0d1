"""What AWS was asked and will not need to be asked again soon: files in the user's cache, one a subject and region."""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any


def read(subject: str, region: str, seconds: float) -> Any:
    """None where nothing is kept, or what is kept is older than `seconds` or cannot be read: then AWS is asked again."""
    try:
        file = _file(subject, region)
        if time.time() - file.stat().st_mtime > seconds:
            return None
        return json.loads(file.read_text())
    except (OSError, ValueError, RuntimeError):
        return None


def write(subject: str, region: str, value: Any) -> None:
    """Whole or not at all. A cache that cannot be written costs the same question next time, and nothing else."""
    with contextlib.suppress(OSError, RuntimeError):
        file = _file(subject, region)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(value))
        partial.replace(file)


def _file(subject: str, region: str) -> Path:
    """RuntimeError where the user has no home."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "hpcstack", subject, f"{region}.json")
