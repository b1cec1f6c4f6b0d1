"""The machines' image for tests, or the reason why there is none."""

from pathlib import Path

import pytest

from localcloud.errors import LocalCloudError
from localcloud.machines import debian, image, mode

OTHER = "HPCSTACK_MACHINES_SUITE"
"""Names another suite of Debian than the local cloud's own: `sid` has Slurm 26.05."""


def ensured() -> Path:
    """The image's folder, made if it is missing. Skips the test where machines cannot boot, or Debian is not to be had."""
    if reason := mode.why_not():
        pytest.skip(f"needs {reason}")
    if not image.path().exists() and not debian.answers():
        pytest.skip(f"needs Debian {debian.SUITE}, and {debian.mirror()} does not answer")
    try:
        return image.ensure()
    except LocalCloudError as error:
        if debian.SUITE == debian.OWN_SUITE:
            raise
        pytest.skip(f"Debian {debian.SUITE} ({OTHER}) cannot be made: {error}")
