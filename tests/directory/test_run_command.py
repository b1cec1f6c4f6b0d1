"""Run Command of the emulator on an instance that is no cluster's: scripts run for real, in a home of the instance's own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.jumphost.service import JumpHostInfo
from tests.emulator.rig import Emulator, start, until
from tests.unit.command_standin_rig import jump_host

pytestmark = pytest.mark.directory

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2"}, "Action": "*"}]}


@dataclass(frozen=True)
class Bench:
    aws: Emulator
    host: JumpHostInfo
    managed: str
    """Id of an instance whose role has the policy."""
    bare: str
    """Id of one without a profile."""

    def run(self, *lines: str, instance: str = "", seconds: int = 60) -> dict[str, Any]:
        ssm, target = self.aws.client("ssm"), instance or self.managed
        parameters = {"commands": list(lines), "executionTimeout": [str(seconds)]}
        sent = ssm.send_command(InstanceIds=[target], DocumentName="AWS-RunShellScript", Parameters=parameters)
        wanted = {"CommandId": sent["Command"]["CommandId"], "InstanceId": target}
        return until(lambda: ended(ssm.get_command_invocation(**wanted)))


def ended(invocation: dict[str, Any]) -> dict[str, Any] | None:
    return None if invocation["Status"] == "InProgress" else invocation


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("run command")
    with jump_host(folder / "state") as host:
        aws = start(folder)
        try:
            yield Bench(aws, host, instance(aws, "managed"), instance(aws, None))
        finally:
            aws.stop()


def instance(aws: Emulator, role: str | None) -> str:
    iam, profile = aws.client("iam"), {}
    if role:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
        policy = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        iam.create_instance_profile(InstanceProfileName=role)
        iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)
        profile = {"IamInstanceProfile": {"Name": role}}
    ec2 = aws.client("ec2")
    image = ec2.describe_images(Owners=["099720109477"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.small", **profile)
    return str(made["Instances"][0]["InstanceId"])


def test_a_script_runs_for_real_and_answers_both_streams_and_its_code(bench: Bench) -> None:
    done = bench.run("echo $((40 + 2))", "echo aside >&2", "cat", "exit 7")
    assert (done["Status"], done["ResponseCode"]) == ("Failed", 7)
    assert (done["StandardOutputContent"], done["StandardErrorContent"]) == ("42\n", "aside\n")
    assert bench.run("true")["Status"] == "Success"


def test_each_instance_has_a_home_and_finds_the_emulator(bench: Bench) -> None:
    done = bench.run('pwd; echo "$HOME"; echo "$AWS_ENDPOINT_URL"; ls')
    home = bench.host.private_key_file.parent / "home/instances" / bench.managed
    assert done["StandardOutputContent"].splitlines() == [str(home), str(home), bench.aws.endpoint, "commands"]
    assert list(Path(home, "commands").iterdir()) == []


def test_what_a_script_left_running_goes_on(bench: Bench) -> None:
    bench.run("setsid sh -c 'sleep 0.3; echo done > late' < /dev/null > /dev/null 2>&1 &")
    until(lambda: bench.run("cat late 2>/dev/null")["StandardOutputContent"] == "done\n")


def test_a_script_ends_at_its_timeout_and_its_output_is_cut(bench: Bench) -> None:
    late = bench.run("echo begun; sleep 60", seconds=1)
    assert (late["Status"], late["ResponseCode"], late["StandardOutputContent"]) == ("TimedOut", -1, "begun\n")
    assert len(bench.run("head -c 30000 /dev/zero | tr '\\0' x")["StandardOutputContent"]) == 24_000


def test_an_instance_without_the_policy_is_not_managed(bench: Bench) -> None:
    ssm = bench.aws.client("ssm")
    assert [one["InstanceId"] for one in ssm.describe_instance_information()["InstanceInformationList"]] == [
        bench.managed
    ]
    asked = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [bench.bare]}])
    assert asked["InstanceInformationList"] == []
    with pytest.raises(ClientError, match="InvalidInstanceId"):
        bench.run("true", instance=bench.bare)


def test_without_the_hosts_server_nothing_is_managed(bench: Bench) -> None:
    record = bench.host.private_key_file.parent.parent / "run/jumphost.json"
    moved = record.rename(record.with_suffix(".away"))
    try:
        assert bench.aws.client("ssm").describe_instance_information()["InstanceInformationList"] == []
        with pytest.raises(ClientError, match="InvalidInstanceId"):
            bench.run("true")
    finally:
        moved.rename(record)
