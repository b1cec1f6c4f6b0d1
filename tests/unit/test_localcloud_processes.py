"""Daemons of the local cloud: remembered by pid and start time, ended with their process group, explained when they fail."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localcloud import paths, processes
from localcloud.errors import LocalCloudError

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "STATE", tmp_path / "a state")
    return tmp_path / "a state"


def _record(state: Path, **values: object) -> Path:
    record = state / "run" / "one.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps(values))
    return record


def test_a_daemon_is_found_again_with_what_was_remembered_and_ended_once() -> None:
    started = processes.start("one", SLEEPER, info={"port": 7}, ready=lambda: True, timeout=60)
    assert processes.running("one") == started
    assert started.info == {"port": 7}
    assert processes.stop("one") is True
    assert processes.running("one") is None
    assert processes.stop("one") is False


def test_the_record_of_a_process_that_is_gone_is_removed(state: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    record = _record(state, name="one", pid=ended.pid, started=1.0, info={})
    assert processes.running("one") is None
    assert not record.exists()


def test_another_process_that_got_the_pid_is_neither_taken_nor_ended(state: Path) -> None:
    other = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        record = _record(state, name="one", pid=other.pid, started=1.0, info={})
        assert processes.stop("one") is False
        assert not record.exists()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("text", ["", "no json", "{}", "[]", '{"name": "one"}'])
def test_an_unreadable_record_counts_as_not_running(state: Path, text: str) -> None:
    record = _record(state)
    record.write_text(text)
    assert processes.running("one") is None
    assert not record.exists()


def test_a_daemon_that_ends_before_it_is_ready_is_explained_by_its_log() -> None:
    failing = [sys.executable, "-c", "import sys; print('the port is taken'); sys.exit(3)"]
    with pytest.raises(LocalCloudError, match="exit code 3") as caught:
        processes.start("one", failing, info={}, ready=lambda: False, timeout=60)
    assert "the port is taken" in str(caught.value)
    assert str(processes.log_file("one")) in str(caught.value)
    assert processes.running("one") is None


def test_a_daemon_that_is_not_ready_in_time_is_ended() -> None:
    with pytest.raises(LocalCloudError, match="did not answer within"):
        processes.start("one", SLEEPER, info={}, ready=lambda: False, timeout=0.2)
    assert processes.running("one") is None


def test_a_program_that_is_not_there_is_one_line() -> None:
    with pytest.raises(LocalCloudError, match=r"one cannot be started: .*no-such-program"):
        processes.start("one", ["/no-such-program"], info={}, ready=lambda: True, timeout=60)


def test_an_interrupt_of_the_wait_ends_the_daemon() -> None:
    pids: list[int] = []

    def interrupted() -> bool:
        daemon = processes.running("one")
        assert daemon is not None
        pids.append(daemon.pid)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        processes.start("one", SLEEPER, info={}, ready=interrupted, timeout=60)
    assert not Path("/proc", str(pids[0])).exists()


def test_stop_ends_the_whole_group_and_nothing_else(tmp_path: Path) -> None:
    children = tmp_path / "pid"
    parent = f"sleep 600 & echo $! > '{children}'; wait"
    bystander = subprocess.Popen(SLEEPER)
    try:
        processes.start("one", ["/bin/sh", "-c", parent], info={}, ready=children.exists, timeout=60)
        child = int(_text(children))
        assert processes.stop("one", timeout=60) is True
        assert _gone(child)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_daemon_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = ["/bin/sh", "-c", f"trap '' TERM; : > '{ready}'; while :; do sleep 1; done"]
    daemon = processes.start("one", stubborn, info={}, ready=ready.exists, timeout=60)
    assert processes.stop("one", timeout=0.2) is True
    assert _gone(daemon.pid)


def test_the_log_and_the_record_are_the_users_alone(state: Path) -> None:
    processes.start("one", SLEEPER, info={}, ready=lambda: True, timeout=60)
    try:
        assert {oct((state / folder).stat().st_mode & 0o777) for folder in ("logs", "run")} == {"0o700"}
    finally:
        processes.stop("one")


def _text(path: Path) -> str:
    deadline = time.monotonic() + 60
    while not (text := path.read_text()):
        assert time.monotonic() < deadline
    return text


def _gone(pid: int) -> bool:
    """Ended: no such process, or one that only its parent has not looked at yet."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not processes.alive(pid):
            return True
        time.sleep(0.05)
    return False
