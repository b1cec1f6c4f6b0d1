"""create-users over a real SSH connection, with a tool on the host that does what the test says."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from localcloud.jumphost.service import JumpHostInfo
from scripts.operator import create_users, credentials, jump, stack, tool
from scripts.operator.errors import OperatorError
from scripts.operator.reach.ssh import connect
from tests.unit.command_standin_rig import jump_host
from tests.unit.operator_rig import OUTPUTS, FakePulumi

pytestmark = pytest.mark.directory

PASSWORD = "correct horse"

SUMMARY = {
    "event": "summary",
    "created": 2,
    "existing": 1,
    "failed": [],
    "remaining": 0,
    "interrupted": False,
    "members_added": 2,
    "verified": 3,
    "seconds": 0.5,
    "users_per_second": 4.0,
}

START = """
import json, os, pathlib, signal, sys, time
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
given = json.load(sys.stdin)
def say(**event): print(json.dumps(event), flush=True)
pathlib.Path("seen.json").write_text(json.dumps([sys.argv, given, dict(os.environ)]))
def hand_over(text): pathlib.Path(options["--credentials-file"]).write_text(text)
"""

WORKS = (
    START
    + """
say(event="progress", done=0, total=3, seconds=0)
hand_over("name,password\\nposit0001,secret one\\n")
say(event="progress", done=3, total=3, seconds=0.5)
"""
    + f"print({json.dumps(json.dumps(SUMMARY))})"
)


@dataclass
class Bench:
    """A stack that is up, its jump host, and the operator's project folder."""

    host: JumpHostInfo
    pulumi: FakePulumi
    project: Path
    patch: pytest.MonkeyPatch

    @property
    def home(self) -> Path:
        return self.host.private_key_file.parent / "home"

    def tool(self, code: str) -> None:
        file = self.project / f"hpcstack-directory-{abs(hash(code))}.pyz"
        file.write_text(code)
        self.patch.setattr(tool.bundle, "write", lambda folder: file)

    def outputs(self, **more: object) -> None:
        reach = {
            "jump_host_host": self.host.host,
            "jump_host_port": self.host.port,
            "jump_host_user": self.host.user,
            "jump_host_host_key": self.host.host_key,
        }
        self.pulumi.answer(OUTPUTS | reach | more, key=self.host.private_key_file.read_text())

    @property
    def stored(self) -> list[Path]:
        return sorted((self.project / "credentials").rglob("*.csv"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JumpHostInfo]:
    with jump_host(tmp_path_factory.mktemp("a b") / "state") as info:
        yield info


@pytest.fixture
def bench(host: JumpHostInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(host, FakePulumi(tmp_path, monkeypatch), tmp_path, monkeypatch)
    monkeypatch.setattr(create_users, "PROJECT", tmp_path)
    monkeypatch.setattr(stack, "admin_password", lambda arn: PASSWORD)
    made.outputs()
    return made


def test_users_are_made_and_their_passwords_come_home(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.tool(WORKS)
    assert create_users.main(["3", "--stack", "team", "--prefix", "lab"]) == 0
    argv, given, environment = json.loads((bench.home / "seen.json").read_text())
    options = dict(zip(argv[2::2], argv[3::2], strict=True))
    assert given == {"adminPassword": PASSWORD}
    assert PASSWORD not in json.dumps([argv, environment])
    assert (options["--prefix"], options["--group"], options["--count"]) == ("lab", "hpcusers", "3")
    assert (options["--domain"], options["--server"]) == ("hpc.example.org", "127.0.0.1,127.0.0.2")
    shown = capsys.readouterr()
    assert "3 of 3 users" in shown.out
    assert str(bench.stored[0]) in shown.out.replace("\n", "")
    assert not any(word in shown.out + shown.err for word in (PASSWORD, "secret one"))


def test_the_file_is_private_here_and_gone_there(bench: Bench) -> None:
    bench.tool(WORKS)
    create_users.main(["3", "--stack", "team"])
    (stored,) = bench.stored
    assert stored.read_text() == "name,password\nposit0001,secret one\n"
    modes = [path.stat().st_mode & 0o777 for path in (stored, stored.parent, stored.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    assert not (bench.home / credentials.remote_file("team")).exists()
    create_users.main(["3", "--stack", "team"])
    assert len(bench.stored) == 2


def test_the_tool_is_sent_once(bench: Bench) -> None:
    bench.tool(WORKS)
    create_users.main(["3", "--stack", "team"])
    (sent,) = (path for path in bench.home.glob("*.pyz") if path.read_text() == WORKS)
    before = sent.stat()
    create_users.main(["3", "--stack", "team"])
    assert sent.stat().st_mtime_ns == before.st_mtime_ns


def test_the_directorys_certificate_and_unit_reach_the_tool(bench: Bench) -> None:
    bench.tool(WORKS)
    bench.outputs(directory_ca_certificate="PEM", directory_users_ou="OU=People,DC=hpc")
    create_users.main(["3", "--stack", "team"])
    argv = json.loads((bench.home / "seen.json").read_text())[0]
    options = dict(zip(argv[2::2], argv[3::2], strict=True))
    assert (bench.home / options["--ca-file"]).read_text() == "PEM"
    assert options["--users-ou"] == "OU=People,DC=hpc"


def test_the_tools_error_and_exit_code_pass_through(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.tool(START + 'sys.stderr.write("error: no controller answers\\n"); sys.exit(3)')
    assert create_users.main(["3", "--stack", "team"]) == 3
    assert "error: no controller answers" in capsys.readouterr().err
    assert not bench.stored


def test_passwords_that_an_earlier_run_left_on_the_host_come_home_too(bench: Bench) -> None:
    (bench.home / ".hpcstack").mkdir(exist_ok=True)
    (bench.home / credentials.remote_file("team")).write_text("name,password\nearlier,x\n")
    bench.tool(START + "sys.exit(3)")
    assert create_users.main(["3", "--stack", "team"]) == 3
    assert "earlier,x" in bench.stored[0].read_text()


def test_passwords_that_cannot_be_stored_stay_on_the_host(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    (bench.project / "credentials").write_text("a file where a folder should be")
    bench.tool(WORKS)
    assert create_users.main(["3", "--stack", "team"]) == 1
    assert "they still are in" in capsys.readouterr().err
    assert (bench.home / credentials.remote_file("team")).exists()
    (bench.home / credentials.remote_file("team")).unlink()


def test_a_file_that_grew_meanwhile_stays_on_the_host(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = bench.home / credentials.remote_file("team")
    remote.parent.mkdir(exist_ok=True)
    remote.write_text("name,password\n")

    def store_while_it_grows(content: bytes, folder: Path) -> Path:
        remote.write_text("name,password\nlater,x\n")
        return folder

    monkeypatch.setattr(credentials, "store", store_while_it_grows)
    info = bench.host
    with connect(info.host, info.port, info.user, info.host_key, info.private_key_file.read_text()) as session:
        credentials.fetch(session, "team", bench.project)
    assert "later" in remote.read_text()
    remote.unlink()


def test_another_host_key_is_refused_before_the_password_is_sent(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.tool(WORKS)
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBl6LEkfhYGcCGjTGW3NqC+tV3nQ5dm3ZfTXBxQpLRsa"
    bench.outputs(jump_host_host_key=other)
    assert create_users.main(["3", "--stack", "team"]) == 3
    assert "Host key verification failed" in capsys.readouterr().err


def test_an_address_that_would_change_sshs_configuration_is_refused(bench: Bench) -> None:
    with pytest.raises(OperatorError, match="is no address"), connect('h"\nProxyCommand x', 22, "u", None, None):
        pytest.fail("connected")


def test_ctrl_c_reaches_the_tool_which_ends_in_order(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    stopped = SUMMARY | {"interrupted": True, "remaining": 2}
    bench.tool(
        START
        + "signal.signal(signal.SIGINT, lambda *_: setattr(sys, 'ended', True))\n"
        + 'say(event="progress", done=1, total=3, seconds=0)\npathlib.Path("working").touch()\n'
        + "deadline = time.monotonic() + 120\n"
        + "while not hasattr(sys, 'ended') and time.monotonic() < deadline: time.sleep(0.05)\n"
        + f"print({json.dumps(json.dumps(stopped))})\nsys.exit(1 if hasattr(sys, 'ended') else 7)\n"
    )
    working = bench.home / "working"

    def press() -> None:
        while not working.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    assert create_users.main(["3", "--stack", "team"]) == 1
    shown = capsys.readouterr()
    assert "ending after what is under way" in shown.out
    assert "stopped on request" in shown.err


def test_it_runs_as_the_module_that_just_calls(bench: Bench) -> None:
    command = [sys.executable, "-m", "scripts.operator.create_users", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tool.BUILD.parent)
    assert "usage: just create-users N [stack]" in done.stdout


def test_jump_runs_one_command_or_a_shell_over_the_stacks_own_connection(
    bench: Bench, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jump.main(["--stack", "team", "--", 'echo "$HOME"; exit 7']) == 7
    assert capfd.readouterr().out == f"{bench.home}\n"
    typed = bench.project / "typed"
    typed.write_text("echo typed; exit 3\n")
    with typed.open() as keys:
        monkeypatch.setattr(sys, "stdin", keys)
        kept = os.dup(0)
        os.dup2(keys.fileno(), 0)
        try:
            assert jump.main(["--stack", "team"]) == 3
        finally:
            os.dup2(kept, 0)
            os.close(kept)
    assert capfd.readouterr().out == "typed\n"
