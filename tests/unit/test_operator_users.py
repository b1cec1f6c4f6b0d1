"""What `just users` asks the tool for, which word is the stack, and how new passwords come out of a secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud import run
from localcloud.errors import LocalCloudError
from scripts.directory import cli, options
from scripts.directory.passwords.sealing import LABEL
from scripts.operator import sealed, sealed_objects, users
from scripts.operator.errors import OperatorError
from scripts.operator.stack import Stack
from tests.unit.aws_standin_rig import moto_endpoint

REGION = "eu-central-1"


def stack(**declared: Any) -> Stack:
    known = {
        "name": "team",
        "domain": "hpc.example.org",
        "servers": ("10.0.0.1",),
        "admin": "Admin",
        "admin_secret": "arn",
    }
    return Stack(**known, users_ou="ou=hpc", ca_certificate=None, access="ssm", defaults=declared)


SERIES = {"prefix": "posit", "count": 5, "start": 1, "width": 4, "group": "hpcusers"}


@pytest.mark.parametrize(
    ("command", "words", "asked"),
    [
        (
            "plan",
            [],
            "create --count 5 --prefix posit --start 1 --width 4 --group hpcusers --users-ou ou=hpc --dry-run",
        ),
        ("apply", [], "create --count 5 --prefix posit --start 1 --width 4 --group hpcusers --users-ou ou=hpc"),
        ("verify", [], "verify --count 5 --prefix posit --start 1 --width 4 --group hpcusers --users-ou ou=hpc"),
        ("verify", ["--prefix", "lab", "--count", "2"], "verify --prefix lab --count 2"),
        ("list", ["--prefix", "lab"], "list --prefix lab"),
        ("disable", ["anna", "ben", "--dry-run"], "disable anna ben --dry-run"),
        ("groups", ["lab", "--add", "anna"], "groups lab --add anna"),
    ],
)
def test_a_command_is_the_tools_with_what_the_stack_declares(command: str, words: list[str], asked: str) -> None:
    found, given, files = users._wanted(stack(**SERIES), command, words)
    assert (" ".join([found, *given]), files) == (asked, [])
    options.parser().parse_args([found, *given])


def test_a_list_goes_along_by_the_hash_of_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "PROJECT", tmp_path)
    (tmp_path / "users.yaml").write_text("users: [{name: anna}]\n")
    command, words, (file,) = users._wanted(stack(file="users.yaml"), "plan", ["--adopt"])
    assert (command, words) == ("apply", [file.name, "--users-ou", "ou=hpc", "--adopt", "--dry-run"])
    assert file.name.startswith(".hpcstack/users-")
    assert file.content == b"users: [{name: anna}]\n"
    assert not file.lasting


def test_a_path_stands_against_the_folder_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(users.CALLED_FROM, str(tmp_path))
    with pytest.raises(OperatorError, match=f"the list {tmp_path}/course.csv cannot be read: No such file"):
        users._wanted(stack(), "apply", ["course.csv"])
    (tmp_path / "course.csv").write_text("name\nanna\n")
    assert users._wanted(stack(), "apply", ["course.csv"])[2][0].content == b"name\nanna\n"


def test_a_stack_without_users_is_told_what_to_set() -> None:
    with pytest.raises(OperatorError, match=r"stack team declares no users: set users\.count or users\.file"):
        users._wanted(stack(count=0), "plan", [])


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["list", "team", "--prefix", "a"], ("team", ["list", "--prefix", "a"])),
        (["plan", "course.csv"], (None, ["plan", "course.csv"])),
        (["apply", "course.csv", "team"], ("team", ["apply", "course.csv"])),
        (["disable", "anna"], (None, ["disable", "anna"])),
        (["disable", "anna", "ben"], (None, ["disable", "anna", "ben"])),
        (["disable", "anna", "dev"], ("dev", ["disable", "anna"])),
        (["disable", "dev"], (None, ["disable", "dev"])),
        (["disable", "anna", "dev", "--stack", "prod"], ("prod", ["disable", "anna", "dev"])),
        (["groups", "lab", "--add", "anna"], (None, ["groups", "lab", "--add", "anna"])),
        (["groups", "lab", "dev"], ("dev", ["groups", "lab"])),
        (["groups", "dev"], ("dev", ["groups"])),
    ],
)
def test_the_last_word_is_the_stack_but_not_where_a_user_could_stand(
    words: list[str], passed: tuple[str | None, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str | None, list[str]]] = []
    monkeypatch.setattr(run, "_operator", lambda module, name, flags: calls.append((name, list(flags))) or 0)
    assert run.users(words) == 0
    assert calls == [passed]


def test_jump_takes_a_command_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str | None, list[str]]] = []
    monkeypatch.setattr(run, "_operator", lambda module, name, flags: calls.append((name, list(flags))) or 0)
    run.jump(["team", "--", "ls", "--help"])
    assert calls == [("team", ["--", "ls", "--help"])]
    with pytest.raises(LocalCloudError, match="is no stack name"):
        run.jump(["a b"])


def test_a_commands_help_is_the_tools_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert users.main(["disable", "--help"]) == 0
    assert "usage: hpcstack-directory disable" in capfd.readouterr().out
    assert users.main(["--help"]) == 0
    shown = capfd.readouterr().out
    assert all(f"\n  {name} " in shown for name in users.COMMANDS)
    assert cli.main


def test_sealed_passwords_are_fetched_once_and_the_newer_row_counts(tmp_path: Path) -> None:
    with moto_endpoint():
        import boto3

        client = boto3.client("secretsmanager", region_name=REGION)
        arn = client.create_secret(Name="new", SecretString="what it is for")["ARN"]
        assert sealed.LABEL == LABEL
        assert sealed.fetch(client, arn, "org/team", tmp_path) is None
        for number, row in enumerate(({"anna": "old", "ben": 'b,"'}, {"anna": "new"})):
            client.put_secret_value(SecretId=arn, SecretString=json.dumps(row), VersionStages=[f"{LABEL}{number}"])
        stored = sealed.fetch(client, arn, "org/team", tmp_path)
        assert stored is not None
        assert stored.parent == tmp_path / "credentials/org-team"
        assert stored.read_text() == 'name,password\nanna,new\nben,"b,"""\n'
        assert stored.stat().st_mode & 0o777 == 0o600
        assert sealed.fetch(client, arn, "org/team", tmp_path) is None
        assert client.get_secret_value(SecretId=arn)["SecretString"] == "what it is for"


def test_sealed_passwords_that_cannot_be_stored_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("a file where a folder should be")
    with moto_endpoint():
        import boto3

        client = boto3.client("secretsmanager", region_name=REGION)
        arn = client.create_secret(Name="another", SecretString="what it is for")["ARN"]
        client.put_secret_value(SecretId=arn, SecretString='{"anna": "a"}', VersionStages=[f"{LABEL}1"])
        with pytest.raises(OperatorError, match=r"cannot be stored .*the secret arn:.*"):
            sealed.fetch(client, arn, "team", tmp_path)
        assert sealed.waiting(client, arn) == 1


def test_objects_are_fetched_once_with_all_their_versions_and_the_newer_row_counts(tmp_path: Path) -> None:
    with moto_endpoint():
        import boto3

        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="team", CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_bucket_versioning(Bucket="team", VersioningConfiguration={"Status": "Enabled"})
        uri = "s3://team/new-passwords/"
        assert sealed_objects.fetch(client, uri, "org/team", tmp_path) is None
        for name, row in (("1", {"anna": "old", "ben": "b"}), ("2", {"anna": "new"})):
            client.put_object(Bucket="team", Key=f"new-passwords/{name}.json", Body=json.dumps(row))
        client.put_object(Bucket="team", Key="scripts/1", Body=b"stays")
        stored = sealed_objects.fetch(client, uri, "org/team", tmp_path)
        assert stored is not None
        assert stored.read_text() == "name,password\nanna,new\nben,b\n"
        left = client.list_object_versions(Bucket="team")
        assert [one["Key"] for one in left["Versions"]] == ["scripts/1"]
        assert "DeleteMarkers" not in left
        (tmp_path / "other").mkdir()
        (tmp_path / "other/credentials").write_text("a file where a folder should be")
        client.put_object(Bucket="team", Key="new-passwords/3.json", Body=b'{"anna": "newest"}')
        with pytest.raises(OperatorError, match=r"cannot be stored .*s3://team/new-passwords/"):
            sealed_objects.fetch(client, uri, "team", tmp_path / "other")
        assert client.get_object(Bucket="team", Key="new-passwords/3.json")["Body"].read() == b'{"anna": "newest"}'


def test_what_could_not_be_deleted_is_told(tmp_path: Path) -> None:
    class Refusing:
        def __init__(self, client: Any) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def delete_objects(self, **asked: Any) -> dict[str, Any]:
            return {"Errors": [{"Key": one["Key"], "Message": "Access Denied"} for one in asked["Delete"]["Objects"]]}

    with moto_endpoint():
        import boto3

        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="mates", CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_object(Bucket="mates", Key="new-passwords/1.json", Body=b'{"anna": "a"}')
        with pytest.raises(
            OperatorError, match=r"new passwords are in .*csv, and still in s3://mates/new-passwords/1.json"
        ):
            sealed_objects.fetch(Refusing(client), "s3://mates/new-passwords/", "team", tmp_path)
        assert list(tmp_path.glob("credentials/team/*.csv"))
