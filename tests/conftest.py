"""For all tiers."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs]
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

from localcloud import bytecode
from tests import keeper

pytest.register_assert_rewrite(*(f"tests.{one}" for one in ("nodes", "engine", "emulator", "directory")))
"""Helpers' assertions say what they saw, too."""
bytecode.keep()  # moto, pulumi_aws and all that the tests start are compiled once, not at each run

_TESTS = Path(__file__).parent
_SHARED = (
    "tests/engine/acceptance/",
    "tests/directory/",
    "tests/emulator/repair_finders/",
    "tests/emulator/verdicts/",
    "tests/nodes/job_environment/",
)
"""Folders whose tests share something costly: one process runs all of a folder."""
_LONGEST_FIRST = (
    "directory",
    "nodes/test_booted.py",
    "domain_controllers",
    "nodes/test_booted_examples.py",
    "engine/test_cut.py",
    "engine/acceptance",
    "engine/test_provider_cluster.py",
    "engine/test_stack_local.py",
    "emulator/verdicts",
    "engine/test_examples.py",
    "emulator/test_aws_standin_types.py",
    "engine/test_secrets.py",
    "emulator/test_life_cycle.py",
    "emulator/test_provider_updates.py",
    "engine",
    "nodes",
    "emulator",
    "unit",
)
"""By measured time: files and folders that take minutes, then what is left of each tier. A long one that began last would
have all other processes wait for it."""


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a killed run leaves behind ends."""
    keeper.keep(tmp_path_factory.getbasetemp())


_BROKEN = pytest.StashKey[str]()
"""Of a file of the marker `story`: its first test that failed."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and item.parent and item.get_closest_marker("story"):
        item.parent.stash.setdefault(_BROKEN, item.name)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What waits for a state that will not come waits for its whole bound."""
    if item.parent and (broken := item.parent.stash.get(_BROKEN, None)):
        pytest.skip(f"{broken} failed, where this goes on")


class ByFile(LoadScopeScheduling):
    """A file, or a folder of _SHARED, stays in one process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in _SHARED if nodeid.startswith(folder)), nodeid.split("::", 1)[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long ones begin first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert not (missing := [name for name in _LONGEST_FIRST if not (_TESTS / name).exists()]), missing
        items.sort(key=_tier)


def _tier(item: pytest.Item) -> int:
    within = (n for n, folder in enumerate(_LONGEST_FIRST) if item.path.is_relative_to(_TESTS / folder))
    return next(within, len(_LONGEST_FIRST))
