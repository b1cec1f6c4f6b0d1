"""What the tool refuses, and what it never shows: wrong input, missing rights, servers that are no controllers."""

import subprocess
import time
from collections.abc import Callable

import pytest

from tests.directory.rig import Outside, Tool, command_lines

pytestmark = pytest.mark.directory


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
    address = "127.78.0.1"  # no part of a local cloud takes it meanwhile
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
    series = ("--prefix", "quiet", "--count", "40", "--group", "quietgroup")
    process = tool.start(tool.command("create", *series, "--verify", "all"))
    seen = sample_until_end(process, command_lines)
    result = tool.finish(process)
    assert result.code == 0
    assert "hpcstack-directory" in seen
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
