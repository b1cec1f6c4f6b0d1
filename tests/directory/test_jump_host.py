"""The jump host, really started: who gets in, where sessions live, what survives a restart."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import paths, processes
from localcloud.errors import LocalCloudError
from localcloud.jumphost import configuration, service
from localcloud.jumphost.service import JumpHostInfo

pytestmark = pytest.mark.directory


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "a clone's 100%"
    monkeypatch.setattr(paths, "STATE", folder)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield folder
    service.stop()


def ssh(host: JumpHostInfo, command: str, *options: str, key: Path | None = None) -> "subprocess.CompletedProcess[str]":
    words = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    identity = str(key or host.private_key_file).replace("%", "%%")
    words += ["-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", f'IdentityFile="{identity}"', *options]
    argv = ["ssh", "-F", "none", *words, "-p", str(host.port), f"{host.user}@{host.host}", command]
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)


def test_a_session_lives_in_the_hosts_own_home(state: Path) -> None:
    host = service.start()
    shown = ssh(host, 'pwd; echo "$HOME"; echo "[$SSH_ORIGINAL_COMMAND]"; exit 7')
    home = state / "jumphost/home"
    assert (shown.stdout, shown.returncode) == (f"{home}\n{home}\n[]\n", 7)


def test_a_second_start_leaves_it_running(state: Path) -> None:
    first = service.start()
    running = processes.running(service.NAME)
    assert service.start() == first == service.info()
    assert processes.running(service.NAME) == running


def test_keys_and_port_survive_a_restart_and_go_with_remove(state: Path) -> None:
    first = service.start()
    assert service.stop()
    assert service.info() is None
    assert not service.stop()
    assert service.start() == first
    service.remove()
    assert not (state / "jumphost").exists()


def test_a_port_that_was_taken_meanwhile_is_replaced(state: Path) -> None:
    first = service.start()
    service.stop()
    with socket.create_server((first.host, first.port)):
        second = service.start()
    assert second.port != first.port
    assert ssh(second, "true").returncode == 0


def test_only_the_client_key_gets_in(state: Path) -> None:
    host = service.start()
    refused = ssh(host, "true", key=state / "jumphost/host_key")
    assert (refused.returncode, "Permission denied (publickey)" in refused.stderr) == (255, True)
    assert not service.logs_in(JumpHostInfo(host.host, host.port, "somebody", host.host_key, host.private_key_file))


def test_readiness_checks_the_host_key(state: Path) -> None:
    host = service.start()
    assert service.logs_in(host)
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBl6LEkfhYGcCGjTGW3NqC+tV3nQ5dm3ZfTXBxQpLRsa"
    assert not service.logs_in(JumpHostInfo(host.host, host.port, host.user, other, host.private_key_file))


def test_no_variable_no_forwarding(state: Path) -> None:
    host = service.start()
    assert "COLOUR" not in ssh(host, "env", "-o", "SetEnv COLOUR=red").stdout
    forwarded = ssh(host, "true", "-o", "ExitOnForwardFailure=yes", "-R", f"0:{host.host}:{host.port}")
    assert forwarded.returncode == 255


def test_folders_and_keys_are_private(state: Path) -> None:
    service.start()
    folder = state / "jumphost"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}
    assert {name: modes[name] for name in ("jumphost", "home", "host_key", "client_key")} == {
        "jumphost": 0o700,
        "home": 0o700,
        "host_key": 0o600,
        "client_key": 0o600,
    }


def test_a_server_that_does_not_come_up_is_told_with_its_log(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "SETTINGS", "NoSuchOption yes\n")
    with pytest.raises(LocalCloudError, match=r"(?s)jumphost ended at once.*Bad configuration option: NoSuchOption"):
        service.start()


def test_a_missing_server_is_named_with_its_package(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.shutil, "which", lambda name, path=None: None)
    with pytest.raises(LocalCloudError, match=r"sshd is missing: install OpenSSH .*openssh-server"):
        service.start()


def test_a_path_that_sshd_cannot_read_is_refused() -> None:
    with pytest.raises(LocalCloudError, match="line break"):
        configuration.quoted("a\nb")
