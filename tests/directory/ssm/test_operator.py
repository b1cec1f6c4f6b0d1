"""The operator's commands over Systems Manager: one on the host, a shell, users from first to last."""

import json
import os

import pytest

from localcloud.directory import DirectoryInfo
from scripts.operator import create_users, jump, users
from tests.canaries.processes import Sampler
from tests.canaries.search import Canaries, files
from tests.directory.rig import Outside
from tests.directory.ssm.bench import BUCKET, Bench, Team, secret
from tests.emulator.rig import REGION

pytestmark = pytest.mark.directory


def test_one_command_on_the_jump_host(team: Team, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert jump.main(["--stack", "team", "--", "sh", "-c", 'echo "two  words"; pwd; exit 9']) == 9
    assert capsys.readouterr().out == f"two  words\n{bench.home}\n"


def test_a_shell_says_what_it_lacks(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(team.project))
    assert jump.main(["--stack", "team"]) == 2
    assert "aws and session-manager-plugin missing on PATH" in capsys.readouterr().err


def test_a_shell_is_awss_own_session(team: Team, monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    for name in ("aws", "session-manager-plugin"):
        (team.project / name).write_text(f'#!/bin/sh\necho "$@" > {team.project}/asked\nexit 5\n')
        (team.project / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{team.project}:{os.environ['PATH']}")
    assert jump.main(["--stack", "team"]) == 5
    assert (team.project / "asked").read_text() == f"ssm start-session --target {bench.managed} --region {REGION}\n"


def test_up_makes_users_and_their_passwords_wait_for_the_operator(
    people: Team, bench: Bench, info: DirectoryInfo, outside: Outside, capfd: pytest.CaptureFixture[str]
) -> None:
    """No secret is in arguments, environments, what is printed, Run Command's history, the bucket or the host's files."""
    reader = "Reader-Password-0123"
    series = ["--prefix", "course", "--count", "3", "--width", "3", "--group", "courses"]
    sampler = Sampler()
    with sampler.running():
        named = {"--password-secret-arn": secret(bench, reader)}
        assert people.up("service-user", "--name", "ManagedReader", **named) == 0
        sealed = {"--credentials-secret": people.outputs["new_passwords_secret_arn"]}
        assert people.up("create", *series, **sealed) == 0
        assert people.up("create", *series, **sealed) == 0
        assert create_users.main(["4", "--stack", "team"]) == 0
    made = people.passwords
    assert sorted(made) == ["course001", "course002", "course003", "course004"]
    assert outside.accepts(made | {"ManagedReader": reader}) == dict.fromkeys([*made, "ManagedReader"], True)
    assert outside.members("courses") == set(made)
    canaries = Canaries({"admin": info.admin_password_file.read_text().strip(), "reader": reader, **made})
    assert canaries.search((one.command, one.arguments + one.environment) for one in sampler.samples) == []
    assert canaries.search([("printed", "".join(capfd.readouterr()).encode())]) == []
    history = json.dumps(bench.aws.client("ssm").list_commands()["Commands"], default=str)
    assert "--admin-secret-arn" in history
    assert canaries.search([("history", history.encode())]) == []
    assert canaries.search(files(bench.home)) == []
    assert not list(bench.home.rglob("*sealed*"))
    arn = people.outputs["new_passwords_secret_arn"]
    versions = bench.aws.client("secretsmanager").list_secret_version_ids(SecretId=arn)["Versions"]
    assert [label for one in versions for label in one["VersionStages"]] == ["AWSCURRENT"]


def test_new_passwords_may_wait_in_objects_of_the_bucket(people: Team, bench: Bench, outside: Outside) -> None:
    """Encrypted by KMS, and deleted with all versions when they are fetched."""
    s3, uri = bench.aws.client("s3"), f"s3://{BUCKET}/new-passwords/"
    series = {"prefix": "object", "count": 2, "start": 1, "width": 3, "group": "objects"}
    people.pulumi.answer(people.outputs | {"new_passwords_secret_arn": None, "new_passwords_uri": uri, "users": series})
    handed_over = {"--credentials-object": uri, "--region": REGION}
    assert people.up("create", "--prefix", "object", "--count", "1", "--width", "3", **handed_over) == 0
    (waiting,) = s3.list_objects_v2(Bucket=BUCKET, Prefix="new-passwords/")["Contents"]
    assert s3.head_object(Bucket=BUCKET, Key=waiting["Key"])["ServerSideEncryption"] == "aws:kms"
    assert create_users.main(["2", "--stack", "team"]) == 0
    assert sorted(people.passwords) == ["object001", "object002"]
    assert outside.accepts(people.passwords) == {"object001": True, "object002": True}
    left = s3.list_object_versions(Bucket=BUCKET, Prefix="new-passwords/")
    assert not {"Versions", "DeleteMarkers"} & left.keys()
    assert Canaries(people.passwords).search(files(bench.home)) == []


def test_a_list_is_planned_applied_and_what_drifts_is_shown_and_mended(
    people: Team, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    (people.project / "users.yaml").write_text(
        "users:\n- {name: smanna, groups: [smteam]}\n- {name: smben}\ngroups: [{name: smteam}]\n"
    )
    people.pulumi.answer(people.outputs | {"users": {"file": "users.yaml"}})

    def run(*words: str) -> str:
        assert users.main(["--stack", "team", *words]) == 0
        return capsys.readouterr().out

    assert "smanna" in run("plan")
    assert outside.search("(sAMAccountName=smanna)", "cn") == {}
    assert "new passwords: " in run("apply")
    made = people.passwords
    assert outside.accepts(made) == {"smanna": True, "smben": True}
    outside.remove_member("smteam", "smanna")
    assert "smanna" in run("plan")
    assert outside.members("smteam") == set()
    assert "new passwords: " not in run("apply")
    assert outside.members("smteam") == {"smanna"}
    run("disable", "smben")
    assert outside.accepts(made) == {"smanna": True, "smben": False}
    run("reset-password", "smanna")
    assert outside.accepts({"smanna": people.passwords["smanna"]}) == {"smanna": True}
    assert people.passwords["smanna"] != made["smanna"]


def test_a_list_that_is_wrong_is_told_in_the_tools_words(people: Team, capsys: pytest.CaptureFixture[str]) -> None:
    (people.project / "course.csv").write_text("name,mail\nAnna,x\n")
    assert users.main(["--stack", "team", "plan", str(people.project / "course.csv")]) == 2
    told = capsys.readouterr().err
    assert "line 2: name: 'Anna' is not allowed" in told
    assert users.main(["--stack", "team", "apply", str(people.project / "nowhere.csv")]) == 2
    assert "nowhere.csv cannot be read: No such file or directory" in capsys.readouterr().err
    (people.project / "course.csv").write_text("name,password\nsmanna,Anna-Passw0rd\n")
    (people.project / "course.csv").chmod(0o600)
    assert users.main(["--stack", "team", "apply", str(people.project / "course.csv")]) == 2
    told = capsys.readouterr().err
    assert "holds passwords, which are not sent through Systems Manager" in told
    assert "Anna-Passw0rd" not in told
