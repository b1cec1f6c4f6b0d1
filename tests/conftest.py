"""For all tiers."""

import os
from pathlib import Path

import pytest
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs]
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

from localcloud import bytecode
from tests import keeper

bytecode.keep()  # moto, pulumi_aws and all that the tests start are compiled once, not at each run

_TESTS = Path(__file__).parent
_SHARED = ("tests/engine/acceptance/", "tests/directory/", "tests/emulator/verdicts/")
"""Folders whose tests share something costly: one process runs all of a folder."""
_LONGEST_FIRST = ("engine", "nodes", "domain_controllers", "directory", "emulator/verdicts", "emulator", "unit")


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a killed run leaves behind ends."""
    keeper.keep(tmp_path_factory.getbasetemp())


class ByFile(LoadScopeScheduling):
    """A file, or a folder of _SHARED, stays in one process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in _SHARED if nodeid.startswith(folder)), nodeid.split("::", 1)[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long ones begin first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_tier)


def _tier(item: pytest.Item) -> int:
    within = (n for n, folder in enumerate(_LONGEST_FIRST) if item.path.is_relative_to(_TESTS / folder))
    return next(within, len(_LONGEST_FIRST))
