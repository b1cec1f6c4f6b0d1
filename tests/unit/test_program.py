"""The program on a mock engine: what it declares for a stack file, and what it never does."""

import json
import shlex
from typing import Any
from unittest.mock import patch

import pytest

from components import users_file
from scripts.directory import cli
from scripts.operator import reconcile
from tests.unit.recorder import Recorded, Recorder, run

EXISTING_DIRECTORY = {
    "kind": "existing",
    "servers": ["10.1.1.1"],
    "serverName": "dc1.hpc.internal",
    "adminSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf",
    "readOnlyUser": "cn=ReadOnlyUser,dc=hpc,dc=internal",
    "readOnlySecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:reader-AbCdEf",
    "caCertificate": "-----BEGIN CERTIFICATE-----\n",
}
EVERYTHING: dict[str, Any] = {
    "directory": EXISTING_DIRECTORY,
    "jumpHost": {"kind": "ec2"},
    "users": {"count": 5},
    "databases": {"applications": {}, "slurm": {}},
    "storage": {"folders": [{"name": "home", "mountDir": "/home"}]},
    "image": {"build": True},
    "cluster": {"loginNodes": {"count": 1}, "dnsZone": "cluster.example.org"},
    "ssh": {"publicKey": "ssh-ed25519 AAAA me"},
    "network": {"allowedCidrs": ["198.51.100.0/24"]},
}
OVER_SSH: dict[str, Any] = {**EVERYTHING, "jumpHost": {"kind": "ec2", "access": "ssh"}}
LIST = "tests/unit/user_lists/right.csv"
CLUSTER = "parallelcluster:index:Cluster"


@pytest.fixture(scope="module")
def everything() -> Recorder:
    return run(**EVERYTHING)


@pytest.fixture(scope="module")
def over_ssh() -> Recorder:
    return run(**OVER_SSH)


def test_the_minimum_is_a_network_a_bucket_and_a_cluster() -> None:
    made = run()
    assert len(made.named("aws:ec2/subnet:Subnet")) == 4
    assert made.one(CLUSTER).inputs["version"] == "3.16.1"
    assert not made.named("aws:rds/instance:Instance")
    assert not made.named("command:remote:Command")
    assert made.outputs["ssh_command"] == "ssh ubuntu@login.elb"


def test_zones_are_taken_in_the_order_of_their_names() -> None:
    zones = {one.inputs["availabilityZone"] for one in run().named("aws:ec2/subnet:Subnet")}
    assert zones == {"eu-west-1a", "eu-west-1b"}


def test_an_existing_network_creates_none() -> None:
    made = run(
        network={
            "vpcId": "vpc-0123456789abcdef0",
            "publicSubnetIds": ["subnet-0123456789abcdef0"],
            "privateSubnetIds": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
        }
    )
    assert not made.named("aws:ec2/vpc:Vpc")
    assert made.one(CLUSTER).inputs["configuration"]["HeadNode"]["Networking"]["SubnetId"] == "subnet-0123456789abcdef1"


def test_components_carry_our_tokens(everything: Recorder) -> None:
    components = {one.token for one in everything.resources if one.token.startswith("hpcstack:")}
    assert {
        f"hpcstack:index:{name}" for name in ("Network", "Bucket", "Databases", "Users", "Image", "Cluster")
    } <= components


def test_no_name_and_no_text_holds_an_unresolved_output(everything: Recorder) -> None:
    text = json.dumps([[one.token, one.name, repr(one.inputs)] for one in everything.resources])
    assert "Calling __str__" not in text
    assert "Output object at" not in text


def test_nothing_is_open_to_the_world(everything: Recorder, over_ssh: Recorder) -> None:
    for made, sources in ((everything, {None}), (over_ssh, {None, "198.51.100.0/24"})):
        rules = made.named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        assert {one.inputs.get("cidrIpv4") for one in rules} == sources
        assert all(one.inputs["fromPort"] == one.inputs["toPort"] for one in rules)


def test_every_tag_reaches_resources_cluster_and_image() -> None:
    made = run(tags={"costCenter": "4711"}, image={"build": True})
    default = made.one("pulumi:providers:aws").inputs["defaultTags"]
    default = json.loads(default) if isinstance(default, str) else default
    cluster = {tag["Key"]: tag["Value"] for tag in made.one(CLUSTER).inputs["configuration"]["Tags"]}
    image = made.one("parallelcluster:index:Image").inputs["configuration"]
    for found in (
        default["tags"],
        cluster,
        *({t["Key"]: t["Value"] for t in image[part]["Tags"]} for part in ("Build", "Image")),
    ):
        assert found["costCenter"] == "4711"
        assert found["hpcstack:owner"] == "hpc@example.org"


def test_databases_are_private_encrypted_tls_only_and_pinned(everything: Recorder) -> None:
    for one in everything.named("aws:rds/instance:Instance"):
        assert one.inputs["storageEncrypted"] is True
        assert one.inputs["publiclyAccessible"] is False
        assert "." in one.inputs["engineVersion"]
    parameters = {
        (parameter["name"], parameter["value"])
        for one in everything.named("aws:rds/parameterGroup:ParameterGroup")
        for parameter in one.inputs["parameters"]
    }
    assert parameters == {("rds.force_ssl", "1"), ("require_secure_transport", "1")}


@pytest.mark.parametrize(("environment", "guarded"), [("prod", True), ("dev", False)])
def test_the_environment_decides_protection_as_one(environment: str, guarded: bool) -> None:
    made = run(environment=environment, databases={"slurm": {}})
    database = made.one("aws:rds/instance:Instance").inputs
    assert (database["deletionProtection"], database["multiAz"], not database["skipFinalSnapshot"]) == (guarded,) * 3
    assert database["backupRetentionPeriod"] == (30 if guarded else 7)
    assert made.one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is not guarded
    secret = made.one("aws:secretsmanager/secret:Secret").inputs
    assert secret["recoveryWindowInDays"] == (30 if guarded else 0)


def test_passwords_go_to_the_directory_tool_by_standard_input_only(over_ssh: Recorder) -> None:
    (create,) = (one for one in over_ssh.named("command:remote:Command") if one.name.endswith("-create"))
    assert "administrators-own" in repr(create.inputs["stdin"])
    assert "administrators-own" not in create.inputs["create"]
    assert "--count 5" in create.inputs["create"]
    assert "--server 10.1.1.1" in create.inputs["create"]


def test_outputs_hold_no_secret(everything: Recorder) -> None:
    assert "administrators-own" not in repr(everything.outputs)
    assert everything.outputs["DomainPWARN"] == EXISTING_DIRECTORY["adminSecretArn"]
    assert everything.outputs["storage_mounts"] == {"/home": "genomics-dev-home-id"}


def test_what_a_stack_does_not_have_is_no_output() -> None:
    assert not {"db_address", "ad_dns_1", "jump_host_dns", "login_address"} & set(run().outputs)


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
    over_ssh = {"jumpHost": {"kind": "ec2", "access": "ssh"}, "ssh": {"keyName": "team"}}
    made = run(directory=directory, users={"count": 5}, **over_ssh)
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
    stack_file = {**OVER_SSH, "jumpHost": {"kind": "ec2", "access": access}, "users": {"file": LIST}}
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
    assert allowed["PutSecretValue"] == [made.outputs["new_passwords_secret_arn"]]


def test_the_agent_may_register_before_the_host_boots(everything: Recorder) -> None:
    (profile,) = everything.named("aws:iam/instanceProfile:InstanceProfile")
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


def test_the_tool_refuses_an_option_of_another_command() -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["service-user", "--users-ou", "ou=Users"])


def test_an_existing_directory_is_joined_as_its_read_only_user(everything: Recorder) -> None:
    joined = everything.one(CLUSTER).inputs["configuration"]["DirectoryService"]
    assert joined["DomainReadOnlyUser"] == EXISTING_DIRECTORY["readOnlyUser"]
    assert joined["DomainAddr"] == "ldaps://dc1.hpc.internal"
    assert joined["PasswordSecretArn"] == EXISTING_DIRECTORY["readOnlySecretArn"]


def test_a_given_password_is_used_instead_of_a_generated_one() -> None:
    made = run(secrets={"slurmDatabasePassword": "correct-horse"}, databases={"slurm": {}})
    assert "correct-horse" in repr(made.one("aws:secretsmanager/secretVersion:SecretVersion").inputs["secretString"])


def test_a_created_jump_host_takes_tokens_only_and_is_private(everything: Recorder) -> None:
    host = everything.one("aws:ec2/instance:Instance").inputs
    assert host["metadataOptions"]["httpTokens"] == "required"
    assert host["associatePublicIpAddress"] is False
    assert everything.outputs["jump_host_host"] == "10.0.0.9"


def refused(caplog: pytest.LogCaptureFixture, **sections: Any) -> str:
    """What the program says when it ends before it declares anything."""
    made = run(**sections)
    assert (made.exit_code, made.resources) == (32, [])
    return caplog.text


def test_a_bad_stack_file_declares_nothing(caplog: pytest.LogCaptureFixture) -> None:
    said = refused(caplog, network={"zones": 9}, cluster={"queues": [{"name": "A"}]})
    assert "2 problems" in said
    assert "Traceback" not in said


def test_an_override_of_an_owned_key_declares_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert "cluster.overrides.Tags: [] overrides what the platform sets" in refused(
        caplog, cluster={"overrides": {"Tags": []}}
    )


def test_what_an_update_may_do_to_running_work_reaches_the_cluster() -> None:
    def passed(**cluster: Any) -> Any:
        return run(cluster=cluster).one("parallelcluster:index:Cluster").inputs["updates"]

    assert passed() == {"computeFleet": "refuse", "drainMinutes": 60, "loginNodes": "refuse"}
    assert passed(updates={"computeFleet": "drain", "drainMinutes": 120}) == {
        "computeFleet": "drain",
        "drainMinutes": 120,
        "loginNodes": "refuse",
    }


def test_names_of_the_cluster_lead_to_it_and_there_are_none_unless_wanted(everything: Recorder) -> None:
    zone = everything.one("aws:route53/zone:Zone").inputs
    assert (zone["name"], [one["vpcId"] for one in zone["vpcs"]]) == (
        "cluster.example.org",
        [everything.outputs["vpc_id"]],
    )
    head, login = sorted(everything.named("aws:route53/record:Record"), key=lambda one: one.inputs["name"])
    assert (head.inputs["name"], head.inputs["type"], head.inputs["records"]) == ("head", "A", ["10.0.0.4"])
    assert (login.inputs["name"], login.inputs["type"], login.inputs["records"]) == ("login", "CNAME", ["login.elb"])
    alone = run(cluster={"dnsZone": "cluster.example.org"})
    assert [one.inputs["name"] for one in alone.named("aws:route53/record:Record")] == ["head"]
    assert "login_name" not in alone.outputs
    assert not run().named("aws:route53/zone:Zone")


@pytest.mark.parametrize(
    ("environment", "recover", "watched"), [("dev", None, 0), ("prod", None, 1), ("dev", True, 1), ("prod", False, 0)]
)
def test_an_alarm_recovers_the_head_node_where_it_is_protected(
    environment: str, recover: bool | None, watched: int
) -> None:
    head = {} if recover is None else {"recover": recover}
    found = run(environment=environment, cluster={"headNode": head}).named("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(found) == watched
    for alarm in found:
        assert alarm.inputs["dimensions"] == {"InstanceId": "i-head"}
        assert alarm.inputs["alarmActions"] == ["arn:aws:automate:eu-west-1:ec2:recover"]
