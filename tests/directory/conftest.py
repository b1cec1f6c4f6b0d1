"""One real domain controller, and a pair of them, for all tests of this folder; they end with them, and so do their folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import directory, packages, paths
from localcloud.directory import DirectoryInfo
from tests.directory.pair import Pair
from tests.directory.rig import Outside, Tool

DOMAIN = "hpc.example.org"


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The local cloud's state folder of these tests; its name has a space, as a project's path may."""
    folder = tmp_path_factory.mktemp("local cloud")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "STATE", folder)
        yield folder


@pytest.fixture(scope="session")
def info(state: Path) -> Iterator[DirectoryInfo]:
    assert state == paths.STATE
    yield directory.start(DOMAIN)
    directory.remove()


@pytest.fixture(scope="session")
def more_packages() -> None:
    """What these tests need beside the local cloud's own packages."""
    if missing := packages.ensure(packages.FOR_TESTS).missing:
        pytest.skip(f"needs root and the Debian packages {' '.join(missing)}")


@pytest.fixture(scope="session")
def pair_template(state: Path, more_packages: None) -> Pair:
    """Made once; tests run copies of it."""
    made = Pair(state / "template", "pair.example.org")
    made.make()
    return made


@pytest.fixture(scope="session")
def pair(pair_template: Pair, state: Path) -> Iterator[Pair]:
    """A running copy for all tests that leave both controllers running."""
    copy = pair_template.copy_to(state / "pair")
    copy.start()
    yield copy
    copy.remove()


@pytest.fixture
def pair_tool(pair: Pair, tmp_path: Path) -> Tool:
    """The tool, which works on both controllers."""
    return Tool.at(tmp_path, pair.infos[0], pair.servers)


@pytest.fixture
def tool(info: DirectoryInfo, tmp_path: Path) -> Tool:
    return Tool.at(tmp_path, info)


@pytest.fixture
def outside(info: DirectoryInfo) -> Outside:
    return Outside(info)
