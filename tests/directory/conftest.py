"""One real domain controller for all tests of this folder; it lives in a temporary folder and ends with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import directory, paths
from localcloud.directory import DirectoryInfo
from scripts.directory import bundle
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


@pytest.fixture
def tool(info: DirectoryInfo, tmp_path: Path) -> Tool:
    return Tool(bundle.write(tmp_path / "bundle"), tmp_path, info)


@pytest.fixture
def outside(info: DirectoryInfo) -> Outside:
    return Outside(info)
