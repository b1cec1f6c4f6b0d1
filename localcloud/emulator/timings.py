"""How long the things take that take minutes on AWS. Each can be set by the environment variable of its name, in seconds."""

import os


def _seconds(name: str, default: str) -> float:
    return float(os.environ.get(f"LOCALCLOUD_{name}") or default)


BOOT_SECONDS = _seconds("BOOT_SECONDS", "2")
"""From the creation of a cluster's stack until its head node signals success."""

BUILD_SECONDS = _seconds("BUILD_SECONDS", "2")
"""The build of an image."""

STEP_SECONDS = _seconds("STEP_SECONDS", "2")
"""How long a stack stays UPDATE_IN_PROGRESS and DELETE_IN_PROGRESS."""

FLEET_STEP_SECONDS = _seconds("FLEET_STEP_SECONDS", "1")
"""From one state of a compute fleet to the next."""
