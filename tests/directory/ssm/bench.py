"""The emulator with a jump host, whose Run Command runs scripts for real; and a team whose stack has it."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.jumphost.service import JumpHostInfo
from scripts.operator import reconcile, stack
from scripts.operator.reach.ssm import SsmChannel
from tests.directory.rig import read_credentials
from tests.emulator.rig import REGION, Emulator, until
from tests.unit.operator_rig import FakePulumi

BUCKET = "team-bucket"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2"}, "Action": "*"}]}


@dataclass(frozen=True)
class Bench:
    aws: Emulator
    host: JumpHostInfo
    managed: str
    """Id of an instance whose role has the policy."""
    bare: str
    """Id of one without a profile."""

    @property
    def home(self) -> Path:
        return self.host.private_key_file.parent / "home/instances" / self.managed

    @property
    def channel(self) -> SsmChannel:
        return SsmChannel(clients=self.aws.client, region=REGION, instance=self.managed, bucket=BUCKET, say=print)

    def run(self, *lines: str, instance: str = "", seconds: int = 60) -> dict[str, Any]:
        ssm, target = self.aws.client("ssm"), instance or self.managed
        parameters = {"commands": list(lines), "executionTimeout": [str(seconds)]}
        sent = ssm.send_command(InstanceIds=[target], DocumentName="AWS-RunShellScript", Parameters=parameters)
        wanted = {"CommandId": sent["Command"]["CommandId"], "InstanceId": target}
        return until(lambda: ended(ssm.get_command_invocation(**wanted)))


def ended(invocation: dict[str, Any]) -> dict[str, Any] | None:
    return None if invocation["Status"] == "InProgress" else invocation


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


def secret(bench: Bench, text: str) -> str:
    client = bench.aws.client("secretsmanager")
    return str(client.create_secret(Name=f"secret-{time.monotonic_ns()}", SecretString=text)["ARN"])


@dataclass(frozen=True)
class Team:
    """A stack that is up, with a jump host over Systems Manager; the operator's project folder."""

    project: Path
    outputs: dict[str, Any]
    pulumi: FakePulumi

    def up(self, command: str, *arguments: str, **secrets: str) -> int:
        """What `pulumi up` runs for it (components/tool_over_ssm.py)."""
        known = {key: self.outputs.get(output) for key, output in stack.OUTPUTS.items() if key != "users"}
        about = {"name": "team", **known, "defaults": {}}
        told = {"stack": about, "command": command, "arguments": list(arguments), "secrets": secrets}
        return reconcile.reconcile(told)

    @property
    def passwords(self) -> dict[str, str]:
        """Of the newest file that came home."""
        return read_credentials(sorted(self.project.glob("credentials/team/*.csv"))[-1])
