"""Start scripts and plugins: what the engine finds in its home, however the project's folder is named."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from localcloud import paths
from localcloud.engine import download, plugins
from localcloud.engine.engine import Engine
from localcloud.engine.scripts import write_script
from tests.unit.engine_rig import Machine, closed_site, site

AWS = f"resource-aws-v{metadata.version('pulumi-aws')}"
COMMAND = f"resource-command-v{metadata.version('pulumi-command')}"
TELL = "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ.get('NAMED')]))"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home"


@pytest.mark.parametrize("name", ["plain", "with space", "it's", "$HOME", "a;b", 'quo"te', "back\\slash", "ümlaut"])
def test_a_script_passes_every_word_on_as_it_is(tmp_path: Path, name: str) -> None:
    script = tmp_path / name / "program"
    write_script(script, [sys.executable, "-c", TELL, name], {"NAMED": name})
    told = subprocess.run([script, "", name, "* ?"], cwd="/", capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == [[name, "", name, "* ?"], name]


def test_a_script_that_is_right_is_left_alone_and_another_one_replaced(tmp_path: Path) -> None:
    script = tmp_path / "program"
    write_script(script, ["/bin/echo", "one"])
    first = script.stat()
    write_script(script, ["/bin/echo", "one"])
    assert script.stat().st_ino == first.st_ino
    write_script(script, ["/bin/echo", "two"])
    assert subprocess.run([script], capture_output=True, text=True, check=True).stdout == "two\n"
    assert os.listdir(tmp_path) == ["program"]


def test_with_a_built_engine_the_stand_ins_are_put_where_the_engine_looks(machine: Machine, home: Path) -> None:
    prepared = plugins.prepare(Engine(machine.bin / "pulumi", "built"), home)
    assert prepared.kind == "stand-in"
    assert metadata.version("pulumi-aws") in prepared.line
    assert sorted(os.listdir(home / "plugins")) == [AWS, COMMAND]
    assert os.access(home / "plugins" / COMMAND / "pulumi-resource-command", os.X_OK)


def test_a_stand_in_is_the_projects_own_module_from_any_folder(machine: Machine, home: Path) -> None:
    package = paths.ROOT / "localcloud" / "plugins"
    package.mkdir(parents=True)
    (package / "aws.py").write_text("import sys\nprint(__file__, sys.argv[1:])\n")
    plugins.prepare(Engine(machine.bin / "pulumi", "built"), home)
    program = home / "plugins" / AWS / "pulumi-resource-aws"
    told = subprocess.run([program, "127.0.0.1:1"], cwd=home, capture_output=True, text=True, check=True)
    assert told.stdout == f"{package / 'aws.py'} ['127.0.0.1:1']\n"


def official(machine: Machine) -> Engine:
    """An engine whose `plugin install resource NAME vVERSION` puts a plugin in PULUMI_HOME and notes the call."""
    script = (
        'to="$PULUMI_HOME/plugins/resource-$4-$5"; mkdir -p "$to"\n'
        'echo official | tee "$to/LICENSE" > "$to/pulumi-resource-$4"'
    )
    return Engine(machine.command("pulumi", f'{script}\necho "$*" >> "$PULUMI_HOME/calls"'), "PATH")


def test_official_plugins_are_fetched_once_a_machine(
    machine: Machine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = official(machine)
    with site(tmp_path / "site") as address:
        monkeypatch.setattr(plugins, "_SITE", address)
        assert plugins.prepare(engine, home).kind == "official"
    monkeypatch.setattr(plugins, "_SITE", closed_site())
    assert plugins.prepare(engine, tmp_path / "another home").kind == "official"
    for folder in (home, tmp_path / "another home"):
        assert (folder / "plugins" / AWS / "pulumi-resource-aws").read_text() == "official\n"
        assert not (folder / "plugins" / AWS).is_symlink()
    assert len((machine.cache / "pulumi-home" / "calls").read_text().splitlines()) == 2


def test_official_plugins_take_the_place_of_stand_ins_and_back(
    machine: Machine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = home / "plugins" / AWS / "pulumi-resource-aws"
    built = Engine(machine.bin / "pulumi", "built")
    plugins.prepare(built, home)
    with site(tmp_path / "site") as address:
        monkeypatch.setattr(plugins, "_SITE", address)
        plugins.prepare(official(machine), home)
    assert program.read_text() == "official\n"
    plugins.prepare(built, home)
    assert "localcloud.plugins.aws" in program.read_text()
    assert os.listdir(program.parent) == [program.name]
    kept = machine.cache / "pulumi-home" / "plugins" / AWS / "pulumi-resource-aws"
    assert kept.read_text() == "official\n", "a stand-in must not be written through a link into the cache"


def test_without_the_official_site_stand_ins_serve_and_the_site_is_not_asked_again(
    machine: Machine, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = official(machine)
    monkeypatch.setattr(plugins, "_SITE", closed_site())
    assert plugins.prepare(engine, home).kind == "stand-in"
    assert capfd.readouterr().err.count("the official plugins cannot be downloaded") == 1
    assert download.offline(machine.engine_folder)
    assert plugins.prepare(engine, home).kind == "stand-in"
    assert capfd.readouterr().err == ""


def test_a_failing_install_is_said_and_stand_ins_serve(
    machine: Machine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = Engine(machine.command("pulumi", 'echo "error: 403" >&2; exit 1'), "PATH")
    with site(tmp_path / "site") as address:
        monkeypatch.setattr(plugins, "_SITE", address)
        assert plugins.prepare(engine, home).kind == "stand-in"
    assert "cannot be installed: error: 403" in capfd.readouterr().err
