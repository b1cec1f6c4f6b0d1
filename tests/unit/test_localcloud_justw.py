"""justw with a Python that plays pip: from any folder, one fetch a pin, nothing half done. No network."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from localcloud import paths

PYTHON = """case "$1 $2 $3" in
    -c*) exit 0 ;;
    '-m pip --version') test ! -e '{folder}/no-pip'; exit ;;
    '-m pip install') ;;
    *) exit 99 ;;
esac
echo fetched >> '{folder}/fetches'
test -e '{folder}/cut-off' && {{ echo 'ERROR: no matching distribution' >&2; exit 1; }}
while [ "$1" != --target ]; do shift; done
mkdir "$2/bin"
printf '#!/bin/sh\\nprintf "[%%s]" "$@"\\n' | tee "$2/bin/just" > "$2/bin/uv"
test -e '{folder}/slow' && {{ : > '{folder}/half-way'; exec sleep 30; }}
chmod +x "$2/bin/just" "$2/bin/uv"
"""


class Clone:
    """A clone in a folder with a space and a quote, and the machine that it is on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project, self.bin = folder, folder / "a team's clone", folder / "bin"
        (self.project / "localcloud").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(paths.ROOT / "justw", self.project)
        (self.project / "localcloud/tools.txt").write_text("just==1\n")
        self.play("python3", PYTHON.format(folder=folder))

    def command(self, *arguments: str) -> dict[str, object]:
        environment = {**os.environ, "PATH": f"{self.bin}:/usr/bin:/bin"}
        return {"args": [self.project / "justw", *arguments], "env": environment, "cwd": "/", "text": True}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(**self.command(*arguments), capture_output=True, check=False)  # type: ignore[call-overload]

    def play(self, program: str, script: str) -> None:
        (self.bin / program).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / program).chmod(0o755)

    @property
    def fetches(self) -> int:
        record = self.folder / "fetches"
        return record.read_text().count("fetched") if record.exists() else 0

    def left_over(self) -> list[str]:
        return sorted(path.name for path in self.project.iterdir() if path.name.startswith(".tools"))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_every_word_reaches_just_and_the_tools_are_fetched_once(clone: Clone) -> None:
    first, second = clone.run("demo", "two words", "it's"), clone.run()
    given = f"[--justfile][{clone.project}/justfile][--working-directory][{clone.project}]"
    assert first.stdout == f"{given}[demo][two words][it's]"
    assert first.stderr == "justw: fetching uv and just\n"
    assert second.stdout == given
    assert clone.fetches == 1
    assert clone.left_over() == [".tools"]


def test_changed_pins_are_fetched(clone: Clone) -> None:
    clone.run()
    (clone.project / "localcloud/tools.txt").write_text("just==2\n")
    assert clone.run().returncode == 0
    assert clone.fetches == 2


def test_a_registry_that_is_cut_off_is_one_line_and_leaves_nothing(clone: Clone) -> None:
    (clone.folder / "cut-off").touch()
    done = clone.run()
    assert done.returncode == 1
    assert done.stderr == (
        "justw: fetching uv and just\n"
        "justw: uv and just cannot be fetched from the package registry: ERROR: no matching distribution\n"
    )
    assert clone.left_over() == []
    (clone.folder / "cut-off").unlink()
    assert clone.run().returncode == 0


def test_an_interrupt_half_way_leaves_a_working_next_try(clone: Clone) -> None:
    (clone.folder / "slow").touch()
    process = subprocess.Popen(
        **clone.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )  # type: ignore[call-overload]
    deadline = time.monotonic() + 60
    while not (clone.folder / "half-way").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) != 0
    assert clone.left_over() == []
    (clone.folder / "slow").unlink()
    assert clone.run("demo").stdout.endswith("[demo]")


def test_without_a_fitting_python_the_remedy_is_one_line(clone: Clone) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        clone.play(name, "exit 1")
    done = clone.run()
    assert done.returncode == 1
    assert done.stderr.startswith("justw: Python 3.11, 3.12 or 3.13 is needed")
    assert done.stderr.count("\n") == 1


def test_debians_python_gets_its_pip_if_root_asks(clone: Clone) -> None:
    (clone.folder / "no-pip").touch()
    clone.play("id", "echo 0")
    clone.play(
        "apt-get", f"echo \"$*\" >> '{clone.folder}/apt'; case $* in *install*) rm '{clone.folder}/no-pip' ;; esac"
    )
    done = clone.run()
    assert done.returncode == 0, done.stderr
    assert "installing Debian's package python3-pip" in done.stderr
    installs = [line for line in (clone.folder / "apt").read_text().splitlines() if "install" in line]
    assert [line.split()[-1] for line in installs] == ["python3-pip"]
    assert clone.left_over() == [".tools"]


def test_without_root_the_command_to_run_is_named(clone: Clone) -> None:
    (clone.folder / "no-pip").touch()
    clone.play("id", "echo 1000")
    done = clone.run()
    assert done.returncode == 1
    assert "apt-get install python3-pip" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_refusal_of_apt_is_one_line(clone: Clone) -> None:
    (clone.folder / "no-pip").touch()
    clone.play("id", "echo 0")
    clone.play("apt-get", "echo 'E: no route to the mirror' >&2; exit 100")
    done = clone.run()
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == ["justw: python3-pip cannot be installed: E: no route to the mirror"]
