"""What the engine's parts promise beyond the choice, the build and the download themselves."""

import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from localcloud import paths
from localcloud.engine import build, download
from localcloud.engine import engine as engines

INTERRUPTED = """
import sys
from pathlib import Path
from localcloud.engine import build
build.ensure("3.217.0", Path(sys.argv[1]), [])
"""


def _archive(folder: Path, *names: str) -> Path:
    path = folder / "pulumi.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return path


def test_an_archive_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    ready = tmp_path / "a" / "ready"
    ready.parent.mkdir()
    download._unpack(_archive(tmp_path, "pulumi/pulumi", "../../outside", "/tmp/../outside"), tmp_path / "a/out", ready)
    assert sorted(os.listdir(ready)) == ["outside", "pulumi"]
    assert sorted(os.listdir(tmp_path)) == ["a", "pulumi.tar.gz"]


def test_an_archive_without_the_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no pulumi"):
        download._unpack(_archive(tmp_path, "pulumi/README"), tmp_path / "out", tmp_path / "ready")
    assert not (tmp_path / "ready").exists()


def test_an_interrupted_build_ends_at_once_and_keeps_its_work_for_the_next(tmp_path: Path) -> None:
    go, begun = tmp_path / "bin/go", tmp_path / "begun"
    go.parent.mkdir()
    go.write_text(f"#!/bin/sh\n[ \"$1\" = env ] && echo go1.99.0 && exit\n: > '{begun}'\nsleep 30\n")
    go.chmod(0o755)
    folder = tmp_path / "a cache"
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(folder)],
        env={**os.environ, "PATH": f"{go.parent}:/usr/bin:/bin", "PYTHONPATH": str(paths.ROOT)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) != 0
    left = {path.name.rpartition("-")[0] for path in folder.iterdir() if path.is_dir()}
    assert left == {"building-3.217.0"}, "what is left must not look like an engine"


def test_the_pinned_module_is_the_version_that_is_asked_for() -> None:
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engines.VERSION}" in (build._MODULE / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engines.VERSION} h1:" in (build._MODULE / "go.sum").read_text()
