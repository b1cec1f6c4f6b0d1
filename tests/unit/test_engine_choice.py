"""Which engine is taken, and what is said when there is none."""

import os
from pathlib import Path

import pytest

from localcloud.engine import build, download, engine
from localcloud.errors import LocalCloudError
from tests.unit.engine_rig import Machine, closed_site


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One whose network refuses the official site."""
    site = closed_site()
    monkeypatch.setattr(download, "_SUMS", site + "/{version}-sums.txt")
    monkeypatch.setattr(download, "_ARCHIVE", site + "/{version}-{system}-{machine}.tar.gz")
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("version", [f"v{engine.VERSION}", "v3.217.1", "3.1000.0", "v4.0.0-alpha.1"])
def test_a_pulumi_on_path_that_is_new_enough_is_taken(machine: Machine, version: str) -> None:
    machine.pulumi(version)
    found = engine.ensure()
    assert (found.pulumi, found.origin, found.language_host) == (machine.bin / "pulumi", "PATH", None)
    assert version.lstrip("v") in found.line
    assert not machine.cache.exists()


@pytest.mark.parametrize(
    ("version", "reason"),
    [("v3.216.9", "is version 3.216.9, older than"), ("v2.999.0", "is version 2.999.0"), ("dev", "is version unknown")],
)
def test_an_older_pulumi_on_path_is_passed_over_with_its_reason(machine: Machine, version: str, reason: str) -> None:
    machine.pulumi(version)
    machine.go()
    found = engine.ensure()
    assert found.origin == "built"
    assert reason in found.line


def test_a_pulumi_on_path_without_a_language_host_is_passed_over(machine: Machine) -> None:
    machine.pulumi("v3.300.0", language_host=False)
    machine.go()
    found = engine.ensure()
    assert found.origin == "built"
    assert "has no pulumi-language-python beside it or on PATH" in found.line


def test_a_language_host_beside_the_linked_pulumi_counts(machine: Machine, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    machine.pulumi("v3.300.0")
    machine.bin.rename(installed)
    machine.bin.mkdir()
    (machine.bin / "pulumi").symlink_to(installed / "pulumi")
    assert engine.ensure().origin == "PATH"


def test_a_built_engine_runs_with_this_projects_language_host(machine: Machine) -> None:
    machine.go()
    found = engine.ensure()
    assert found.language_host == machine.state / "bin" / "pulumi-language-python"
    assert os.access(found.language_host, os.X_OK)
    environment = found.environment({"PATH": "/usr/bin", "OTHER": "kept"})
    assert environment["PATH"] == f"{found.pulumi.parent}:/usr/bin"
    assert environment[build.LANGUAGE_HOST] == str(found.language_host)
    assert environment["OTHER"] == "kept"


def test_an_engine_on_path_leaves_the_environment_alone(machine: Machine) -> None:
    machine.pulumi("v3.300.0")
    assert engine.ensure().environment({"PATH": "/usr/bin"}) == {"PATH": "/usr/bin"}


def test_with_nothing_at_all_each_attempt_is_named_and_the_way_out(machine: Machine) -> None:
    machine.pulumi("v3.100.0")
    machine.command(
        "go", '[ "$1" = env ] && echo go1.99.0 && exit\necho "go: no route to the module proxy" >&2; exit 1'
    )
    with pytest.raises(LocalCloudError) as told:
        engine.ensure()
    text = str(told.value)
    assert f"{machine.bin / 'pulumi'} is version 3.100.0, older than {engine.VERSION}" in text
    assert "the official download http://127.0.0.1" in text
    assert "Connection refused" in text
    assert "built from the Go module" in text
    assert "go: no route to the module proxy" in text
    assert f"Install pulumi {engine.VERSION} or newer" in text


def test_without_go_and_without_the_wheel_the_installers_own_words_are_shown(machine: Machine) -> None:
    machine.command("uv", 'echo "error: the registry cannot be reached" >&2; exit 2')
    with pytest.raises(LocalCloudError, match="error: the registry cannot be reached"):
        engine.ensure()
