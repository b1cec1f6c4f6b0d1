"""The directory tool's parts that need no directory: passwords, plan, credentials file, TLS messages, bundle, reports."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.directory import bundle, cli
from scripts.directory.faults import BadInput
from scripts.directory.passwords import making, trying
from scripts.directory.passwords.credentials import CredentialsFile, read
from scripts.directory.passwords.new import NewPasswords
from scripts.directory.plan import found as plan
from scripts.directory.plan import shares
from scripts.directory.report import Report
from scripts.directory.wanted.model import User


def test_passwords_satisfy_active_directory_and_differ():
    made = [making.generate("posit0001") for _ in range(200)]
    assert len(set(made)) == 200
    for password in made:
        assert len(password) == 19
        assert making.acceptable(password, "posit0001")
        assert not set(password) & set("0Oo1lIi,\"'")


@pytest.mark.parametrize(
    ("password", "account", "good"),
    [
        ("aB3d-eF4g", "posit", True),
        ("abcd-efgh", "posit", False),
        ("ABCD-2345", "posit", False),
        ("aPoSit-34B", "posit", False),
        ("aB-3ab", "ab", True),
    ],
)
def test_complexity_rule(password: str, account: str, good: bool):
    assert making.acceptable(password, account) is good


def test_each_name_stays_with_its_server():
    names = [f"posit{number:04d}" for number in range(1000)]
    parts = shares.share_out(names, 2)
    assert sorted(parts[0] + parts[1]) == names
    assert min(map(len, parts)) > 400
    assert shares.share_out(names[:10], 2)[0] == [name for name in names[:10] if name in parts[0]]


def test_exact_uid_numbers_conflict():
    exact = {"a1": 5001, "a2": 5002}
    assert shares.assign_uids(exact, {}, {5001: "b1", 5002: "a2"}) == (exact, {"a1": "b1"})


def test_liked_uid_numbers_give_way():
    liked = {"a1": 10001, "a2": 10002, "a3": 10003, "a4": None, "a5": None}
    uids, conflicts = shares.assign_uids({}, liked, {10001: "b1", 10002: "a2", 20000: "a5"})
    # a2 and a5 have a number already.
    assert (uids, conflicts) == ({"a1": 20001, "a2": 10002, "a3": 10003, "a4": 20002, "a5": 20000}, {})


def test_uid_numbers_begin_at_ten_thousand():
    assert shares.assign_uids({}, {"a1": None, "a2": None}, {}) == ({"a1": 10000, "a2": 10001}, {})


def test_a_number_of_two_is_seen_by_the_one_whose_it_is_not_alone():
    holders = {10000: {"a1"}, 10001: {"a2", "b1"}, 10002: {"b2"}}
    numbers = {"a1": 10000, "a2": 10001, "a3": 10003}
    assert shares.others_with(["a3", "a2", "a1", "a4"], numbers, holders) == {"a2": "b1"}


def entry(**changes: str) -> plan.Found:
    values = {"sAMAccountName": "A1", "sAMAccountType": "805306368", "uidNumber": "5", "userAccountControl": "512"}
    merged = {**values, "pwdLastSet": "133", **changes}
    return plan.from_entry("CN=a1,DC=x", {key: [value.encode()] for key, value in merged.items()})


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (entry(), None),
        (None, "is not in the directory"),
        (entry(userAccountControl="514"), "is disabled"),
        (entry(pwdLastSet="0"), "has no password, or has to change it before the first logon"),
        (entry(uidNumber="6"), "has uidNumber 6, not 5"),
    ],
)
def test_defects_of_an_account(found: plan.Found | None, told: str | None):
    assert plan.defect(found, 5) == told


def test_entries_are_read_without_regard_to_case():
    found = plan.from_entry(
        "CN=A1,DC=x", {"SAMACCOUNTNAME": [b"A1"], "memberof": [b"CN=G,DC=x"], "sAMAccountType": [b"268435456"]}
    )
    assert (found.name, found.is_user, found.groups) == ("a1", False, frozenset({"cn=g,dc=x"}))


def test_credentials_are_on_disk_before_the_account_and_tidied_after(tmp_path: Path):
    path = tmp_path / "new.csv"
    file = CredentialsFile(path)
    file.open()
    file.promise({"a1": "p1", "a2": "p2"})
    assert read(path) == {"a1": "p1", "a2": "p2"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert file.close({"a2"}) == str(path)
    assert path.read_text() == "name,password\na2,p2\n"


def test_many_passwords_reach_the_disk_together_each_before_its_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A controller on the same disk waits for each of these writes too."""
    path, flushed = tmp_path / "new.csv", []
    monkeypatch.setattr(os, "fsync", flushed.append)
    file = CredentialsFile(path)
    file.open()
    passwords = NewPasswords(file)
    users = [User(f"a{number}", password=None) for number in range(64)]
    passwords.prepare(users)
    assert len(flushed) == 1
    assert passwords.of(users[7]) == read(path)["a7"]
    passwords.prepare(users)
    assert len(flushed) == 1
    # Of the others the directory never heard.
    assert passwords.generated == {"a7"}
    file.close(passwords.generated)
    assert list(read(path)) == ["a7"]


def test_a_credentials_file_keeps_earlier_rows_and_vanishes_when_empty(tmp_path: Path):
    path, empty = tmp_path / "old.csv", tmp_path / "empty.csv"
    path.write_text("name,password\na1,old\n")
    file = CredentialsFile(path)
    file.open()
    assert file.close(set()) is None
    assert read(path) == {"a1": "old"}
    nothing = CredentialsFile(empty)
    nothing.open()
    assert nothing.close(set()) is None
    assert not empty.exists()


def test_two_runs_do_not_share_a_credentials_file(tmp_path: Path):
    first, second = CredentialsFile(tmp_path / "new.csv"), CredentialsFile(tmp_path / "new.csv")
    first.open()
    with pytest.raises(BadInput, match="is being written by another run"):
        second.open()
    first.close(set())


def test_sample_of_passwords():
    names = [f"u{number}" for number in range(100)]
    assert trying.sample(names, "none") == []
    assert trying.sample(names, "all") == sorted(names)
    assert len(set(trying.sample(names, "sample"))) == trying.SAMPLE


@pytest.mark.parametrize("size", [0, 5, 127, 128, 255, 70_000])
def test_ber_elements_come_back(size: int):
    content = bytes(size)
    assert trying._split(trying._field(0x04, content) + b"rest") == (content, b"rest")


def test_json_report_is_one_object_a_line(capsys: pytest.CaptureFixture[str]):
    report = Report("json")
    report.progress(1, 2)
    report.progress(2, 2)
    report.errors(["broken"])
    report.summary({"created": 2}, [])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["progress", "progress", "error", "summary"]
    assert events[1]["done"] == events[1]["total"] == 2


def test_a_reader_that_went_away_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch):
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    report = Report("json")
    report.progress(1, 2)
    report.summary({"created": 1}, ["1 created"])
    assert not isinstance(sys.stdout, Closed)


def test_the_bundle_is_the_same_whoever_packs_it(tmp_path: Path):
    again = "import sys; from scripts.directory import bundle; sys.stdout.buffer.write(bundle.build())"
    other = subprocess.run([sys.executable, "-c", again], capture_output=True, check=True).stdout
    assert other == bundle.build()
    path = bundle.write(tmp_path)
    assert path == bundle.write(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_bundle_runs_without_the_ldap_module(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-I", str(bundle.write(tmp_path)), "create", "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "exit codes" not in done.stdout
    assert "--prefix" in done.stdout


def test_every_command_of_the_command_line_is_a_function_of_a_module():
    [choices] = [action.choices for action in cli.parser()._actions if action.choices]
    assert choices.keys() == cli._COMMANDS.keys()
    for module, function in cli._COMMANDS.values():
        text = (Path(cli.__file__).parent / "commands" / f"{module}.py").read_text()
        assert f"\ndef {function}(options: argparse.Namespace, report: Report) -> int:" in text
