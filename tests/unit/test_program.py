"""The program on a mock engine: what it declares for a stack file, and what it never does."""

import json
from typing import Any

import pytest

from tests.unit.everything import EXISTING_DIRECTORY, everything, over_ssh
from tests.unit.recorder import run

CLUSTER = "parallelcluster:index:Cluster"


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


def test_zones_that_are_named_are_taken_as_they_are() -> None:
    made = run(network={"zoneNames": ["eu-west-1c", "eu-west-1a"]})
    zones = {one.name: one.inputs["availabilityZone"] for one in made.named("aws:ec2/subnet:Subnet")}
    for kind in ("public", "private"):
        assert [zones[f"genomics-dev-{kind}-{index}"] for index in (0, 1)] == ["eu-west-1c", "eu-west-1a"]


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


def test_components_carry_our_tokens() -> None:
    components = {one.token for one in everything().resources if one.token.startswith("hpcstack:")}
    assert {
        f"hpcstack:index:{name}" for name in ("Network", "Bucket", "Databases", "Users", "Image", "Cluster")
    } <= components


def test_no_name_and_no_text_holds_an_unresolved_output() -> None:
    text = json.dumps([[one.token, one.name, repr(one.inputs)] for one in everything().resources])
    assert "Calling __str__" not in text
    assert "Output object at" not in text


def test_nothing_is_open_to_the_world() -> None:
    for made, sources in ((everything(), {None}), (over_ssh(), {None, "198.51.100.0/24"})):
        rules = made.named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        assert {one.inputs.get("cidrIpv4") for one in rules} == sources
        assert all(one.inputs["fromPort"] == one.inputs["toPort"] for one in rules)


def test_every_tag_reaches_resources_cluster_and_image() -> None:
    made = run(tags={"costCenter": "4711"}, image={"components": ["keep-ipc"]})
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


def test_outputs_hold_no_secret() -> None:
    assert "administrators-own" not in repr(everything().outputs)
    assert everything().outputs["DomainPWARN"] == EXISTING_DIRECTORY["adminSecretArn"]
    assert everything().outputs["storage_mounts"] == {"/home": "genomics-dev-home-id"}


def test_what_a_stack_does_not_have_is_no_output() -> None:
    assert not {"db_address", "ad_dns_1", "jump_host_dns", "login_address"} & set(run().outputs)


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
