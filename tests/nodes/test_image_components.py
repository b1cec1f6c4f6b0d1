"""Every component of images, built and tested in a machine: twice, and the second time changes nothing.

All are built in one machine, one after the other, as in one image. Packages come from Debian's mirror, ClusterShell and uv from the
Python package index with their real checksums, everything else from a server on loopback.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.machines import debian, image
from planning.image_components import planned
from settings.image_components import read, shipped
from settings.image_components.definition import SHIPPED
from tests.nodes import image_downloads as downloads
from tests.nodes.image_machine import Machine
from tests.unit.test_planning import load_with

pytestmark = pytest.mark.nodes
_R_NEEDS = (
    "build-essential gfortran libreadline-dev libpcre2-dev libcurl4-openssl-dev libbz2-dev liblzma-dev zlib1g-dev "
    "libicu-dev libssl-dev libopenblas-dev libcairo2-dev libpango1.0-dev libpng-dev libjpeg-dev libtiff-dev "
    "libx11-dev libxt-dev tcl-dev tk-dev"
)
"""What only a compilation of the real R needs: 1 GB. They are put into the list of installed packages, no more."""
_NVIDIA = "NVIDIA A10G, 570.86.15"


def _files(folder: Path) -> dict[str, bytes]:
    """What the server has, by path below the mirror's name."""
    return {
        "/quarto/v1.9.37/quarto-1.9.37-linux-amd64.tar.gz": downloads.tar(
            **{"quarto-1.9.37/bin/quarto": downloads.program("1.9.37")}
        ),
        "/quarto/v1.8.25/quarto-1.8.25-linux-amd64.tar.gz": downloads.tar(
            **{"quarto-1.8.25/bin/quarto": downloads.program("1.8.25")}
        ),
        "/r/R-4/R-4.5.2.tar.gz": downloads.r("4.5.2"),
        "/r/R-4/R-4.4.3.tar.gz": downloads.r("4.4.3"),
        "/apptainer/v1.4.5/apptainer_1.4.5_amd64.deb": downloads.deb(folder, "apptainer", "1.4.5", "1.4.5"),
        "/singularity-ce/v4.3.7/singularity-ce_4.3.7-noble_amd64.deb": downloads.deb(
            folder, "singularity-ce", "4.3.7", "4.3.7-noble"
        ),
        "/awscli/awscli-exe-linux-x86_64-2.22.0.zip": downloads.awscli("2.22.0"),
        "/node-exporter/v1.8.2/node_exporter-1.8.2.linux-amd64.tar.gz": downloads.tar(
            **{"node_exporter-1.8.2.linux-amd64/node_exporter": downloads.program("node_exporter, version 1.8.2")}
        ),
    }


VERSIONS: dict[str, tuple[str, ...]] = {
    "quarto": ("1.9.37", "1.8.25"),
    "r": ("4.5.2", "4.4.3"),
    "apptainer": ("1.4.5",),
    "singularity-ce": ("4.3.7",),
    "aws-cli": ("2.22.0",),
    "monitoring-agent": ("1.8.2",),
    "python": ("3.13.18",),
}


ENTRIES: dict[str, dict[str, Any]] = {
    "packages": {"parameters": {"names": ["htop", "jq"]}},
    "python": {"parameters": {"index": "https://pypi.org/simple"}},
    "r": {"parameters": {"default": "4.4.3", "repository": "https://cran.example.org"}},
}


class Works:
    """The machine, and the server that it downloads from."""

    def __init__(self, machine: Machine, address: str, files: dict[str, bytes]) -> None:
        self.machine, self.address, self.files = machine, address, files

    def document(self, name: str, **entry: Any) -> str:
        """The document of a component, with the server as its mirror and the checksums of what that serves."""
        definition = read(SHIPPED / name)
        versions = VERSIONS.get(name, ())
        given: dict[str, Any] = {"name": name, "versions": list(versions)} if versions else {"name": name}
        software = definition.software or ""
        sums = {
            version: hashlib.sha256(content).hexdigest()
            for version in versions
            for path, content in self.files.items()
            if path.startswith(f"/{software}/") and version in path
        }
        given |= {"checksums": sums} if sums else {}
        mirrors = {software: f"{self.address}/{software}"} if sums or name == "python" else {}
        (made,) = planned(load_with(image={"components": [given | entry], "mirrors": mirrors}))
        return made.data


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("mmdebstrap", "unshare", "dpkg-deb")):
        pytest.skip("needs root, mmdebstrap and unshare: a root file system of Debian is made and mounted")
    if not image.path().exists() and not debian.answers():
        pytest.skip("needs a mirror of Debian packages that answers")
    folder = tmp_path_factory.mktemp("image")
    files = _files(folder)
    with downloads.served(files) as address:
        python = downloads.python()
        files["/python/20260101/python.tar.gz"] = python
        files["/python.json"] = downloads.python_list("20260101/python.tar.gz", python)
        machine = Machine(image.ensure(), folder / "machine", f"UV_PYTHON_DOWNLOADS_JSON_URL={address}/python.json")
        machine.prepare()
        yield Works(machine, address, files)


@pytest.mark.parametrize("name", [name for name in shipped() if name != "nvidia"])
def test_built_and_tested_and_a_second_time_changes_nothing(works: Works, name: str) -> None:
    machine, document = works.machine, works.document(name, **ENTRIES.get(name, {}))
    if name == "r":
        machine.shell(
            f"for name in {_R_NEEDS}; do printf 'Package: %s\\nStatus: install ok installed\\nVersion: 99:1\\n"
            "Architecture: all\\nMaintainer: none\\nDescription: none\\n\\n' $name >> /var/lib/dpkg/status; done"
        )
    for phase in ("build", "test"):
        done = machine.run(document, phase)
        assert done.returncode == 0, f"{phase}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    before = machine.snapshot()
    for phase in ("build", "test"):
        assert machine.run(document, phase).returncode == 0
    after = machine.snapshot()
    assert {path for path in {*before, *after} if before.get(path) != after.get(path)} == set()


def test_what_was_built_fails_its_test_when_it_is_broken(works: Works) -> None:
    works.machine.write("/etc/systemd/logind.conf.d/90-other.conf", "[Login]\nRemoveIPC=yes\n")
    done = works.machine.run(works.document("keep-ipc"), "test")
    assert (done.returncode, done.stderr) == (
        1,
        "keep-ipc: RemoveIPC is 'yes' in the end; another file in logind.conf.d comes later\n",
    )


def test_a_file_with_another_checksum_is_not_installed(works: Works) -> None:
    document = works.document("quarto", versions=["1.9.38"], checksums={"1.9.38": "0" * 64})
    works.files["/quarto/v1.9.38/quarto-1.9.38-linux-amd64.tar.gz"] = b"something else"
    document = document.replace("https://github.com/quarto-dev/quarto-cli/releases/download", f"{works.address}/quarto")
    done = works.machine.run(document, "build")
    assert done.returncode == 1
    assert "has the SHA-256" in done.stderr
    assert f"expected: {'0' * 64}" in done.stderr
    assert works.machine.shell("test -e /opt/quarto/1.9.38").returncode == 1


def test_a_file_that_is_not_there_is_told_with_its_address(works: Works) -> None:
    document = works.document("quarto", versions=["1.9.39"], checksums={"1.9.39": "0" * 64})
    document = document.replace("https://github.com/quarto-dev/quarto-cli/releases/download", f"{works.address}/quarto")
    done = works.machine.run(document, "build")
    assert "quarto: quarto 1.9.39 cannot be fetched from http" in done.stderr


def test_without_a_gpu_the_test_of_nvidia_says_so(works: Works) -> None:
    document = works.document("nvidia")
    assert "nvidia: nvidia-smi finds no GPU or no driver" in works.machine.run(document, "test").stderr
    works.machine.write("/usr/local/bin/nvidia-smi", downloads.program(_NVIDIA))
    assert works.machine.run(document, "test").stdout == f"{_NVIDIA}\n"
