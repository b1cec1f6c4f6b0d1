"""What goes wrong on the way: killed servers, cut connections, a second writer, Ctrl-C, refusals. Nothing is left half made."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud import directory, ports, processes
from tests.directory.rig import Outside, Relay, Result, Tool, command_lines, read_credentials

pytestmark = pytest.mark.directory


@pytest.fixture
def relay(tool: Tool) -> Relay:
    return Relay(ports.loopback_address((88, 389, 636)), tool.info.address)


def begin(tool: Tool, prefix: str, count: int, *more: str, server: str | None = None) -> "subprocess.Popen[str]":
    arguments = ("create", "--prefix", prefix, "--count", str(count), "--credentials-file", str(tool.home / "new.csv"))
    return tool.start(tool.command(*arguments, *more, server=server))


def await_rows(file: Path, count: int) -> None:
    """Until so many passwords are promised: the run is in its middle."""
    deadline = time.monotonic() + 30
    while not file.exists() or file.read_text().count("\n") <= count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_whole(result: Result, outside: Outside, prefix: str, count: int) -> None:
    """All users are there, in their group, and the file holds passwords that work for exactly these."""
    assert result.code == 0, (result.stderr, result.summary)
    assert result.summary["created"] == len(result.passwords) == count
    assert all(outside.accepts(result.passwords).values())
    assert outside.members(f"{prefix}group") == set(result.passwords)
    assert len(outside.search(f"(sAMAccountName={prefix}0*)", "cn")) == count


def test_a_run_survives_a_killed_controller(tool: Tool, outside: Outside):
    process = begin(tool, "killed", 60, "--group", "killedgroup", "--verify", "all")
    await_rows(tool.home / "new.csv", 15)
    daemon = processes.running("directory")
    assert daemon is not None
    os.killpg(daemon.pid, signal.SIGKILL)
    time.sleep(0.5)
    assert directory.start(tool.info.domain) == tool.info
    result = tool.finish(process)
    assert_whole(result, outside, "killed", 60)
    assert any("lost" in event.get("text", "") for event in result.events)


def test_a_run_survives_cut_connections(tool: Tool, outside: Outside, relay: Relay):
    with relay:
        more = ("--group", "cutgroup")
        process = begin(tool, "cut", 60, *more, server=relay.address)
        for rows in (10, 25, 40):
            await_rows(tool.home / "new.csv", rows)
            relay.cut()
        assert_whole(tool.finish(process), outside, "cut", 60)


def test_two_addresses_share_the_work(tool: Tool, outside: Outside, relay: Relay):
    with relay:
        servers = f"{tool.info.address},{relay.address}"
        process = begin(tool, "shared", 30, "--group", "sharedgroup", server=servers)
        assert_whole(tool.finish(process), outside, "shared", 30)


def test_a_controller_lost_for_good_ends_the_run_with_an_exact_report(tool: Tool, outside: Outside, relay: Relay):
    with relay:
        process = begin(tool, "gone", 80, "--patience", "2", server=relay.address)
        await_rows(tool.home / "new.csv", 20)
        relay.close()
        result = tool.finish(process)
    assert result.code == 3
    assert result.summary["created"] + len(result.summary["failed"]) == 80
    there = {dn.split(",")[0][3:] for dn in outside.search("(sAMAccountName=gone0*)", "cn")}
    # Requests that were under way may have been carried out without an answer: their passwords are kept.
    assert there <= set(result.passwords)
    assert all(outside.accepts({name: result.passwords[name] for name in there}).values())
    again = tool.create("gone", 80)
    assert (again.code, again.summary["created"]) == (0, 80 - len(there))


def test_ctrl_c_finishes_what_is_under_way_and_the_next_run_goes_on(tool: Tool, outside: Outside):
    process = begin(tool, "broken", 80, "--group", "brokengroup")
    await_rows(tool.home / "new.csv", 20)
    process.send_signal(signal.SIGINT)
    result = tool.finish(process)
    assert result.code == 1
    assert result.summary["interrupted"]
    assert 0 < result.summary["created"] < 80
    assert result.summary["remaining"] == 80 - result.summary["created"]
    there = {dn.split(",")[0][3:] for dn in outside.search("(sAMAccountName=broken0*)", "cn")}
    assert there == set(result.passwords)
    assert all(outside.accepts(result.passwords).values())
    again = tool.create("broken", 80, "--group", "brokengroup")
    assert (again.code, again.summary["created"]) == (0, 80 - len(there))
    assert len(outside.members("brokengroup")) == 80


def test_a_killed_run_loses_no_password(tool: Tool, outside: Outside):
    process = begin(tool, "dead", 60)
    await_rows(tool.home / "new.csv", 20)
    process.kill()
    process.communicate()
    there = {dn.split(",")[0][3:] for dn in outside.search("(sAMAccountName=dead0*)", "cn")}
    held = read_credentials(tool.home / "new.csv")
    assert there
    assert all(outside.accepts({name: held[name] for name in there}).values())


def test_two_runs_at_once_make_each_user_once(tool: Tool, outside: Outside):
    more = ("create", "--prefix", "race", "--count", "25", "--group", "racegroup")
    both = [
        tool.start(tool.command(*more, "--credentials-file", str(tool.home / f"{number}.csv"))) for number in (1, 2)
    ]
    results = [tool.finish(process) for process in both]
    assert [result.code for result in results] == [0, 0], [result.summary for result in results]
    assert sum(result.summary["created"] for result in results) == 25
    for number in (1, 2):
        file = tool.home / f"{number}.csv"
        assert all(outside.accepts(read_credentials(file) if file.exists() else {}).values())
    assert len(outside.members("racegroup")) == 25


def test_a_wrong_administrators_password_changes_nothing(tool: Tool, outside: Outside):
    result = tool.create("never", 2, "--group", "nevergroup", secrets={"adminPassword": "wrong"})
    assert result.code == 3
    assert result.stderr.splitlines() == [
        "error: the directory refused the password of Administrator@HPC.EXAMPLE.ORG (Password incorrect)"
    ]
    assert not outside.search("(sAMAccountName=never*)", "cn")


def test_somebody_without_rights_is_told_so(tool: Tool):
    secrets = {"adminPassword": tool.info.read_only_password_file.read_text()}
    result = tool.create("never", 2, "--admin", "ReadOnlyUser", secrets=secrets)
    assert result.code == 1
    assert [item["name"] for item in result.summary["failed"]] == ["never0001", "never0002"]
    assert all("Insufficient access" in item["reason"] for item in result.summary["failed"])
    assert result.summary["credentials_file"] is None
    assert not list(tool.home.glob(".hpcstack/*"))


def test_an_unreachable_server_is_one_line(tool: Tool):
    address = ports.loopback_address((389,))
    result = tool.create("never", 2, server=address)
    assert result.code == 3
    assert result.stderr.splitlines() == [f"error: {address} port 389 cannot be reached: Connection refused"]


def test_a_server_of_another_domain_is_bad_input(tool: Tool):
    result = tool.create("never", 2, "--domain", "other.example.org")
    assert result.code == 2
    assert "serves DC=hpc,DC=example,DC=org" in result.stderr


def test_a_missing_unit_is_bad_input(tool: Tool):
    result = tool.create("never", 2, "--users-ou", f"OU=Nowhere,{tool.info.base_dn}")
    assert (result.code, "is not in the directory" in result.stderr) == (2, True)


def test_all_bad_inputs_are_told_at_once(tool: Tool):
    result = tool.create("Posit", 0, "--width", "x", "--group", "root", "--domain", "hpc", "--verify", "some")
    told = result.stderr.splitlines()
    assert result.code == 2
    assert [line.split()[1] for line in told] == ["--domain", "--prefix", "--count", "--width", "'root'", "--verify"]


def test_no_password_is_ever_shown(tool: Tool):
    process = begin(tool, "quiet", 40, "--group", "quietgroup", "--verify", "all")
    seen = sample_until_end(process, command_lines)
    result = tool.finish(process)
    assert result.code == 0
    assert seen.count("hpcstack-directory") > 3
    admin = tool.info.admin_password_file.read_text()
    for secret in (admin, *result.passwords.values()):
        assert secret not in seen
        assert secret not in result.stdout + result.stderr


def sample_until_end(process: "subprocess.Popen[str]", look: Callable[[], str]) -> str:
    seen: list[str] = []
    while process.poll() is None:
        seen.append(look())
        time.sleep(0.1)
    return "\n".join(seen)
