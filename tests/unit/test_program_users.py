"""The program on a mock engine: a directory, its users, and what runs the tool that makes them."""

import json
import shlex
from typing import Any

import pytest

from components import users_file
from scripts.directory import cli
from scripts.operator import reconcile
from tests.unit.everything import EXISTING_DIRECTORY, OVER_SSH, everything, over_ssh
from tests.unit.recorder import run

CLUSTER = "parallelcluster:index:Cluster"
LIST = "tests/unit/user_lists/right.csv"


def test_passwords_go_to_the_directory_tool_by_standard_input_only() -> None:
    (create,) = (one for one in over_ssh().named("command:remote:Command") if one.name.endswith("-create"))
    assert "administrators-own" in repr(create.inputs["stdin"])
    assert "administrators-own" not in create.inputs["create"]
    assert "--count 5" in create.inputs["create"]
    assert "--server 10.1.1.1" in create.inputs["create"]


def test_a_managed_directory_has_secrets_of_its_own_and_a_read_only_account() -> None:
    made = run(directory={"kind": "managed-ad"}, jumpHost={"kind": "ec2", "access": "ssh"}, ssh={"keyName": "team"})
    directory = made.one("aws:directoryservice/directory:Directory").inputs
    assert (directory["type"], directory["edition"]) == ("MicrosoftAD", "Standard")
    assert len(directory["vpcSettings"]["subnetIds"]) == 2
    commands = [one.inputs["create"] for one in made.named("command:remote:Command")]
    assert any("service-user --name ReadOnlyUser" in line and "--admin Admin" in line for line in commands)
    assert made.outputs["ad_dns_1"] == "10.0.0.2"


@pytest.mark.parametrize("kind", ["managed-ad", "simple-ad", "existing"])
def test_every_command_is_one_that_the_directory_tool_takes(kind: str) -> None:
    directory = EXISTING_DIRECTORY if kind == "existing" else {"kind": kind}
    reached: dict[str, Any] = {"jumpHost": {"kind": "ec2", "access": "ssh"}, "ssh": {"keyName": "team"}}
    made = run(directory=directory, users={"count": 5}, **reached)
    lines = [one.inputs["create"] for one in made.named("command:remote:Command") if ".pyz" in one.inputs["create"]]
    assert len(lines) == (1 if kind == "existing" else 2)
    for line in lines:
        words = shlex.split(line)
        options = cli.parser().parse_args(words[words.index("/usr/bin/python3") + 2 :])
        assert options.domain == "hpc.internal"
        assert options.server


@pytest.mark.parametrize("access", ["ssm", "ssh"])
def test_a_list_of_users_runs_apply_again_when_its_content_changes(
    access: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack_file: dict[str, Any] = {**OVER_SSH, "jumpHost": {"kind": "ec2", "access": access}, "users": {"file": LIST}}
    made = [run(**stack_file)]
    monkeypatch.setattr(users_file.UsersFile, "sha256", property(lambda self: "0" * 64))
    made.append(run(**stack_file))
    token = "command:local:Command" if access == "ssm" else "command:remote:Command"
    for recorder in made:
        (apply,) = (one for one in recorder.named(token) if one.name.endswith("-apply"))
        if access == "ssh":
            (copied,) = (one for one in recorder.named("command:remote:CopyToRemote") if one.name.endswith("-list"))
            assert shlex.split(apply.inputs["create"])[9] == copied.inputs["remotePath"]
        assert recorder.outputs["users"]["file"] == LIST
    first, second = ([one.inputs for one in recorder.named(token)] for recorder in made)
    assert first != second


@pytest.mark.parametrize("kind", ["managed-ad", "simple-ad", "existing"])
def test_over_systems_manager_a_command_of_this_machine_is_told_no_secret(kind: str) -> None:
    directory = EXISTING_DIRECTORY if kind == "existing" else {"kind": kind}
    made = run(directory=directory, jumpHost={"kind": "ec2"}, users={"count": 5})
    assert not made.named("command:remote:Command")
    told = {one.name: json.loads(one.inputs["stdin"]) for one in made.named("command:local:Command")}
    assert [one["command"] for one in told.values()] == ([] if kind == "existing" else ["service-user"]) + ["create"]
    for one in told.values():
        found = reconcile.stack_of(one)
        assert (found.access, found.instance, found.region) == ("ssm", "genomics-dev-jump-host-id", "eu-west-1")
        assert found.new_passwords_secret == made.outputs["new_passwords_secret_arn"]
        assert found.servers
    assert "canary" not in repr([one.inputs for one in made.named("command:local:Command")])


def test_the_tool_refuses_an_option_of_another_command() -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["service-user", "--users-ou", "ou=Users"])


def test_an_existing_directory_is_joined_as_its_read_only_user() -> None:
    joined = everything().one(CLUSTER).inputs["configuration"]["DirectoryService"]
    assert joined["DomainReadOnlyUser"] == EXISTING_DIRECTORY["readOnlyUser"]
    assert joined["DomainAddr"] == "ldaps://dc1.hpc.internal"
    assert joined["PasswordSecretArn"] == EXISTING_DIRECTORY["readOnlySecretArn"]
