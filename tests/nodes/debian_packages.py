"""Packages of Debian that the machines' image lacks, fetched where there is a way to the mirror: machines have none."""

import shutil
from pathlib import Path

import pytest

from localcloud.machines import debian, image
from tests.nodes.image_machine import Machine
from tests.nodes.slurm_machine import SlurmMachine


def unpack(machine: SlurmMachine, folder: Path, *names: str) -> None:
    """Put packages and what they need into a machine, without their scripts. Skips the test where the mirror does not answer.

    Nothing is fetched where the image has them all.
    """
    if not (missing := [name for name in names if machine.try_("dpkg-query", "--status", name).returncode]):
        return
    if not debian.answers():
        pytest.skip(f"needs packages of Debian {debian.SUITE}, and {debian.mirror()} does not answer")
    fetch = Machine(image.ensure(), folder / "fetch")
    fetch.prepare()
    apt = "apt-get install -qq -y --no-install-recommends --download-only -o Dir::Cache::archives=/debs"
    done = fetch.shell(f"mkdir /debs && apt-get update -qq && {apt} {' '.join(missing)}")
    assert done.returncode == 0, done.stderr
    for one in sorted((folder / "fetch/upper/debs").glob("*.deb")):
        shutil.copy(one, machine.path("/srv"))
        machine.sh(f"dpkg-deb -x /srv/{one.name} / && rm /srv/{one.name}")
