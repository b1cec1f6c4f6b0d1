"""Plugins of the local cloud's pulumi: official ones where they can be had, else stand-ins; and start scripts."""

import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from localcloud import paths
from localcloud.engine import download, plugins
from localcloud.engine.engine import Engine
from localcloud.engine.scripts import write_script

FOLDERS = {
    f"resource-{name}-v{metadata.version(f'pulumi-{name}')}": f"pulumi-resource-{name}" for name in ("aws", "command")
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "CACHE", tmp_path / "a cache")
    return tmp_path / "a cache"


def _engine(tmp_path: Path, installs: bool) -> Engine:
    """A pulumi whose `plugin install` makes what the real one does, or fails."""
    pulumi = tmp_path / "pulumi"
    make = 'd="$PULUMI_HOME/plugins/resource-$4-$5"; mkdir -p "$d"; echo official > "$d/pulumi-resource-$4"'
    pulumi.write_text(f"#!/bin/sh\n{make if installs else 'echo no such plugin >&2; exit 255'}\n")
    pulumi.chmod(0o755)
    return Engine(pulumi, "PATH")


def _programs(home: Path) -> list[Path]:
    return [home / "plugins" / folder / program for folder, program in FOLDERS.items()]


def test_a_built_engine_gets_stand_ins_without_an_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "unreachable", lambda url: pytest.fail("asked the official site"))
    found = plugins.prepare(Engine(tmp_path / "pulumi", "built"), tmp_path / "a home")
    assert found.kind == "stand-in"
    assert "stand-ins" in found.line
    for program in _programs(tmp_path / "a home"):
        name = program.name.removeprefix("pulumi-resource-")
        assert f"-m localcloud.plugins.{name}" in program.read_text()
        assert program.stat().st_mode & 0o111


def test_official_plugins_are_fetched_once_and_linked_into_real_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "unreachable", lambda url: None)
    first = plugins.prepare(_engine(tmp_path, installs=True), tmp_path / "one")
    second = plugins.prepare(_engine(tmp_path, installs=False), tmp_path / "two")
    assert (first.kind, second.kind) == ("official", "official")
    for program in _programs(tmp_path / "one") + _programs(tmp_path / "two"):
        assert program.read_text() == "official\n"
        assert not program.parent.is_symlink(), "the engine passes over linked folders"


def test_a_site_that_is_not_reached_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(download, "unreachable", lambda url: asked.append(url) or "no route")
    for _ in range(2):
        assert plugins.prepare(_engine(tmp_path, installs=True), tmp_path / "home").kind == "stand-in"
    assert len(asked) == 1


def test_stand_ins_and_official_ones_replace_each_other_and_leave_the_cache_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setattr(download, "unreachable", lambda url: None)
    home = tmp_path / "home"
    assert plugins.prepare(_engine(tmp_path, installs=False), home).kind == "stand-in"
    assert plugins.prepare(_engine(tmp_path, installs=True), home).kind == "official"
    assert plugins.prepare(Engine(tmp_path / "pulumi", "built"), home).kind == "stand-in"
    assert all("localcloud.plugins" in program.read_text() for program in _programs(home))
    assert all(program.read_text() == "official\n" for program in _programs(cache / "pulumi-home"))


def test_a_start_script_keeps_every_word_and_runs_from_any_folder(tmp_path: Path) -> None:
    script = tmp_path / "a bin" / "it's"
    write_script(script, ["/usr/bin/printf", "[%s]", "two words", "$HOME"], {"A": "it's"})
    done = subprocess.run([script, 'three "quoted" words'], cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout == '[two words][$HOME][three "quoted" words]'
    before = script.stat().st_ino
    write_script(script, ["/usr/bin/printf", "[%s]", "two words", "$HOME"], {"A": "it's"})
    assert script.stat().st_ino == before, "a script that is right is left alone"
