"""The program on a mock engine: the jump host."""

import json
from unittest.mock import patch

import pytest

from tests.unit.everything import everything
from tests.unit.recorder import Recorded, Recorder, run


def test_the_jump_host_may_read_two_secrets_and_hand_over_to_one() -> None:
    made = run(directory={"kind": "managed-ad"}, jumpHost={"kind": "ec2"})
    (policy,) = (one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("-users-tool"))
    statements = json.loads(policy.inputs["policy"])["Statement"]
    allowed = {json.dumps(one["Action"]).split(":")[-1].strip('"]'): one["Resource"] for one in statements}
    assert set(allowed) == {"GetObject", "GetSecretValue", "PutSecretValue"}
    bucket = made.outputs["bucket"]
    assert allowed["GetObject"] == f"arn:aws:s3:::{bucket}/jump-host/*"
    assert [arn.split(":")[-1] for arn in allowed["GetSecretValue"]] == [
        "genomics-dev-directory-admin-AbCdEf",
        "genomics-dev-directory-read-only-AbCdEf",
    ]
    assert allowed["PutSecretValue"] == made.outputs["new_passwords_secret_arn"]


def test_new_passwords_in_objects_need_no_secret_and_the_host_may_not_read_them() -> None:
    made = run(directory={"kind": "managed-ad"}, jumpHost={"kind": "ec2"}, users={"count": 5, "newPasswords": "object"})
    bucket = made.outputs["bucket"]
    assert made.outputs["new_passwords_uri"] == f"s3://{bucket}/new-passwords/"
    assert "new_passwords_secret_arn" not in made.outputs
    assert not [one for one in made.named("aws:secretsmanager/secret:Secret") if "new-passwords" in one.name]
    (policy,) = (one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("-users-tool"))
    allowed = {json.dumps(one["Action"]): one["Resource"] for one in json.loads(policy.inputs["policy"])["Statement"]}
    assert allowed['"s3:PutObject"'] == f"arn:aws:s3:::{bucket}/new-passwords/*"
    assert allowed['"s3:GetObject"'] == f"arn:aws:s3:::{bucket}/jump-host/*"
    (create,) = (one for one in made.named("command:local:Command") if one.name.endswith("-create"))
    told = json.loads(create.inputs["stdin"])["secrets"]
    assert told == {"--credentials-object": made.outputs["new_passwords_uri"], "--region": "eu-west-1"}


def test_the_agent_may_register_before_the_host_boots() -> None:
    (profile,) = (
        one
        for one in everything().named("aws:iam/instanceProfile:InstanceProfile")
        if one.name == "genomics-dev-jump-host"
    )
    assert any("genomics-dev-jump-host-ssm" in urn for urn in profile.options["dependencies"])


def test_a_newer_image_replaces_no_host_and_a_named_one_does() -> None:
    def host(**jump_host: str) -> Recorded:
        return run(jumpHost={"kind": "ec2", **jump_host}).one("aws:ec2/instance:Instance")

    assert host().options["ignoreChanges"] == ["ami"]
    assert "ignoreChanges" not in host(ami="ami-0123456789abcdef0").options


@pytest.mark.parametrize(
    ("kind", "architecture", "suffix"), [("t3.small", "amd64", ""), ("t4g.small", "arm64", "-arm64")]
)
def test_another_architecture_is_another_host_with_its_own_image(kind: str, architecture: str, suffix: str) -> None:
    with patch.object(Recorder, "call", autospec=True, side_effect=Recorder.call) as call:
        made = run(jumpHost={"kind": "ec2", "instanceType": kind})
    (asked,) = (one.args[1].args for one in call.call_args_list if one.args[1].token == "aws:ec2/getAmi:getAmi")
    assert architecture in asked["filters"][0]["values"][0]
    assert made.one("aws:ec2/instance:Instance").name == "genomics-dev-jump-host" + suffix
    assert asked["owners"] == ["099720109477"]


def test_a_created_jump_host_takes_tokens_only_and_is_private() -> None:
    (found,) = (one for one in everything().named("aws:ec2/instance:Instance") if one.name == "genomics-dev-jump-host")
    host = found.inputs
    assert host["metadataOptions"]["httpTokens"] == "required"
    assert host["associatePublicIpAddress"] is False
    assert everything().outputs["jump_host_host"] == "10.0.0.9"
