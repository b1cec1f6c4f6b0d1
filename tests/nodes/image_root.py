"""The machines' image for tests, or the reason why there is none."""

from pathlib import Path

import pytest

from localcloud.errors import LocalCloudError
from localcloud.machines import debian, image, mode


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
        pytest.skip(f"Debian {debian.SUITE} ({debian.VARIABLE}) cannot be made: {error}")


def ensured_for_clusters() -> None:
    """The image is there, and the machines of a cluster boot from it. Skips the test where they cannot."""
    if reason := mode.why_no_cluster():
        pytest.skip(f"needs {reason}")
    ensured()


def slurm() -> str | None:
    """The version of the image's Slurm; None while there is no image."""
    known = image.path() / "var/lib/dpkg/status"
    packages = known.read_text().split("\n\n") if known.exists() else []
    fields = next((one for one in packages if one.startswith("Package: slurmctld\n")), "")
    return next((line.split()[1] for line in fields.splitlines() if line.startswith("Version: ")), None)
