"""One machine with the job environment, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.nodes import slurm_machine
from tests.nodes.job_environment.rig import install
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    with slurm_machine.start(tmp_path_factory.mktemp("machine")) as machine:
        machine.sh("mkdir -p /shared /scratch")
        install(machine)
        yield machine
        # Whatever was tried, no prolog or epilog may have drained the node.
        assert machine.sh(f"sinfo -h -n {NODE} -o %t").strip("*") in ("idle", "comp", "alloc", "mix")
