"""One at a time over processes; progress without a terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import locks, paths
from localcloud.engine.progress import progress

HOLDER = """
import pathlib, sys
from localcloud import locks
with locks.held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_one_is_told_and_waits(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "lock"
    command = [sys.executable, "-c", HOLDER, str(lock)]
    holder = subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    told: list[str] = []

    def waiting() -> None:
        told.append("waiting")
        holder.stdin.close()

    with locks.held(lock, waiting):
        assert holder.wait(60) == 0
    assert told == ["waiting"]


def test_the_first_one_is_not_told_to_wait(tmp_path: Path) -> None:
    for _ in range(2):
        with locks.held(tmp_path / "lock", lambda: pytest.fail("waited for nobody")):
            assert (tmp_path / "lock").exists()


def test_progress_is_on_standard_error_in_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("building", total=1000) as advance:
        for _ in range(1000):
            advance(1)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "local cloud: building",
        *(f"local cloud: building: {part} %" for part in (25, 50, 75)),
    ]
