"""Run Command of the emulator, which runs scripts for real on instances; and what the operator's side does with it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.directory import DirectoryInfo
from localcloud.jumphost import service
from localcloud.jumphost.service import JumpHostInfo
from scripts.operator import create_users, jump, reconcile, stack, users
from scripts.operator.errors import OperatorError
from scripts.operator.reach import ssm
from scripts.operator.reach.channel import File
from scripts.operator.reach.ssm import SsmChannel
from tests.canaries.processes import Sampler
from tests.canaries.search import Canaries, files
from tests.directory.rig import Outside, read_credentials
from tests.emulator.rig import REGION, Emulator, start, until
from tests.unit.operator_rig import OUTPUTS, FakePulumi

pytestmark = pytest.mark.directory

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


@pytest.fixture(scope="module")
def bench(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("systems manager")
    (folder / "state").symlink_to(state)
    host, aws = service.start(), start(folder)
    try:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield Bench(aws, host, instance(aws, "managed"), instance(aws, None))
    finally:
        aws.stop()
        service.remove()


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
    home = bench.home
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


def to_end(job: Any) -> tuple[list[str], int, list[str]]:
    lines = list(job.lines())
    return lines, *job.end()


def test_a_job_says_all_that_it_prints_however_much(bench: Bench) -> None:
    code = "import sys; [print(n, 'ä' * 40) for n in range(600)]; print('aside', file=sys.stderr); sys.exit(3)"
    lines, ended, remarks = to_end(bench.channel.start([sys.executable, "-c", code], []))
    assert lines == [f"{n} {'ä' * 40}" for n in range(600)]
    assert (ended, remarks) == (3, ["aside"])


def test_files_come_by_their_content_and_lists_do_not_stay_on_their_way(bench: Bench) -> None:
    files = [File("tool-1.py", b"print(open('list-1.txt').read())", lasting=True), File("list-1.txt", b"people")]
    assert to_end(bench.channel.start([sys.executable, "tool-1.py"], files))[0] == ["people"]
    s3 = bench.aws.client("s3")
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix="jump-host/")
    assert [one["Key"].split("/")[-1] for one in versions["Versions"]] == ["tool-1.py"]
    assert "DeleteMarkers" not in versions
    (bench.home / "tool-1.py").write_text("print('as it was')")
    assert to_end(bench.channel.start([sys.executable, "tool-1.py"], files))[0] == ["as it was"]


def test_a_file_that_is_not_what_its_name_says_is_not_taken(bench: Bench) -> None:
    file = File("tool-2.py", b"print(1)", lasting=True)
    bench.channel.start(["true"], [file])
    (bench.home / "tool-2.py").unlink()
    s3 = bench.aws.client("s3")
    (key,) = (one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if one["Key"].endswith("tool-2.py"))
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"print(2)")
    with pytest.raises(OperatorError, match=r"cannot begin: .*is not what its name says"):
        bench.channel.start(["true"], [file])
    assert not (bench.home / "tool-2.py").exists()


def test_an_interrupt_reaches_the_command_and_not_the_shell_around_it(bench: Bench) -> None:
    code = "import time\nprint('at work', flush=True)\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('in order')"
    job = bench.channel.start([sys.executable, "-c", code], [])
    lines = job.lines()
    assert next(lines) == "at work"
    job.interrupt()
    assert list(lines) == ["in order"]
    assert job.end() == (0, [])


def test_a_job_that_was_killed_with_its_shell_is_told(bench: Bench) -> None:
    job = bench.channel.start([sys.executable, "-c", "import os; os.kill(os.getppid(), 9)"], [])
    assert list(job.lines()) == []
    with pytest.raises(OperatorError, match="ended without a word"):
        job.end()


def test_waiting_ends_when_the_agent_answers_or_at_the_deadline(bench: Bench) -> None:
    bench.channel.await_managed(0)
    with pytest.raises(OperatorError, match="not known to Systems Manager after"):
        replace(bench.channel, instance=bench.bare).await_managed(0)
    gone = replace(bench.channel, instance="i-0123456789abcdef0")
    with pytest.raises(OperatorError, match="i-0123456789abcdef0 is gone: run `just refresh`"):
        gone.await_managed()
    with pytest.raises(OperatorError, match="not known to Systems Manager now"):
        gone.run("true")


def test_a_host_whose_first_boot_is_not_done_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    beginning, await_first_boot, said = ssm._beginning, SsmChannel.await_first_boot, []

    def boot(channel: SsmChannel) -> None:
        await_first_boot(channel)
        channel.run("touch booted")

    monkeypatch.setattr(ssm, "_beginning", lambda *given: ["test -e booted || exit 45", *beginning(*given)])
    monkeypatch.setattr(SsmChannel, "await_first_boot", boot)
    assert to_end(replace(bench.channel, say=said.append).start(["echo", "begun"], []))[0] == ["begun"]
    assert said == [f"waiting for the end of the first boot of {bench.managed}"]


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


@pytest.fixture
def team(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    for name, value in bench.aws.environment().items():
        monkeypatch.setenv(name, value)
    outputs = OUTPUTS | {
        "region": REGION,
        "bucket": BUCKET,
        "jump_host_access": "ssm",
        "jump_host_instance_id": bench.managed,
        "new_passwords_secret_arn": secret(bench, "none"),
    }
    pulumi = FakePulumi(tmp_path, monkeypatch)
    pulumi.answer(outputs)
    for module in (create_users, users):
        monkeypatch.setattr(module, "PROJECT", tmp_path)
    return Team(tmp_path, outputs, pulumi)


def secret(bench: Bench, text: str) -> str:
    client = bench.aws.client("secretsmanager")
    return str(client.create_secret(Name=f"secret-{time.monotonic_ns()}", SecretString=text)["ARN"])


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


@pytest.fixture
def people(team: Team, bench: Bench, info: DirectoryInfo) -> Team:
    """The same with a real directory."""
    outputs = team.outputs | {
        "domain_name": info.domain,
        "directory_servers": [info.address],
        "directory_admin_user": info.admin_name,
        "directory_admin_secret_arn": secret(bench, info.admin_password_file.read_text().strip()),
        "directory_ca_certificate": info.ca_file.read_text(),
        "users": {"prefix": "course", "count": 3, "start": 1, "width": 3, "group": "courses"},
    }
    team.pulumi.answer(outputs)
    return Team(team.project, outputs, team.pulumi)


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
