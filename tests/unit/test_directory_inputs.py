"""Every rule of the tool's command line: one value that passes, one that does not, and what is then told."""

import argparse
import io
import json
from pathlib import Path

import pytest

from scripts.directory import cli
from scripts.directory import options as options_of
from scripts.directory.faults import BadInput
from scripts.directory.passwords import credentials, given
from scripts.directory.wanted import checks as rules
from scripts.directory.wanted.series import series

GOOD = [
    "--domain",
    "Hpc.example.org",
    "--server",
    "10.0.1.5,10.0.2.5",
    "--prefix",
    "posit",
    "--count",
    "20",
    "--group",
    "hpc",
]


def options(*more: str) -> argparse.Namespace:
    return options_of.parser().parse_args(["create", *GOOD, *more])


def errors(*more: str) -> list[str]:
    """What is told about the target and the series together."""
    line = options(*more)
    checks = rules.Checks(line)
    target = rules.target(line, checks)
    series(line, checks, target.base_dn)
    return checks.errors


def test_a_good_line_gives_the_series():
    line = options("--start", "5", "--width", "3", "--uid-base", "2000")
    checks = rules.Checks(line)
    target = rules.target(line, checks)
    wanted = series(line, checks, target.base_dn)
    assert checks.errors == []
    assert (target.realm, target.base_dn) == ("HPC.EXAMPLE.ORG", "DC=hpc,DC=example,DC=org")
    assert target.servers == ("10.0.1.5", "10.0.2.5")
    assert [(name, user.uid) for name, user in wanted.users.items()][:2] == [("posit005", 2005), ("posit006", 2006)]
    assert wanted.groups["hpc"].members == set(wanted.users)
    assert len(wanted.users) == 20
    assert wanted.users_ou == "CN=Users,DC=hpc,DC=example,DC=org"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--domain", "example"], "--domain 'example' is not allowed"),
        (["--domain", ""], "--domain is required"),
        (["--server", ""], "--server is required"),
        (["--server", "10.0.1.5 ;"], "--server '10.0.1.5 ;' is not allowed"),
        (["--server", "10.0.1.5,10.0.1.5"], "names an address twice"),
        (["--admin", "bad name"], "--admin 'bad name' is not allowed"),
        (["--prefix", "Posit"], "--prefix 'Posit' is not allowed"),
        (["--prefix", "1st"], "--prefix '1st' is not allowed"),
        (["--prefix", "a" * 17], "makes names of 21 characters: at most 20"),
        (["--count", "0"], "--count '0' is not allowed: a whole number from 1 to 20000"),
        (["--count", "20001", "--width", "5"], "--count '20001' is not allowed"),
        (["--count", "many"], "--count 'many' is not allowed"),
        (["--start", "-1"], "--start '-1' is not allowed"),
        (["--width", "1"], "--width 1 is too narrow: the last number is 20, so at least 2 is needed"),
        (["--group", "HPC Users"], "--group 'HPC Users' is not allowed"),
        (["--group", "wheel"], "'wheel' is reserved"),
        (["--group", "posit0001"], "also the name of one of the users"),
        (["--users-ou", "OU=People,DC=other,DC=org"], "inside DC=hpc,DC=example,DC=org"),
        (["--users-ou", "OU=a*b,DC=hpc,DC=example,DC=org"], "--users-ou"),
        (["--uid-base", "10"], "--uid-base '10' is not allowed"),
        (["--gid", "x"], "--gid 'x' is not allowed"),
        (["--shell", "bash"], "--shell 'bash' is not allowed"),
        (["--ca-file", "/nowhere/ca.pem"], "--ca-file /nowhere/ca.pem cannot be used"),
    ],
)
def test_one_wrong_value_is_one_error(more: list[str], told: str):
    [error] = errors(*more)
    assert told in error


@pytest.mark.parametrize(
    "more",
    [
        ["--server", "dc1.hpc.example.org"],
        ["--server", "fd00::5"],
        ["--prefix", "_a-b"],
        ["--prefix", "a" * 16],
        ["--count", "20000", "--width", "5"],
        ["--width", "2", "--count", "99"],
        ["--start", "0"],
        ["--users-ou", "OU=People,DC=hpc,DC=example,DC=org"],
        ["--uid-base", "1000"],
        ["--shell", "/usr/bin/zsh"],
    ],
)
def test_what_is_allowed_passes(more: list[str]):
    assert errors(*more) == []


def test_all_errors_are_told_together():
    assert len(errors("--domain", "x", "--prefix", "X", "--count", "0", "--shell", "sh")) == 4


def read_secrets(monkeypatch: pytest.MonkeyPatch, text: str) -> tuple[str, list[str]]:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    line = options()
    checks = rules.Checks(line)
    target = rules.target(line, checks)
    try:
        return given.take(line, checks, target).admin, []
    except BadInput as error:
        return "", error.reasons


def test_the_password_comes_as_json_on_stdin(monkeypatch: pytest.MonkeyPatch):
    assert read_secrets(monkeypatch, json.dumps({"adminPassword": "p"})) == ("p", [])


@pytest.mark.parametrize(
    "text", ["", "secret-text", '["secret-text"]', "{}", '{"adminPassword": ""}', '{"adminPassword": 5}']
)
def test_other_input_is_refused_and_never_repeated(monkeypatch: pytest.MonkeyPatch, text: str):
    _, told = read_secrets(monkeypatch, text)
    assert len(told) == 1
    assert "secret-text" not in told[0]


def test_a_misspelt_key_is_named(monkeypatch: pytest.MonkeyPatch):
    _, told = read_secrets(monkeypatch, json.dumps({"adminPassword": "p", "adminPasword": "q"}))
    assert told == ["stdin: unknown key(s) adminPasword; allowed: adminPassword"]


def test_a_file_that_is_no_credentials_file_is_not_extended(tmp_path: Path):
    other = tmp_path / "notes.csv"
    other.write_text("date,text\n1,2\n")
    errors: list[str] = []
    assert credentials.chosen(str(other), errors) == other
    assert [error for error in errors if "is not a credentials file" in error]


def test_a_bad_progress_mode_is_exit_two(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["create", *GOOD, "--progress", "loud"]) == 2
    assert "one of auto, bar, lines, json" in capsys.readouterr().err
