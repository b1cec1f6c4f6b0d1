"""The stand-in for pulumi-command against a real SSH server: commands, keys, uploads."""

import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import proto

from localcloud.jumphost.service import JumpHostInfo
from tests.unit.aws_standin_rig import Refused, secret, secrets_of
from tests.unit.command_standin_rig import COPY, REMOTE, CommandRig, connection, jump_host

pytestmark = pytest.mark.directory

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBl6LEkfhYGcCGjTGW3NqC+tV3nQ5dm3ZfTXBxQpLRsa"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JumpHostInfo]:
    with jump_host(tmp_path_factory.mktemp("a b") / "state") as info:
        yield info


@pytest.fixture
def home(host: JumpHostInfo) -> Path:
    return host.private_key_file.parent / "home"


@pytest.fixture
def rig() -> CommandRig:
    return CommandRig()


def test_a_command_runs_in_the_hosts_home_with_its_input(rig: CommandRig, host: JumpHostInfo, home: Path) -> None:
    made = rig.create(REMOTE, connection=connection(host), create="pwd; cat; echo e >&2", stdin="typed\n")
    assert (made["stdout"], made["stderr"]) == (f"{home}\ntyped", "e")
    assert set(rig.lines) == {str(home), "typed", "e"}
    assert secrets_of(made.state) == {"connection"}


def test_a_failing_command_is_told_with_its_status(rig: CommandRig, host: JumpHostInfo) -> None:
    with pytest.raises(Refused, match=r"Process exited with status 255: running 'echo why >&2; exit 255':\nwhy"):
        rig.create(REMOTE, connection=connection(host), create="echo why >&2; exit 255")


def test_delete_runs_with_the_connection_of_the_state(rig: CommandRig, host: JumpHostInfo, home: Path) -> None:
    rig.delete(rig.create(REMOTE, connection=connection(host), create="true", delete="touch deleted"))
    assert (home / "deleted").exists()


def test_another_host_key_is_refused(rig: CommandRig, host: JumpHostInfo, home: Path) -> None:
    with pytest.raises(Refused, match="Host key verification failed"):
        rig.create(REMOTE, connection=connection(host, hostKey=OTHER_KEY), create="touch intruded")
    assert not (home / "intruded").exists()


def test_a_host_key_is_not_checked_when_none_is_given(rig: CommandRig, host: JumpHostInfo) -> None:
    unchecked = {key: value for key, value in connection(host).items() if key != "hostKey"}
    assert rig.create(REMOTE, connection=unchecked, create="echo in")["stdout"] == "in"


def test_a_key_that_the_host_does_not_know_is_refused_and_not_shown(rig: CommandRig, host: JumpHostInfo) -> None:
    foreign = host.private_key_file.with_name("host_key").read_text()
    with pytest.raises(Refused, match="Permission denied") as caught:
        rig.create(REMOTE, connection=connection(host, privateKey=foreign), create="true")
    assert foreign not in str(caught.value)


def test_dialling_is_tried_again_as_often_as_allowed(rig: CommandRig, host: JumpHostInfo) -> None:
    with pytest.raises(Refused, match=r"after 3 failed attempts: .*Connection refused"):
        rig.create(REMOTE, connection=connection(host, port=9, dialErrorLimit=2), create="true")
    assert rig.lines == ["Dial 1/2 failed: retrying", "Dial 2/2 failed: retrying"]


def test_a_variable_that_the_host_does_not_accept_is_refused(rig: CommandRig, host: JumpHostInfo) -> None:
    with pytest.raises(Refused, match=r"could not set environment variable 'COLOUR'.*AcceptEnv"):
        rig.create(REMOTE, connection=connection(host), create="true", environment={"COLOUR": "red"})


def test_former_output_is_no_fault_when_the_host_does_not_accept_it(rig: CommandRig, host: JumpHostInfo) -> None:
    made = rig.create(REMOTE, connection=connection(host), create="echo first")
    changed = rig.update(made, connection=connection(host), create='echo "[$PULUMI_COMMAND_STDOUT]"')
    assert changed["stdout"] == "[]"


def test_input_and_key_are_in_no_command_line_or_environment(rig: CommandRig, host: JumpHostInfo) -> None:
    # Not the first lines, which are the same in all keys; and a word that no other process of the machine knows.
    key_line, word_in = host.private_key_file.read_text().splitlines()[3], uuid.uuid4().hex
    seen, done = set[str](), threading.Event()

    def sample() -> None:
        while not done.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    seen.update(word for word in (word_in, key_line) if word in _read(process / name))
            time.sleep(0.02)

    sampler = threading.Thread(target=sample)
    sampler.start()
    rig.create(REMOTE, connection=connection(host), create="sleep 0.5; cat >/dev/null", stdin=secret(word_in))
    done.set()
    sampler.join()
    assert not seen


def test_nothing_is_left_in_the_folder_for_temporary_files(
    rig: CommandRig, host: JumpHostInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path is short
        monkeypatch.setattr("localcloud.plugins.command.ssh._short_folder", lambda: folder)
        assert rig.create(REMOTE, connection=connection(host), create="echo in")["stdout"] == "in"
        assert not list(Path(folder).iterdir())


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _copy(rig: CommandRig, host: JumpHostInfo, source: Any, target: str) -> Any:
    return rig.create(COPY, connection=connection(host), source=source, remotePath=target)


def test_a_file_goes_to_a_new_path_or_into_a_folder(
    rig: CommandRig, host: JumpHostInfo, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").write_bytes(bytes(range(256)) * 400)
    for target in ("new/deep/file", "new/deep"):
        _copy(rig, host, pulumi.FileAsset(str(tmp_path / "data")), target)
    assert {path.name for path in (home / "new/deep").iterdir()} == {"file", "data"}
    assert (home / "new/deep/file").read_bytes() == (tmp_path / "data").read_bytes()


def test_a_folder_goes_below_the_target_or_with_a_slash_into_it(
    rig: CommandRig, host: JumpHostInfo, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "tree/sub/leaf").write_text("x")
    _copy(rig, host, pulumi.FileArchive(f"{tmp_path}/tree"), "below")
    _copy(rig, host, pulumi.FileArchive(f"{tmp_path}/tree/"), "into")
    assert (home / "below/tree/sub/leaf").read_text() == (home / "into/sub/leaf").read_text() == "x"


def test_a_text_overwrites_a_file_and_is_refused_for_a_folder(rig: CommandRig, host: JumpHostInfo, home: Path) -> None:
    for text in ("a longer first text", "second"):
        _copy(rig, host, pulumi.StringAsset(text), "note")
    assert (home / "note").read_text() == "second"
    (home / "taken").mkdir()
    with pytest.raises(Refused, match="remote path taken is a directory"):
        _copy(rig, host, pulumi.StringAsset("x"), "taken")


def test_a_folder_is_refused_for_a_file(rig: CommandRig, host: JumpHostInfo, home: Path, tmp_path: Path) -> None:
    (home / "file").write_text("x")
    with pytest.raises(Refused, match="remote path file exists but is not a directory"):
        _copy(rig, host, pulumi.FileArchive(str(tmp_path)), "file")


def test_changed_content_at_the_same_path_is_copied_again(
    rig: CommandRig, host: JumpHostInfo, home: Path, tmp_path: Path
) -> None:
    source = tmp_path / "tool"
    source.write_text("one")
    inputs = {"connection": connection(host), "source": pulumi.FileAsset(str(source)), "remotePath": "tool"}
    made = rig.create(COPY, **inputs)
    assert rig.diff(made, **inputs).changes == proto.DiffResponse.DIFF_NONE
    source.write_text("two")
    assert rig.diff(made, **inputs).changes == proto.DiffResponse.DIFF_SOME
    changed = rig.update(made, **inputs)
    assert (home / "tool").read_text() == "two"
    rig.delete(changed)
    assert (home / "tool").exists()


def test_a_source_that_is_missing_is_refused_at_preview(rig: CommandRig, host: JumpHostInfo, tmp_path: Path) -> None:
    inputs = {"connection": connection(host), "source": pulumi.FileAsset(f"{tmp_path}/no"), "remotePath": "x"}
    assert "there is no file or folder" in rig.check(COPY, inputs)[1]["source"]
