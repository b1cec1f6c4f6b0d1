"""List files: what each field becomes, every error with file, line and field, and that all are told at once."""

from pathlib import Path

import pytest

from scripts.directory.wanted.model import Group, User
from scripts.directory.wanted.people import read_lists

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfyfZtJgBGwsMPeTkyHpn2rs9g1zB0sG8m3XuJ7Wfk anna@laptop"


def lists(
    folder: Path, text: str, name: str = "p.yaml", mode: int = 0o600
) -> tuple[dict[str, User], dict[str, Group], list[str]]:
    file = folder / name
    file.write_text(text)
    file.chmod(mode)
    errors: list[str] = []
    users, groups = read_lists([file], "/bin/bash", errors)
    return users, groups, errors


def test_every_field_of_a_user(tmp_path: Path) -> None:
    users, groups, errors = lists(
        tmp_path,
        f"""
users:
  - name: anna
    givenName: Anna Maria
    surname: O'Neil-Gärtner
    mail: anna@example.org
    groups: [a, b]
    state: disabled
    shell: /bin/zsh
    sshPublicKey: {KEY}
    expires: 2031-01-31
    uidNumber: 5001
    password: must-change
groups:
  - name: a
    gidNumber: 0700
""",
    )
    anna = users["anna"]
    assert errors == ["p.yaml line 16: gidNumber: '0700' is not allowed: a whole number from 1000 to 2000000000"]
    assert anna.origin == "p.yaml line 3"
    assert anna.attributes == {
        "givenName": "Anna Maria",
        "sn": "O'Neil-Gärtner",
        "displayName": "Anna Maria O'Neil-Gärtner",
        "mail": "anna@example.org",
        "loginShell": "/bin/zsh",
    }
    assert (anna.state, anna.ssh_keys, anna.uid) == ("disabled", (KEY,), 5001)
    assert (anna.password, anna.must_change) == (None, True)
    # A group that only users name has to be there already.
    assert (groups["a"].make, groups["b"].make) == (True, False)


def test_what_is_not_told_is_left_alone_and_a_hyphen_removes(tmp_path: Path) -> None:
    users, _, errors = lists(
        tmp_path, "name,mail,shell,expires,sshPublicKey\nanna,,,,\nbert,-,,never,-\n", name="p.csv"
    )
    assert errors == []
    anna, bert = users["anna"], users["bert"]
    assert (anna.attributes, anna.expires, anna.ssh_keys, anna.shell) == ({}, None, None, "/bin/bash")
    assert (bert.attributes, bert.expires, bert.ssh_keys) == ({"mail": ""}, 0, ())


def test_yaml_and_csv_say_the_same(tmp_path: Path) -> None:
    csv, _, wrong = lists(tmp_path, f'name;surname;sshPublicKey\nanna;" Gärtner ";{KEY}\n', name="p.csv")
    yaml, _, also = lists(tmp_path, f"users:\n- name: anna\n  surname: Gärtner\n  sshPublicKey: [{KEY}]\n")
    assert wrong == also == []
    assert (csv["anna"].attributes, csv["anna"].ssh_keys) == (yaml["anna"].attributes, yaml["anna"].ssh_keys)


def test_members_by_users_by_name_and_by_rule(tmp_path: Path) -> None:
    _, groups, errors = lists(
        tmp_path,
        """
users:
  - {name: anna, groups: [open]}
  - {name: bert, groups: []}
  - {name: carl}
  - {name: gone, state: absent, groups: [open]}
groups:
  - {name: open}
  - {name: few, members: [carl, outsider]}
  - {name: rule, prefix: posit}
""",
    )
    assert errors == []
    assert (groups["open"].members, groups["open"].without, groups["open"].exact) == ({"anna"}, {"bert"}, False)
    assert (groups["few"].members, groups["few"].exact) == ({"carl", "outsider"}, True)
    assert (groups["rule"].prefix, groups["rule"].exact) == ("posit", True)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("name: Anna", "line 2: name: 'Anna' is not allowed: a lower-case letter or _"),
        ("name: " + "a" * 21, "20 characters in all"),
        ("name: root", "line 2: name: 'root' is not allowed: not a name that is reserved for the system"),
        ("mail: anna@example.org", "line 2: name: is required"),
        ("{name: anna, mail: nowhere}", "line 2: mail: 'nowhere' is not allowed: an address"),
        ("{name: anna, state: enabled}", "line 2: state: 'enabled' is not allowed: one of present, disabled, absent"),
        ("{name: anna, shell: bash}", "line 2: shell: 'bash' is not allowed: an absolute path"),
        (
            "{name: anna, expires: 31.12.2030}",
            "line 2: expires: '31.12.2030' is not allowed: the last day as YYYY-MM-DD",
        ),
        ("{name: anna, expires: 2030-02-30}", "line 2: expires: '2030-02-30' is not allowed"),
        ("{name: anna, uidNumber: 7}", "line 2: uidNumber: '7' is not allowed: a whole number from 1000"),
        ("{name: anna, groups: [A b]}", "line 2: groups: 'A' is not allowed"),
        (
            "{name: anna, sshPublicKey: ssh-rsa AAAA}",
            "line 2: sshPublicKey: 'ssh-rsa AAAA' is not allowed: a public key",
        ),
        ("{name: anna, sshPublicKey: '" + KEY.replace("ssh-ed25519 ", "ssh-rsa ") + "'}", "sshPublicKey"),
        ("{name: anna, givenName: ''}", "line 2: givenName: '' is not allowed: 1 to 64 printable characters"),
        ("{name: anna, givenname: Anna}", "line 2: 'givenname' is not a field; the nearest is givenName; known: name"),
        ("{name: anna, mail: {a: b}}", "line 2: mail: must be a text or a list of texts"),
        ("{name: anna, name: bert}", "line 2: name is named twice"),
        ("anna", "line 2: an entry of users must be a mapping"),
    ],
)
def test_one_wrong_value_is_one_error_with_its_place(tmp_path: Path, row: str, told: str) -> None:
    _, _, errors = lists(tmp_path, f"users:\n- {row}\n")
    assert len(errors) == 1
    assert errors[0].startswith("p.yaml line 2: ")
    assert told in errors[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("users: [{name: anna}, {name: anna}]", "'anna' is listed already in p.yaml line 1"),
        ("users: [{name: a, uidNumber: 5001}, {name: b, uidNumber: 5001}]", "uidNumber: 5001 is given already in"),
        ("users: [{name: same}]\ngroups: [{name: same}]", "line 2: name: 'same' is also a user, in p.yaml line 1"),
        ("groups: [{name: g, members: [a], prefix: a}]", "a group has members or a prefix, not both"),
        ("groups: [{name: g, gidNumber: 5001}, {name: h, gidNumber: 5001}]", "gidNumber: 5001 is given already"),
        ("people: []", "'people' is not a field; known: users, groups"),
        ("- anna", "line 1: the file must be a mapping with users and groups"),
        ("users: {anna: x}", "line 1: users must be a list"),
        ("users: [\n", "not YAML: "),
    ],
)
def test_faults_of_the_whole(tmp_path: Path, text: str, told: str) -> None:
    _, _, errors = lists(tmp_path, text + "\n")
    assert len(errors) == 1
    assert told in errors[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("anna\n", "p.csv line 1: the first line must name the fields: name is required"),
        ("name,mial\nanna,x\n", "line 1: 'mial' is not a field; the nearest is mail"),
        ("name,name\nanna,x\n", "line 1: name is named twice"),
        ("name,mail\nanna\n", "line 2: 1 values, and the first line names 2 fields"),
        ('name,mail\n"a\nb",x\nanna,y\n', "line 2: name: 'a\\nb' is not allowed"),
        ("name,state\n\nanna,gone\n", "line 3: state: 'gone' is not allowed"),
    ],
)
def test_faults_of_a_csv_file(tmp_path: Path, text: str, told: str) -> None:
    _, _, errors = lists(tmp_path, text, name="p.csv")
    assert any(told in error for error in errors), errors


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,state\nAnna,x\nbert,y\n")
    (tmp_path / "b.yaml").write_text("users: [{name: 5}, {mail: x@y.zz}]\n")
    errors: list[str] = []
    files = [tmp_path / name for name in ("a.csv", "b.yaml", "none.yaml", "c.txt")]
    (tmp_path / "c.txt").write_text("")
    read_lists(files, "/bin/bash", errors)
    assert [error.split(":")[0].removeprefix(f"{tmp_path}/") for error in errors] == [
        *("a.csv line 2", "a.csv line 2", "a.csv line 3", "b.yaml line 1", "b.yaml line 1"),
        *("none.yaml cannot be read", "c.txt is not a list of users"),
    ]


def test_a_password_in_a_file_wants_the_file_private_and_is_never_repeated(tmp_path: Path) -> None:
    text = "users: [{name: anna, password: Sesame-0pen}]\n"
    assert lists(tmp_path, text)[0]["anna"].password == "Sesame-0pen"
    _, _, errors = lists(tmp_path, text, mode=0o644)
    assert len(errors) == 1
    assert "others may read it: chmod 600" in errors[0]
    _, _, errors = lists(tmp_path, 'users: [{name: anna, password: "Sesame\\t"}, {name: bert, password: ""}]\n')
    assert [error.split(": not")[0] for error in errors] == ["p.yaml line 1: password", "p.yaml line 1: password"]
    assert "Sesame" not in "".join(errors) + repr(lists(tmp_path, text))
