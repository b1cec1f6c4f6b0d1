"""The controller itself: one start, loopback only, TLS that verifies, rights, and a start after a killed one."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localcloud import directory, paths, ports, processes
from localcloud.directory import DirectoryInfo
from localcloud.errors import LocalCloudError
from tests.directory.rig import Outside, command_lines, listening
from tests.emulator.rig import until

pytestmark = pytest.mark.directory


def test_a_second_start_finds_the_first(info: DirectoryInfo):
    before = processes.running("directory")
    assert directory.start(info.domain) == info == directory.info()
    assert processes.running("directory") == before


def test_another_domain_is_refused_in_one_line(info: DirectoryInfo):
    with pytest.raises(LocalCloudError, match=r"serves hpc\.example\.org, not other\.example\.org"):
        directory.start("other.example.org")


def test_it_listens_on_its_own_address_only(info: DirectoryInfo):
    daemon = processes.running("directory")
    assert daemon is not None
    octets = reversed(info.address.split("."))
    own = "".join(f"{int(octet):02X}" for octet in octets)
    wanted = {(own, port) for port in (88, 389, 464, 636, 3268, 3269)}

    def found() -> set[tuple[str, int]]:
        return {(entry.split(":")[0], int(entry.split(":")[1], 16)) for entry in listening(daemon.pid)}

    # Some of its processes listen later than the one that answered first.
    until(lambda: found() >= wanted)
    assert found() == wanted


def test_secrets_are_the_owners_only(info: DirectoryInfo):
    for file in (info.admin_password_file, info.read_only_password_file, info.ca_file.with_name("ca.key")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_read_only_user_reads_and_cannot_write(info: DirectoryInfo, outside: Outside):
    who = [info.read_only_user, info.read_only_password_file.read_text()]
    found = outside.ask("search", base=info.base_dn, filter="(sAMAccountName=krbtgt)", attributes=["cn"], **{"as": who})
    dn = f"CN=intruder,CN=Users,{info.base_dn}"
    assert [entry["cn"] for entry in found.values()] == [["krbtgt"]]
    assert outside.ask("add_user", dn=dn, name="intruder", **{"as": who}) == "INSUFFICIENT_ACCESS"


def test_users_survive_a_stop_and_a_start(info: DirectoryInfo, outside: Outside):
    assert directory.stop()
    assert directory.info() is None
    assert directory.start(info.domain) == info
    assert outside.search("(sAMAccountName=ReadOnlyUser)", "cn")


def test_a_killed_provision_leaves_a_working_next_start(
    info: DirectoryInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # A test that is held up for seconds on a busy machine misses the moment, and then tries again.
    assert any(_killed_in_the_middle(tmp_path) for _ in range(5))
    assert not (tmp_path / "directory").exists()

    monkeypatch.setattr(paths, "STATE", tmp_path)
    second = directory.start("second.example.org")
    # Beside the other tests' controller, so on an address of its own.
    assert second.address != info.address
    assert Outside(second).search("(sAMAccountName=ReadOnlyUser)", "cn")
    directory.remove()
    assert not (tmp_path / "directory").exists()


def _killed_in_the_middle(state: Path) -> bool:
    """Begin a provision and kill it with all its processes while its database grows; False if it was over by then."""
    program = "from localcloud.directory import remove, start; start('second.example.org'); remove()"
    environment = {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(state)}
    first = subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=paths.ROOT, start_new_session=True)
    password = state / "directory.new" / "admin-password"
    database = state / "directory.new" / "samba" / "private" / "sam.ldb"
    while first.poll() is None and not database.exists():
        time.sleep(0.02)
    try:
        assert password.read_text() not in command_lines()
        os.killpg(first.pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        assert first.wait() == 0
        return False
    first.wait()
    return (state / "directory.new").exists()


def test_an_address_that_is_taken_meanwhile_is_given_up(
    info: DirectoryInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    choose, choices = ports.loopback_address, iter([info.address])
    # At first the address of the running controller, as if that one had started a moment later.
    monkeypatch.setattr(ports, "loopback_address", lambda wanted: next(choices, None) or choose(wanted))
    second = directory.start("third.example.org")
    assert second.address != info.address
    assert Outside(second).search("(sAMAccountName=ReadOnlyUser)", "cn")
    directory.remove()


@pytest.mark.parametrize("domain", ["local", "-a.example.org", "a..b", "dc1.example.org", "x" * 64 + ".org"])
def test_domains_that_cannot_be_are_refused(domain: str):
    with pytest.raises(LocalCloudError, match="domain"):
        directory.start(domain)


def test_without_root_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LocalCloudError, match="needs root"):
        directory.start("hpc.example.org")
