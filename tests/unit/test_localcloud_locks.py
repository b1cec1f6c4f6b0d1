"""One at a time over processes; progress without a terminal."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from localcloud import locks
from localcloud.engine.progress import progress


def _hold(path: Path, held: Event, release: Event) -> None:
    with locks.held(path):
        held.set()
        release.wait(10)


def test_the_second_one_is_told_and_waits(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(tmp_path / "folder" / "lock", held, release))
    holder.start()
    assert held.wait(10)
    told: list[str] = []

    def waiting() -> None:
        told.append("waiting")
        release.set()

    with locks.held(tmp_path / "folder" / "lock", waiting):
        holder.join(10)
    assert told == ["waiting"]
    assert holder.exitcode == 0


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
