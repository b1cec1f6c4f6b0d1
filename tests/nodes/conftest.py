"""Machines of the tests of node programs: one for each file that asks for it."""

from collections.abc import Iterator

import pytest

from tests.nodes import slurm_machine
from tests.nodes.slurm_machine import SlurmMachine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    """Controller and one node, without accounting."""
    with slurm_machine.start(tmp_path_factory.mktemp("machine")) as found:
        yield found


@pytest.fixture(scope="module")
def accounting_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    """The same with slurmdbd on MariaDB."""
    with slurm_machine.start(tmp_path_factory.mktemp("accounting"), accounting=True) as found:
        yield found
