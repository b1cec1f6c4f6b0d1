"""The tool does what it says: series of users, their passwords, their group, and nothing twice."""

import stat
from pathlib import Path

import pytest

from localcloud.directory import certificates
from tests.directory.rig import Outside, Tool, read_credentials

pytestmark = pytest.mark.directory


def test_twenty_users_are_made_and_a_second_run_makes_none(tool: Tool, outside: Outside):
    first = tool.create("posit", 20, "--group", "hpcusers")
    assert first.code == 0, first.stderr
    assert (first.summary["created"], first.summary["failed"], first.summary["members_added"]) == (20, [], 20)
    assert len(first.passwords) == 20
    assert all(outside.accepts(first.passwords).values())
    assert outside.members("hpcusers") == set(first.passwords)

    second = tool.create("posit", 20, "--group", "hpcusers")
    assert second.code == 0, second.stderr
    assert (second.summary["created"], second.summary["existing"], second.summary["members_added"]) == (0, 20, 0)
    assert second.summary["credentials_file"] is None
    assert all(outside.accepts(first.passwords).values())


def test_accounts_carry_what_nodes_need(tool: Tool, outside: Outside):
    assert tool.create("attrib", 1, "--start", "7", "--width", "2", "--uid-base", "30000", "--gid", "30000").code == 0
    wanted = ("uidNumber", "gidNumber", "loginShell", "unixHomeDirectory", "userAccountControl", "userPrincipalName")
    [entry] = outside.search("(sAMAccountName=attrib07)", *wanted).values()
    assert [entry[name][0] for name in wanted] == [
        *("30007", "30000", "/bin/bash", "/home/attrib07", "512", "attrib07@hpc.example.org"),
    ]


def test_a_wrong_password_is_refused(tool: Tool, outside: Outside):
    made = tool.create("wrong", 1)
    [name] = made.passwords
    assert outside.accepts({name: "Not-The-Passw0rd"}) == {name: False}


def test_a_missing_member_is_put_back(tool: Tool, outside: Outside):
    tool.create("member", 3, "--group", "memberusers")
    outside.remove_member("memberusers", "member0002")
    again = tool.create("member", 3, "--group", "memberusers")
    assert (again.code, again.summary["created"], again.summary["members_added"]) == (0, 0, 1)
    assert outside.members("memberusers") == {"member0001", "member0002", "member0003"}


def test_a_series_can_grow(tool: Tool):
    tool.create("grow", 2)
    again = tool.create("grow", 5)
    assert (again.summary["created"], again.summary["existing"]) == (3, 2)
    assert set(again.passwords) == {"grow0003", "grow0004", "grow0005"}


def test_a_name_of_a_group_is_reported_and_the_rest_is_made(tool: Tool):
    tool.create("other", 1, "--group", "clash0001")
    made = tool.create("clash", 2)
    assert made.code == 1
    assert made.summary["failed"] == [
        {"name": "clash0001", "reason": "the name belongs to a group, a computer or another object that is not a user"}
    ]
    assert set(made.passwords) == {"clash0002"}


def test_a_uid_number_is_not_given_twice(tool: Tool, outside: Outside):
    tool.create("holder", 1, "--uid-base", "36000")
    exact = tool.create("exact", 2, "--uid-base", "36000")
    assert exact.code == 1
    assert exact.summary["failed"] == [
        {"name": "exact0001", "reason": "its uidNumber belongs to holder0001; choose another --uid-base"}
    ]
    assert tool.create("roomy", 2).code == 0
    held = [entry["uidNumber"][0] for entry in outside.search("(uidNumber=*)", "uidNumber").values()]
    assert len(held) == len(set(held))


def test_the_credentials_file_is_private_and_grows(tool: Tool, outside: Outside, tmp_path: Path):
    file = tmp_path / "people.csv"
    tool.create("file", 2, "--credentials-file", str(file))
    tool.create("file", 3, "--credentials-file", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(read_credentials(file)) == ["file0001", "file0002", "file0003"]
    assert all(outside.accepts(read_credentials(file)).values())


def test_verify_tells_a_good_file_from_a_bad_one(tool: Tool, tmp_path: Path):
    file = tmp_path / "people.csv"
    series = ("--prefix", "check", "--count", "2", "--credentials-file", str(file))
    assert tool.run("create", *series).code == 0
    good = tool.run("verify", *series)
    assert (good.code, good.summary["verified"], good.summary["passwords_tried"]) == (0, 2, 2)
    name = "check0001"
    file.write_text(file.read_text().replace(read_credentials(file)[name], "Wrong-Passw0rd"))
    for how in (True, False):
        bad = tool.run("verify", *series, ca=how)
        assert (bad.code, [item["name"] for item in bad.summary["failed"]]) == (1, [name])


def test_without_an_authority_passwords_are_tried_by_kerberos(tool: Tool):
    made = tool.create("ticket", 2, "--verify", "all", ca=False)
    assert (made.code, made.summary["passwords_tried"]) == (0, 2)


def test_an_unknown_authority_is_a_failure_by_name(tool: Tool, tmp_path: Path):
    certificates.make_authority(tmp_path / "foreign", "foreign.example.org")
    foreign = tmp_path / "foreign/ca.pem"
    made = tool.create("foreign", 1, "--ca-file", str(foreign), ca=False)
    assert made.code == 1
    assert "certificate does not verify" in made.summary["failed"][0]["reason"]
    assert set(made.passwords) == {"foreign0001"}


def test_list_shows_names_states_and_groups(tool: Tool):
    tool.create("listed", 2, "--group", "listers", "--uid-base", "41000")
    listed = tool.run("list", "--prefix", "listed")
    users = [event for event in listed.events if event["event"] == "user"]
    assert [(u["name"], u["uid_number"], u["state"], u["groups"]) for u in users] == [
        ("listed0001", 41001, "enabled", ["listers"]),
        ("listed0002", 41002, "enabled", ["listers"]),
    ]


def test_the_service_user_is_ensured(tool: Tool, outside: Outside):
    def ensure(password: str) -> list[str]:
        secrets = {
            "adminPassword": tool.info.admin_password_file.read_text(),
            "serviceUserPassword": password,
        }
        command = tool.command("service-user", "--name", "NodeReader", "--ou", f"OU=Nodes,{tool.info.base_dn}")
        done = tool.finish(tool.start(command, secrets))
        assert done.code == 0, done.stderr
        assert password not in done.stdout + done.stderr
        return done.summary["changed"]

    assert ensure("First-Passw0rd-1") == ["unit made", "account made"]
    assert ensure("First-Passw0rd-1") == []
    assert ensure("Second-Passw0rd-2") == ["password set"]
    assert outside.accepts({"NodeReader": "Second-Passw0rd-2"}) == {"NodeReader": True}
    [entry] = outside.search("(sAMAccountName=NodeReader)", "userAccountControl").values()
    assert entry["userAccountControl"] == ["66048"]
