"""Which engine serves: on PATH, downloaded and checked, or built; and what is said when there is none. No network."""

import hashlib
import io
import os
import socket
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from localcloud import paths
from localcloud.engine import build, download
from localcloud.engine import engine as engines
from localcloud.errors import LocalCloudError


class Site(ThreadingHTTPServer):
    """A release site: a folder over HTTP."""

    def __init__(self, folder: Path) -> None:
        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *arguments, **keywords) -> None:
                super().__init__(*arguments, directory=str(folder), **keywords)

            def log_message(self, *_: object) -> None:
                """Nothing on standard error."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def release(self, *names: str, digest: str | None = None) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.size = len(name)
                archive.addfile(member, io.BytesIO(name.encode()))
        (self.folder / "pulumi.tar.gz").write_bytes(packed.getvalue())
        digest = digest or hashlib.sha256(packed.getvalue()).hexdigest()
        (self.folder / "sums.txt").write_text(f"{'0' * 64}  other.tar.gz\n{digest}  pulumi.tar.gz\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    (tmp_path / "site").mkdir()
    served = Site(tmp_path / "site")
    monkeypatch.setattr(download, "_ARCHIVE", f"{served.url}/pulumi.tar.gz")
    monkeypatch.setattr(download, "_SUMS", f"{served.url}/sums.txt")
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.setattr(download, "_ARCHIVE", f"{url}/pulumi.tar.gz")
    monkeypatch.setattr(download, "_SUMS", f"{url}/sums.txt")


def _pulumi(folder: Path, version: str, host: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["pulumi", *(["pulumi-language-python"] if host else [])]:
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return folder / "pulumi"


def test_a_release_is_downloaded_checked_and_used_again(site: Site, tmp_path: Path) -> None:
    site.release("pulumi/pulumi", "pulumi/pulumi-language-python")
    found = download.ensure("1.2.3", tmp_path / "a cache", [])
    assert found is not None
    assert sorted(path.name for path in found.iterdir()) == ["pulumi", "pulumi-language-python"]
    assert os.access(found / "pulumi", os.X_OK)
    site.release("nothing")
    assert download.ensure("1.2.3", tmp_path / "a cache", []) == found


def test_a_release_that_is_not_what_it_says_is_refused(site: Site, tmp_path: Path) -> None:
    site.release("pulumi/pulumi", digest="1" * 64)
    tried: list[str] = []
    assert download.ensure("1.2.3", tmp_path, tried) is None
    assert "its SHA-256 is" in tried[0]
    assert not list(tmp_path.glob("release-*"))
    assert not list(tmp_path.glob("downloading-*"))


def test_an_archive_writes_nothing_outside_its_folder(site: Site, tmp_path: Path) -> None:
    site.release("pulumi/pulumi", "../../outside", "/tmp/../outside")
    found = download.ensure("1.2.3", tmp_path / "a cache", [])
    assert found is not None
    assert (found / "outside").exists()
    assert not list(tmp_path.glob("outside"))


@pytest.mark.usefixtures("cut_off")
def test_a_site_that_is_not_reached_is_remembered_for_a_while(tmp_path: Path) -> None:
    tried: list[str] = []
    assert download.ensure("1.2.3", tmp_path, tried) is None
    assert download.ensure("1.2.3", tmp_path, tried) is None
    assert "Connection refused" in tried[0]
    assert "not reached a short while ago" in tried[1]
    os.utime(tmp_path / "official-site-not-reached", (1, 1))
    assert not download.offline(tmp_path)


def test_a_site_that_never_answers_is_given_up_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        reason = download.unreachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)
    assert reason is not None


def test_pulumi_on_path_is_taken_if_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi = _pulumi(tmp_path / "a bin", "v3.999.0")
    monkeypatch.setenv("PATH", str(pulumi.parent))
    found = engines.ensure()
    assert (found.pulumi, found.origin, found.official_plugins) == (pulumi, "PATH", True)
    assert found.environment({"PATH": "/bin"})["PATH"] == "/bin", "the user's own order stays"


@pytest.mark.parametrize(
    ("version", "host", "reason"),
    [
        ("v3.1.0", True, "is version 3.1.0, older than"),
        ("nonsense", True, "is version unknown, older than"),
        ("v3.999.0", False, "has no pulumi-language-python"),
    ],
)
@pytest.mark.usefixtures("cut_off")
def test_what_was_tried_is_said_when_there_is_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, host: bool, reason: str
) -> None:
    pulumi = _pulumi(tmp_path / "bin", version, host)
    monkeypatch.setenv("PATH", f"{pulumi.parent}:/usr/bin:/bin")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(build, "_build", _refuse)
    with pytest.raises(LocalCloudError) as caught:
        engines.ensure()
    said = str(caught.value)
    assert reason in said
    assert "the official download" in said
    assert "the proxy does not know this module" in said
    assert "so that it is on PATH" in said


@pytest.mark.usefixtures("cut_off")
def test_a_built_engine_is_found_again_and_runs_this_projects_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(paths, "STATE", tmp_path / "a state")
    monkeypatch.setattr(build, "_build", lambda version, ready, folder: _pulumi(ready, version) and None)
    first = engines.ensure()
    monkeypatch.setattr(build, "_build", _refuse)
    second = engines.ensure()
    assert first.pulumi == second.pulumi
    assert (second.origin, second.official_plugins) == ("built", False)
    environment = second.environment({"PATH": "/bin"})
    assert environment["PATH"] == f"{second.pulumi.parent}:/bin"
    assert environment[build.LANGUAGE_HOST] == str(tmp_path / "a state/bin/pulumi-language-python")


def test_go_writes_below_the_given_folder_only(tmp_path: Path) -> None:
    own = {"HOME": "/home/somebody", "GOFLAGS": "-x", "GOPROXY": "a proxy", "GOOS": "plan9"}
    environment = build._environment(tmp_path, own)
    written = ("GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "XDG_CONFIG_HOME")
    assert all(environment[name].startswith(str(tmp_path)) for name in written)
    assert environment["GOPROXY"] == "a proxy"
    assert "GOOS" not in environment


@pytest.mark.parametrize(
    ("version", "fit"),
    [("go1.24.7", True), ("go1.99", True), ("go1.24.6", False), ("go1.9.9", False), ("devel", False)],
)
def test_an_older_go_is_not_used(tmp_path: Path, version: str, fit: bool) -> None:
    go = tmp_path / "go"
    go.write_text(f"#!/bin/sh\necho {version}\n")
    go.chmod(0o755)
    assert build._new_enough(str(go), os.environ) is fit


def test_the_pinned_module_is_the_version_that_is_asked_for() -> None:
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engines.VERSION}" in (build._MODULE / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engines.VERSION} h1:" in (build._MODULE / "go.sum").read_text()


def _refuse(*_: object) -> None:
    raise subprocess.CalledProcessError(1, ["go"], stderr="go: downloading\ngo: the proxy does not know this module\n")
