"""People whom the tool made log on to a cluster's node, which reads the directory as the cluster's document says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.directory import certificates
from planning.cluster import CA_FILE
from planning.directory import access_filter
from tests.directory.cluster_node import ClusterNode, written_section
from tests.directory.controllers import Controllers
from tests.directory.rig import Outside, Tool

pytestmark = pytest.mark.directory


def node(pair: Controllers, home: Path, ca: str | None = None, **more: Any) -> ClusterNode:
    info = pair.infos[0]
    uri = ",".join(f"ldaps://{one.server_name}" for one in pair.infos)
    return ClusterNode(
        home,
        written_section(info, uri, **more),
        info.read_only_password_file.read_text(),
        hosts={one.server_name: one.address for one in pair.infos},
        files={CA_FILE: ca or info.ca_file.read_text()},
    )


@pytest.fixture(scope="module")
def people(pair: Controllers, own_mounts: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Passwords of members of a group."""
    home = tmp_path_factory.mktemp("people")
    made = Tool.at(home, pair.infos[0], pair.servers).create("person", 6, "--group", "persons", "--shell", "/bin/sh")
    assert made.code == 0, made.stderr
    pair.replicate()
    return made.passwords


@pytest.fixture(scope="module")
def login_node(pair: Controllers, own_mounts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterNode]:
    with node(pair, tmp_path_factory.mktemp("node")) as running:
        yield running


def test_people_are_known_with_home_shell_and_group(login_node: ClusterNode, people: dict[str, str]) -> None:
    found = login_node.entry("person0001")
    assert found is not None
    assert (found["home"], found["shell"]) == ("/home/person0001", "/bin/sh")
    assert "persons" in login_node.groups("person0001")
    assert len({login_node.entry(name)["uid"] for name in people}) == len(people)


def test_the_right_password_opens_and_another_does_not(login_node: ClusterNode, people: dict[str, str]) -> None:
    right = login_node.log_on("person0001", people["person0001"])
    assert (right.password, right.account) == (True, True), right.said
    for wrong in (people["person0002"], "Not-The-Passw0rd"):
        assert not login_node.log_on("person0001", wrong).password
    assert not login_node.log_on("nobody0001", people["person0001"]).password


@pytest.mark.parametrize(
    ("name", "attribute", "value"),
    [
        pytest.param("person0003", "userAccountControl", "514", id="disabled"),
        # 1601-01-01 and one second, in units of 100 ns: long ago.
        pytest.param("person0004", "accountExpires", "10000000", id="expired"),
    ],
)
def test_who_is_shut_out_gets_in_neither_by_password_nor_by_key(
    pair: Controllers, login_node: ClusterNode, people: dict[str, str], name: str, attribute: str, value: str
) -> None:
    Outside(pair.infos[0]).replace(name, attribute, value)
    pair.replicate()
    tried = login_node.log_on(name, people[name])
    assert (tried.password, tried.account) == (False, False), tried.said


def test_who_must_change_the_password_first_is_refused_with_that_reason(
    pair: Controllers, login_node: ClusterNode, people: dict[str, str]
) -> None:
    Outside(pair.infos[0]).replace("person0005", "pwdLastSet", "0")
    pair.replicate()
    tried = login_node.log_on("person0005", people["person0005"])
    assert (tried.password, "password" in tried.said.lower()) == (False, True), tried.said


def test_allowed_groups_let_in_their_members_only(pair: Controllers, people: dict[str, str], tmp_path: Path) -> None:
    info = pair.infos[0]
    others = Tool.at(tmp_path, info, pair.servers).create("stranger", 1)
    pair.replicate()
    members = access_filter(["persons"], f"cn=Users,{info.base_dn}")
    with node(pair, tmp_path / "node", access_filter=members) as guarded:
        assert guarded.log_on("person0006", people["person0006"]).account
        stranger = guarded.log_on("stranger0001", others.passwords["stranger0001"])
        assert (stranger.password, stranger.account) == (True, False), stranger.said
        Outside(info).replace("person0006", "userAccountControl", "514")
        pair.replicate()
        assert not guarded.log_on("person0006", people["person0006"]).password


def test_a_foreign_authority_is_not_believed(pair: Controllers, tmp_path: Path) -> None:
    certificates.make_authority(tmp_path / "foreign", "foreign.example.org")
    with node(pair, tmp_path / "node", ca=(tmp_path / "foreign/ca.pem").read_text()) as deceived:
        assert deceived.entry("person0001") is None


def test_public_keys_of_a_list_are_known_on_the_node(
    pair: Controllers, login_node: ClusterNode, tmp_path: Path
) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfyfZtJgBGwsMPeTkyHpn2rs9g1zB0sG8m3XuJ7Wfk anna@laptop"
    people = tmp_path / "people.yaml"
    people.write_text(f"users: [{{name: keyed1, sshPublicKey: {key}}}]\n")
    made = Tool.at(tmp_path, pair.infos[0], pair.servers).run("apply", str(people), "--verify", "none")
    assert made.code == 0, made.stderr
    pair.replicate()
    told = login_node.run("/usr/bin/sss_ssh_authorizedkeys", "keyed1")
    assert told.stdout.strip() == key, told
