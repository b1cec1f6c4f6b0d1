"""create-users with everything real: SSH server, directory tool, domain controller."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.directory import DirectoryInfo
from localcloud.jumphost import service
from localcloud.jumphost.service import JumpHostInfo
from scripts.operator import create_users, stack, tool
from tests.canaries.processes import Sampler
from tests.canaries.search import Canaries, changed, files
from tests.directory.rig import Outside, read_credentials
from tests.unit.operator_rig import OUTPUTS, FakePulumi

pytestmark = pytest.mark.directory


@pytest.fixture
def host(info: DirectoryInfo) -> Iterator[JumpHostInfo]:
    assert info.address
    yield service.start()
    service.remove()


@pytest.fixture
def project(info: DirectoryInfo, host: JumpHostInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    outputs = OUTPUTS | {
        "domain_name": info.domain,
        "directory_servers": [info.address],
        "directory_admin_user": info.admin_name,
        "directory_ca_certificate": info.ca_file.read_text(),
        "users": {"prefix": "operated", "start": 1, "width": 3, "group": "operators"},
        "jump_host_host": host.host,
        "jump_host_port": host.port,
        "jump_host_user": host.user,
        "jump_host_host_key": host.host_key,
    }
    FakePulumi(tmp_path, monkeypatch).answer(outputs, key=host.private_key_file.read_text())
    monkeypatch.setattr(stack, "admin_password", lambda arn: info.admin_password_file.read_text().strip())
    monkeypatch.setattr(create_users, "PROJECT", tmp_path)
    monkeypatch.setattr(tool, "BUILD", tmp_path / "build")
    return tmp_path


def test_users_exist_afterwards_and_a_second_run_adds_what_is_missing(
    project: Path, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_users.main(["3", "--stack", "team"]) == 0
    assert "created" in capsys.readouterr().out
    (stored,) = project.glob("credentials/team/*.csv")
    rows = dict(line.split(",", 1) for line in stored.read_text().splitlines()[1:])
    assert sorted(rows) == ["operated001", "operated002", "operated003"]
    assert create_users.main(["4", "--stack", "team"]) == 0
    assert len(list(project.glob("credentials/team/*.csv"))) == 2
    assert outside.accepts(rows) == dict.fromkeys(rows, True)
    assert outside.members("operators") == {*rows, "operated004"}


def test_a_bad_series_is_told_in_the_tools_words(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert create_users.main(["3", "--stack", "team", "--prefix", "No!"]) == 2
    assert "--prefix 'No!' is not allowed" in capsys.readouterr().err
    assert not list(project.glob("credentials/**/*.csv"))


@pytest.mark.parametrize("right", [True, False], ids=["done", "refused"])
def test_no_password_is_anywhere_but_in_the_credentials(
    project: Path,
    state: Path,
    info: DirectoryInfo,
    host: JumpHostInfo,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    right: bool,
) -> None:
    """Nor is the login's key: in arguments, environments, what is printed, logs, and files of both ends."""
    password = info.admin_password_file.read_text().strip() if right else "Wrong-Password-0123&<%"
    secrets = {"admin": password, "key": host.private_key_file.read_text()}
    monkeypatch.setattr(stack, "admin_password", lambda arn: password)
    sampler, began = Sampler(), time.time()
    with sampler.running():
        code = create_users.main(["2", "--stack", "team", "--prefix", "silent"])
    stored = sorted(project.glob("credentials/team/*.csv"))
    assert (code, len(stored)) == ((0, 1) if right else (3, 0))
    canaries = Canaries(secrets | {name: word for path in stored for name, word in read_credentials(path).items()})
    assert any(b"create" in one.arguments and b"--credentials-file" in one.arguments for one in sampler.samples)
    assert canaries.search((one.command, one.arguments + one.environment) for one in sampler.samples) == []
    assert canaries.search([("printed", "".join(capfd.readouterr()).encode())]) == []
    private = ["jumphost/client_key", "directory/admin-password", "directory/read-only-password"]
    assert canaries.search(files(state, may_hold=private)) == []
    own = {*stored, *(state / name for name in private)}
    assert canaries.search(changed([project, Path(tempfile.gettempdir()), Path("/run")], since=began, but=own)) == []
