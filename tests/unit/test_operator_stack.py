"""What create-users reads of a stack, and what it says of one that it cannot use."""

from pathlib import Path
from typing import Any

import pytest

from scripts.operator import create_users, stack
from scripts.operator.errors import OperatorError
from tests.unit.aws_standin_rig import moto_endpoint
from tests.unit.operator_rig import OUTPUTS, FakePulumi


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    return FakePulumi(tmp_path, monkeypatch)


def without(*names: str) -> dict[str, Any]:
    return {key: value for key, value in OUTPUTS.items() if key not in names}


def test_a_stack_that_is_up_is_read_by_its_outputs(pulumi: FakePulumi) -> None:
    found = stack.read("team")
    assert (found.domain, found.servers, found.port) == ("hpc.example.org", ("127.0.0.1", "127.0.0.2"), 22)
    assert found.defaults["prefix"] == "posit"
    assert (found.users_ou, found.ca_certificate, found.host_key) == (None, None, None)
    assert pulumi.calls == [["stack", "output", "--json", "--stack", "team"]]


def test_without_a_name_the_selected_stack_is_taken(pulumi: FakePulumi) -> None:
    assert stack.read(None).name == "team"


@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        ({}, "stack team is not up: run `just up team` first"),
        (without("domain_name", "directory_servers"), "has no directory .*domain_name, directory_servers"),
        (without("jump_host_host"), "has no jumpHost .*jump_host_host.*set hpcstack:jumpHost"),
        (OUTPUTS | {"domain_name": "[secret]"}, "output domain_name is a secret"),
    ],
)
def test_a_stack_that_cannot_be_used_is_told_in_one_line(
    pulumi: FakePulumi, outputs: dict[str, Any], text: str
) -> None:
    pulumi.answer(outputs)
    with pytest.raises(OperatorError, match=text) as caught:
        stack.read("team")
    assert "\n" not in str(caught.value)


def test_an_unknown_stack_is_told_in_pulumis_words(pulumi: FakePulumi) -> None:
    pulumi.answer({}, error="warning: x\nerror: no stack named 'nowhere' found\n")
    with pytest.raises(OperatorError, match=r"^stack nowhere cannot be read: no stack named 'nowhere' found$"):
        stack.read("nowhere")


def test_a_pulumi_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(stack.PULUMI, raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OperatorError, match="pulumi is not on PATH"):
        stack.read("team")


def test_the_private_key_is_optional_but_its_loss_is_not_hidden(pulumi: FakePulumi) -> None:
    assert stack.private_key("team") is None
    pulumi.answer(OUTPUTS, key="KEY")
    assert stack.private_key("team") == "KEY\n"
    pulumi.answer(OUTPUTS, config_error="error: incorrect passphrase\n")
    with pytest.raises(OperatorError, match="configuration of stack team cannot be read: incorrect passphrase"):
        stack.private_key("team")


def test_the_stack_file_of_the_environment_is_used_for_the_key(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stack.STACK_FILE, "/elsewhere/Pulumi.team.yaml")
    stack.private_key("team")
    assert pulumi.calls[-1][-2:] == ["--config-file", "/elsewhere/Pulumi.team.yaml"]


def test_the_administrators_password_comes_from_the_secret() -> None:
    with moto_endpoint():
        import boto3

        client = boto3.client("secretsmanager", region_name="eu-central-1")
        arn = client.create_secret(Name="admin", SecretString="hunter2")["ARN"]
        assert stack.admin_password(arn) == "hunter2"
        with pytest.raises(OperatorError, match=r"password cannot be read from arn:.*ResourceNotFoundException"):
            stack.admin_password(arn.replace("admin", "other"))
    with pytest.raises(OperatorError, match="is not the ARN of a secret"):
        stack.admin_password("admin")


@pytest.mark.parametrize("count", ["0", "-1", "many", "20001", "1.5"])
def test_a_bad_number_of_users_ends_with_two(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        create_users.main(["--", count])
    assert caught.value.code == 2
    assert "a whole number from 1 to 20000" in capsys.readouterr().err


def test_the_command_ends_with_one_line_and_its_code(pulumi: FakePulumi, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answer({})
    assert create_users.main(["5", "--stack", "team"]) == 2
    assert capsys.readouterr().err == "error: stack team is not up: run `just up team` first\n"
