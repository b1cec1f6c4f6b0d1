"""Machines of the tests of node programs: one for each file that asks for it."""

from collections.abc import Iterator

import pytest

from localcloud.machines import debian
from tests.nodes import image_root, slurm_machine
from tests.nodes.slurm_machine import SlurmMachine


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which Slurm it was, where somebody chose another one."""
    if debian.SUITE != debian.OWN_SUITE:
        terminalreporter.write_line(
            f"Debian {debian.SUITE}, Slurm {image_root.slurm() or 'none: see the reasons above'}"
        )


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
