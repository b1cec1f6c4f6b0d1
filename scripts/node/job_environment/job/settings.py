"""The one file of settings that all job scripts read. It is data; nothing of it is run."""

from __future__ import annotations

import json
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from typing import Any

FILE = "/opt/slurm/etc/job_environment.json"


class Unusable(Exception):
    """Why the settings cannot be trusted or read."""


def read(path: str = FILE) -> dict[str, Any]:
    """The settings, written by root and by nobody else. Raises Unusable."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
                raise Unusable(f"{path} is not root's alone to write")
            return dict(json.loads(file.read()))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise Unusable(f"{path}: {error}") from None
