"""Packages of Debian that the machines' image lacks, fetched where there is a way to the mirror: machines have none."""

from pathlib import Path

import pytest

from localcloud.machines import debian, image
from tests.nodes.image_machine import Machine


def packages(folder: Path, *names: str) -> list[Path]:
    """Files of these packages, without what they need. Skips the test where the mirror does not answer."""
    if not debian.answers():
        pytest.skip(f"needs packages of Debian {debian.SUITE}, and {debian.mirror()} does not answer")
    machine = Machine(image.ensure(), folder / "fetch")
    machine.prepare()
    done = machine.shell(f"mkdir /debs && cd /debs && apt-get update -qq && apt-get download -qq {' '.join(names)}")
    found = sorted((folder / "fetch/upper/debs").glob("*.deb"))
    assert len(found) == len(names), done.stderr
    return found
