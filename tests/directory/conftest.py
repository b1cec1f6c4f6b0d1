"""One real domain controller, and a pair of them, for all tests of this folder; they end with them, and so do their folders."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import directory, packages, paths
from localcloud.directory import DirectoryInfo
from tests.directory.controllers import Controllers
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
def own_mounts() -> None:
    """Folders that only the test's own processes see; a container may forbid it."""
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "try", "/mnt"], capture_output=True, text=True
    )
    if tried.returncode:
        pytest.skip(f"needs the right to mount (CAP_SYS_ADMIN): {tried.stderr.strip()}")


@pytest.fixture(scope="session")
def faketime(more_packages: None) -> str:
    """The library that gives a program a clock of its own."""
    listed = subprocess.check_output(["dpkg-query", "--listfiles", "libfaketime"], text=True).splitlines()
    return next(line for line in listed if line.endswith("/libfaketime.so.1"))


@pytest.fixture(scope="session")
def pair_template(state: Path, more_packages: None) -> Controllers:
    """Made once; tests run copies of it."""
    made = Controllers(state / "template", "pair.example.org")
    made.make()
    return made


@pytest.fixture(scope="session")
def pair(pair_template: Controllers, state: Path) -> Iterator[Controllers]:
    """A running copy for all tests that leave both controllers running."""
    copy = pair_template.copy_to(state / "pair")
    copy.start()
    yield copy
    copy.remove()


@pytest.fixture
def pair_tool(pair: Controllers, tmp_path: Path) -> Tool:
    """The tool, which works on both controllers."""
    return Tool.at(tmp_path, pair.infos[0], pair.servers)


@pytest.fixture
def tool(info: DirectoryInfo, tmp_path: Path) -> Tool:
    return Tool.at(tmp_path, info)


@pytest.fixture
def outside(info: DirectoryInfo) -> Outside:
    return Outside(info)
