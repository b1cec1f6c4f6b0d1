"""The official release: checked, unpacked, or passed over without a long wait."""

import hashlib
import io
import os
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import locks
from localcloud.engine import download
from tests.unit.engine_rig import closed_site, site


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A published release: the archive, and the checksum file that names it."""
    folder = tmp_path / "site"
    folder.mkdir()
    with tarfile.open(folder / "pulumi.tar.gz", "w:gz") as archive:
        for name in ("pulumi/pulumi", "pulumi/pulumi-language-python", "../../outside"):
            content = name.encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    publish(folder, hashlib.sha256((folder / "pulumi.tar.gz").read_bytes()).hexdigest())
    with site(folder) as address:
        at(address, monkeypatch)
        yield folder


def publish(folder: Path, digest: str) -> None:
    (folder / "sums.txt").write_text(f"{'0' * 64}  another.tar.gz\n{digest}  pulumi.tar.gz\n")


def at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_SUMS", address + "/sums.txt")
    monkeypatch.setattr(download, "_ARCHIVE", address + "/pulumi.tar.gz")


def test_the_checked_release_is_unpacked_once(release: Path, tmp_path: Path) -> None:
    cache, tried = tmp_path / "a" / "cache", list[str]()
    ready = download.ensure("9.9.9", cache, tried)
    assert ready == cache / "release-9.9.9"
    assert sorted(os.listdir(ready)) == ["outside", "pulumi", "pulumi-language-python"]
    assert os.access(ready / "pulumi", os.X_OK)
    assert sorted(os.listdir(cache)) == ["download.lock", "release-9.9.9"]
    (release / "pulumi.tar.gz").unlink()
    assert download.ensure("9.9.9", cache, tried) == ready
    assert tried == []


def test_a_second_download_waits_for_the_first_and_uses_what_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    at(closed_site(), monkeypatch)
    cache, found = tmp_path / "cache", list[Path | None]()
    second = threading.Thread(target=lambda: found.append(download.ensure("9.9.9", cache, [])))
    with locks.held(cache / "download.lock"):
        second.start()
        shown = ""
        while "waiting for another download of the engine" not in shown:
            assert second.is_alive(), shown
            shown += capfd.readouterr().err
        assert found == []
        (cache / "release-9.9.9").mkdir()
        (cache / "release-9.9.9" / "pulumi").touch()
    second.join(60)
    assert found == [cache / "release-9.9.9"]


def test_a_release_with_another_checksum_is_not_used(
    release: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    publish(release, "f" * 64)
    tried = list[str]()
    assert download.ensure("9.9.9", tmp_path / "cache", tried) is None
    assert f"the release publishes {'f' * 64}" in tried[0]
    assert "is not what the release says it is, and is not used" in capfd.readouterr().err
    assert sorted(os.listdir(tmp_path / "cache")) == ["download.lock", "official-site-not-reached"]


def test_a_release_that_publishes_no_checksum_of_the_archive_is_not_used(release: Path, tmp_path: Path) -> None:
    (release / "sums.txt").write_text(f"{'0' * 64}  another.tar.gz\n")
    tried = list[str]()
    assert download.ensure("9.9.9", tmp_path / "cache", tried) is None
    assert "the release publishes none of it" in tried[0]


def test_a_refused_download_is_remembered_for_some_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(closed_site(), monkeypatch)
    cache, tried = tmp_path / "cache", list[str]()
    assert not download.offline(cache)
    assert download.ensure("9.9.9", cache, tried) is None
    assert "Connection refused" in tried[0]
    assert download.offline(cache)
    assert download.ensure("9.9.9", cache, tried) is None
    assert "not reached a short while ago" in tried[1]
    long_ago = time.time() - 24 * 3600
    os.utime(cache / "official-site-not-reached", (long_ago, long_ago))
    assert not download.offline(cache)
    assert download.ensure("9.9.9", cache, tried) is None
    assert "Connection refused" in tried[2]


def test_a_site_that_swallows_connections_costs_its_time_limit_only() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        reason = download.unreachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)
        assert reason == "no answer within 0.3 s"


def test_a_site_that_answers_is_reachable(tmp_path: Path) -> None:
    with site(tmp_path / "site") as address:
        assert download.unreachable(address + "/") is None
