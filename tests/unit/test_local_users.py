"""Users without a directory: the list, the object, what nodes may read, and what a node would do. Real nodes: tests/nodes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.local_users_file import local_users_document
from planning.local_users import KEY
from scripts.node.library.faults import Fault
from scripts.node.local_users.found import Account, Found, Group, Own
from scripts.node.local_users.plan import plan
from scripts.node.local_users.wanted import Wanted, read
from tests.unit.node_manifests import CLUSTER, steps
from tests.unit.recorder import run
from tests.unit.test_settings import load_with

LIST = {"file": "tests/unit/user_lists/local-right.json", "passwordlessSudo": True, "group": "sbo"}


def wanted(**settings: Any) -> Wanted:
    """As a node reads what a stack writes."""
    text = local_users_document(load_with(localUsers={**LIST, **settings}))
    assert text
    return read(text.encode(), "s3://bucket/users.json")


def test_what_a_stack_writes_a_node_reads() -> None:
    found = wanted()
    anna, ben = found.users["anna"], found.users["ben"]
    assert (anna.uid, anna.group, anna.groups, anna.shell, anna.locked) == (3001, "anna", ("sbo",), "/bin/zsh", False)
    assert (anna.sudo, len(anna.keys or ())) == ("ALL=(ALL:ALL) NOPASSWD: ALL", 1)
    assert (ben.sudo, ben.keys, ben.locked, ben.shell) == (None, None, True, "/bin/bash")
    assert found.groups == {"anna": 3001, "ben": 4002, "sbo": 2000}
    assert (found.absent, found.home_root, found.unlisted) == ({"carl"}, "/home", "lock")


def test_the_list_lies_under_one_key_that_nodes_may_read() -> None:
    recorder = run(localUsers=LIST)
    (listed,) = [one for one in recorder.named("aws:s3/bucketObjectv2:BucketObjectv2") if one.inputs["key"] == KEY]
    assert json.loads(listed.inputs["content"])["format"] == 1
    (policy,) = [one for one in recorder.named("aws:iam/policy:Policy") if one.name.endswith("-scripts")]
    assert any(one.endswith(f"/{KEY}") for one in json.loads(policy.inputs["policy"])["Statement"][0]["Resource"])
    without = run()
    assert [one for one in without.named("aws:s3/bucketObjectv2:BucketObjectv2") if one.inputs["key"] == KEY] == []


def test_another_list_changes_no_cluster() -> None:
    first = run(localUsers=LIST)
    other = run(localUsers={**LIST, "file": "examples/bluebrain-users.json", "unlisted": "delete"})
    assert first.one(CLUSTER).inputs["configuration"] == other.one(CLUSTER).inputs["configuration"]
    ((_, head),) = steps(first, "head", "OnNodeConfigured")
    assert (head[0], head[1].endswith(KEY), len(head)) == ("--list", True, 2)
    going_on = [("local_users", [*head, "--go-on"])]
    assert steps(first, "compute", "OnNodeConfigured") == steps(first, "head", "OnNodeUpdated") == going_on


def test_an_old_list_of_another_program_is_not_taken() -> None:
    for content, fault in (
        (b"<xml>", "no JSON"),
        (b"[]", "no list of users of format 1"),
        (b'{"format": 1}', "lacks "),
    ):
        with pytest.raises(Fault, match=f"{fault}.*nothing was changed"):
            read(content, "s3://bucket/users.json")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("name", "root; reboot"),
        ("name", "-rf"),
        ("name", "a" * 33),
        ("name", "anna\n"),
        ("uid", 0),
        ("uid", "3001"),
        ("uid", True),
        ("group", "wheel"),
        ("groups", ["nobody"]),
        ("shell", "/bin/bash; id"),
        ("sudo", "ALL=(ALL) ALL\nben ALL=(ALL) NOPASSWD: ALL"),
        ("sshPublicKeys", ["ssh-ed25519 AAAA\nssh-ed25519 BBBB"]),
    ],
)
def test_what_root_must_not_act_on_is_refused_on_the_node(place: str, value: object) -> None:
    text = local_users_document(load_with(localUsers=LIST))
    document = json.loads(str(text))
    document["users"][0][place] = value
    with pytest.raises(Fault, match="nothing was changed"):
        read(json.dumps(document).encode(), "s3://bucket/users.json")


NODE = Found(
    users={"ubuntu": Account("ubuntu", 1000, 1000, "/home/ubuntu", "/bin/bash", False)},
    groups={"ubuntu": Group("ubuntu", 1000, frozenset())},
    own=Own(),
)


def joined(uid: int = 3001, gid: int = 3001, **more: Any) -> Found:
    """The node with anna on it, whom the list made."""
    anna = replace(Account("anna", uid, gid, "/home/anna", "/bin/zsh", False), **more)
    groups = {"anna": Group("anna", gid, frozenset()), "sbo": Group("sbo", 2000, frozenset({"anna"}))}
    return Found({**NODE.users, "anna": anna}, {**NODE.groups, **groups}, Own({"anna": uid}, frozenset({"sbo"})))


def test_accounts_are_made_once() -> None:
    made = plan(wanted(), NODE, {})
    assert [step.why.split(",")[0] for step in made.steps] == [
        "group sbo made",
        "user anna made",
        "group ben made",
        "user ben made",
    ]
    assert (made.refused, made.problems, made.own.users) == ({}, [], {"anna": 3001, "ben": 3002})
    assert [step for step in plan(wanted(), joined(), {}).steps if step.user == "anna"] == []


def test_what_differs_is_one_usermod() -> None:
    found = joined(shell="/bin/sh", expired=True)
    (step,) = [one for one in plan(wanted(), found, {}).steps if one.user == "anna"]
    assert step.command == ("usermod", "--shell", "/bin/zsh", "--expiredate", "", "anna")


def test_groups_of_others_are_left_and_groups_of_the_list_are_held_to() -> None:
    found = joined()
    groups = {
        **found.groups,
        "docker": Group("docker", 990, frozenset({"anna"})),
        "old": Group("old", 4009, frozenset({"anna"})),
    }
    found = replace(found, groups=groups, own=Own({"anna": 3001}, frozenset({"sbo", "old"})))
    (step,) = [one for one in plan(wanted(), found, {}).steps if one.user == "anna"]
    assert step.command == ("usermod", "--groups", "docker,sbo", "anna")


@pytest.mark.parametrize(
    ("found", "homes", "name", "fault"),
    [
        (joined(uid=3009), {}, "anna", "has uid 3009 here and 3001 in the list; a uid is not changed"),
        (replace(joined(), own=Own()), {}, "anna", "an account of this node that the list did not make"),
        (joined(gid=3010), {}, "anna", "has gid 3010 here and 3001 in the list"),
        (NODE, {"anna": 1234}, "anna", "belongs to uid 1234, and the list says 3001"),
        (NODE, {"anna": None}, "anna", "has a home that is no folder"),
        (replace(NODE, users={"x": Account("x", 3001, 1, "/", "/", False)}), {}, "anna", "which belongs to x"),
        (replace(NODE, users={"carl": Account("carl", 50, 1, "/", "/", False)}), {}, "carl", "is not deleted"),
        (
            replace(NODE, groups={"x": Group("x", 4002, frozenset())}),
            {},
            "ben",
            "gid 4002, which belongs to the group x",
        ),
    ],
)
def test_who_is_refused_and_why(found: Found, homes: dict[str, int | None], name: str, fault: str) -> None:
    made = plan(wanted(), found, homes)
    assert fault in made.refused[name]
    assert [step for step in made.steps if step.user == name] == []


@pytest.mark.parametrize(
    ("unlisted", "commands"), [("lock", ["usermod"]), ("delete", ["usermod", "userdel"]), ("keep", [])]
)
def test_who_is_taken_out_of_the_list(unlisted: str, commands: list[str]) -> None:
    listed = replace(wanted(unlisted=unlisted), users={}, groups={"sbo": 2000})
    steps = plan(listed, joined(), {}).steps
    assert [step.command[0] for step in steps] == commands
    assert plan(listed, replace(joined(), own=Own()), {}).steps == []


def test_a_group_with_another_gid_refuses_its_members() -> None:
    other = replace(NODE, groups={**NODE.groups, "sbo": Group("sbo", 2001, frozenset())})
    made = plan(wanted(), other, {})
    assert "has gid 2001 here and 2000 in the list" in made.problems[0]
    assert set(made.refused) == {"anna", "ben"}
