"""The emulator as a process and as a daemon of the local cloud."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import paths, processes
from localcloud.emulator import service
from tests.emulator import rig

pytestmark = pytest.mark.emulator


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "STATE", tmp_path / "state with space")
    return paths.STATE


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "localcloud.emulator", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "localhost"])
def test_only_loopback_addresses_are_served(host: str) -> None:
    ended = _run("--host", host, "--port", "0")
    assert ended.returncode == 2
    assert f"{host} is not an address of 127.0.0.0/8" in ended.stderr


def test_a_taken_port_is_one_line_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = _run("--port", str(other.getsockname()[1]))
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: cannot listen on 127.0.0.1:")
    assert len(ended.stderr.splitlines()) == 1


def test_sigterm_ends_it_quietly(tmp_path: Path) -> None:
    emulator = rig.start(tmp_path)
    assert emulator.stop() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_daemon_is_started_once_remembers_its_port_and_is_born_anew(state: Path) -> None:
    try:
        first = service.start()
        birth = service.birth()
        assert service.start() == first
        assert service.endpoint() == first.info["endpoint"]
        assert service.stop()
        assert service.endpoint() is None
        assert service.birth() is None
        again = service.start()
        assert again.info["port"] == first.info["port"]
        assert service.birth() not in (None, birth)
    finally:
        service.stop()
    assert not service.stop()


def test_daemon_takes_another_port_when_its_own_is_taken(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_RELEASE_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        (state / "emulator").mkdir(parents=True)
        (state / "emulator" / "port").write_text(str(taken))
        try:
            assert service.start().info["port"] != taken
        finally:
            service.stop()


def test_settings_of_aws_clients_do_not_reach_the_daemon(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    try:
        daemon = service.start()
        environment = Path(f"/proc/{daemon.pid}/environ").read_bytes().split(b"\0")
        assert not [line for line in environment if line.startswith(b"AWS_ENDPOINT_URL")]
        assert processes.running(service.NAME) == daemon
    finally:
        service.stop()
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
