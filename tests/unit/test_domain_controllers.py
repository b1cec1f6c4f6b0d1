"""Kind `samba-ad`: what is declared for two controllers, and what their program makes of its configuration."""

import functools
import hashlib
import json
from typing import Any

import pytest

from scripts.domain_controller import bundle, cli, configuration, texts
from scripts.domain_controller.faults import BadInput
from tests.unit.recorder import Recorder, run

HOSTS = ("dc1", "dc2")


@functools.cache
def made(environment: str = "dev") -> Recorder:
    return run(
        stack=environment,
        environment=environment,
        directory={"kind": "samba-ad", "maxPasswordAge": 90, "backupRetentionDays": 7},
        jumpHost={"kind": "ec2"},
    )


def controllers(recorder: Recorder) -> list[Any]:
    return [one for one in recorder.named("aws:ec2/instance:Instance") if one.name.endswith(HOSTS)]


def document(host: str) -> dict[str, Any]:
    (stored,) = (one for one in made().named("aws:s3/bucketObjectv2:BucketObjectv2") if host in one.name)
    assert stored.inputs["key"] == f"directory/{host}.json"
    return json.loads(stored.inputs["content"])


def test_two_machines_one_after_the_other() -> None:
    first, second = controllers(made())
    assert any(urn.endswith(f"::{first.name}") for urn in second.options["dependencies"])
    subnets = [one.inputs["subnetId"] for one in made().named("aws:ec2/networkInterface:NetworkInterface")]
    assert len(set(subnets)) == 2


def test_other_subnets_move_no_controller() -> None:
    interfaces = made().named("aws:ec2/networkInterface:NetworkInterface")
    assert [one.options["ignoreChanges"] for one in interfaces] == [["subnetId"]] * 2


EXISTING = {
    "vpcId": "vpc-0123456789abcdef0",
    "publicSubnetIds": ["subnet-0123456789abcdef0"],
    "privateSubnetIds": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
}


def of_controllers(recorder: Recorder, token: str) -> list[Any]:
    return [one for one in recorder.named(token) if "-directory" in one.name]


@pytest.mark.parametrize(
    ("network", "ranges"),
    [({}, ["10.20.0.0/16"]), (EXISTING, ["10.9.0.0/16", "100.64.0.0/16"])],
    ids=["own", "existing"],
)
def test_clients_come_from_every_range_of_the_vpc_and_from_nowhere_else(
    network: dict[str, Any], ranges: list[str]
) -> None:
    """The existing one has a third range, which is going."""
    recorder = run(None, directory={"kind": "samba-ad"}, jumpHost={"kind": "ec2"}, network=network)
    (clients,) = of_controllers(recorder, "aws:ec2/managedPrefixList:ManagedPrefixList")
    assert [one["cidr"] for one in clients.inputs["entries"]] == ranges
    found = of_controllers(recorder, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    (peers,) = (one for one in found if one.name.endswith("-peers"))
    assert "prefixListId" not in peers.inputs
    rules = [one for one in found if one is not peers]
    assert {one.inputs.get("prefixListId") for one in rules} == {f"{clients.name}-id"}
    assert not [
        one.inputs for one in rules if {"cidrIpv4", "cidrIpv6", "referencedSecurityGroupId"} & one.inputs.keys()
    ]


def test_the_quota_of_rules_holds_the_ports_for_five_ranges() -> None:
    (clients,) = of_controllers(made(), "aws:ec2/managedPrefixList:ManagedPrefixList")
    rules = of_controllers(made(), "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    weights = [clients.inputs["maxEntries"] if "prefixListId" in one.inputs else 1 for one in rules]
    assert (clients.inputs["maxEntries"], len(weights)) == (5, 12)
    assert sum(weights) <= 60


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_only_prod_guards_them(environment: str) -> None:
    for one in controllers(made(environment)):
        assert one.inputs["disableApiTermination"] is (environment == "prod")
        assert one.inputs["metadataOptions"]["httpTokens"] == "required"
        assert one.options["ignoreChanges"] == ["ami", "userData"]
        assert one.options["deleteBeforeReplace"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_program_takes_the_configuration_that_the_stack_writes(host: str) -> None:
    found = configuration.parse(json.dumps(document(host)), "here")
    assert (found.name, found.founder) == (host, host == "dc1")
    assert found.max_password_age_days == 90
    assert found.program_sha256 == hashlib.sha256(bundle.build()).hexdigest()
    assert found.program_key.startswith("scripts/")
    (program,) = (one for one in made().named("aws:s3/bucketObjectv2:BucketObjectv2") if "controller.pyz" in one.name)
    assert program.inputs["key"] == found.program_key
    assert "PRIVATE KEY" not in repr(document(host))


def test_the_first_boot_is_told_where_its_configuration_lies() -> None:
    for host, one in zip(HOSTS, controllers(made()), strict=True):
        second = one.inputs["userData"].splitlines()[1]
        assert second == f"set -- {made().outputs['bucket']} directory/{host}.json eu-west-1"


def test_each_reads_its_own_secrets_and_writes_its_own_backups() -> None:
    for one in made().named("aws:iam/rolePolicy:RolePolicy"):
        host = one.name[-3:]
        other = next(name for name in HOSTS if name != host)
        assert other not in one.inputs["policy"]
        statements = json.loads(one.inputs["policy"])["Statement"]
        assert {action for said in statements for action in [said["Action"]]} == {
            "s3:ListBucket",
            "s3:GetObject",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
        }


def test_backups_end_and_nodes_find_both_by_name() -> None:
    (rule,) = made().one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert (rule["filter"]["prefix"], rule["expiration"]["days"]) == ("backups/directory/", 7)
    assert made().outputs["ldaps_uri"] == "ldaps://dc1.hpc.internal,ldaps://dc2.hpc.internal"
    assert made().outputs["directory_servers"] == ["10.0.1.7", "10.0.2.7"]


def test_a_rule_for_the_whole_domain_asks_both() -> None:
    ruled = run(directory={"kind": "samba-ad", "resolution": "resolver-rule"}, jumpHost={"kind": "ec2"})
    rule = ruled.one("aws:route53/resolverRule:ResolverRule").inputs
    assert rule["domainName"] == "hpc.internal"
    assert [target["ip"] for target in rule["targetIps"]] == ruled.outputs["directory_servers"]


def test_a_stack_without_them_has_no_rule_for_backups() -> None:
    other = run(directory={"kind": "managed-ad"}, jumpHost={"kind": "ec2"})
    assert not other.named("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "DC1"}, "name 'DC1' has the wrong form"),
        ({"address": "10.0.0"}, "address '10.0.0' is no IPv4 address"),
        ({"peerName": "dc1"}, "the two controllers need different names and addresses"),
        ({"founder": "yes"}, "founder is str, not bool"),
        ({"other": 1}, "other is not known"),
        ({"minPasswordLength": 15}, "min_password_length 15 is not between 0 and 14"),
        ({"authority": "text"}, "authority is no certificate in PEM"),
    ],
)
def test_a_wrong_configuration_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match="here: ") as refused:
        configuration.parse(json.dumps(document("dc1") | change), "here")
    assert [reason in one for one in refused.value.reasons] == [True]


def test_samba_seals_every_bind_and_asks_the_vpc_for_other_names() -> None:
    text = texts.smb_conf(configuration.parse(json.dumps(document("dc1")), "here"), "dc1")
    assert "ldap server require strong auth = yes" in text
    assert "dns forwarder = 169.254.169.253" in text


@pytest.mark.parametrize("arguments", [["restore"], ["forget"], ["converge", "--wait", "0"], ["other"]])
def test_the_command_line_refuses(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(arguments)
    assert ended.value.code == 2
