"""Every resource type of the stand-in for pulumi-aws, through its whole life, against the emulator."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from localcloud.plugins.aws import base, resources
from localcloud.plugins.aws.outputs import LEFT_OUT
from localcloud.plugins.aws.plugin import AwsPlugin
from localcloud.plugins.checking import check
from localcloud.plugins.schema import resource_schema
from tests.emulator.aws_types import LIVES
from tests.emulator.aws_types.world import Inputs, Life, World
from tests.emulator.calls import Calls, recorded, written_calls
from tests.emulator.rig import shared
from tests.unit.aws_standin_rig import TAGS, Made, Refused, Rig, plain, secrets_of

STRANGE = {
    # EC2 itself answers so, whatever its model says (API Reference, InternetGatewayAttachment and VpcEndpoint).
    "ec2 DescribeInternetGateways.InternetGateways[].Attachments[].State: 'available' is no choice of the model",
    "ec2 CreateVpcEndpoint.VpcEndpoint.State: 'available' is no choice of the model",
    "ec2 DescribeVpcEndpoints.VpcEndpoints[].State: 'available' is no choice of the model",
    "ec2 DescribeVpcEndpoints.VpcEndpoints[].State: 'deleted' is no choice of the model",
    # The emulator says more than AWS; no client sees it.
    "efs CreateFileSystem.FileSystemPolicy: unknown member",
    "efs CreateFileSystem.LifecyclePolicies: unknown member",
    "efs CreateMountTarget.SecurityGroups: unknown member",
    "efs DescribeFileSystems.FileSystems[].FileSystemPolicy: unknown member",
    "efs DescribeFileSystems.FileSystems[].LifecyclePolicies: unknown member",
    "efs DescribeMountTargets.MountTargets[].SecurityGroups: unknown member",
    "efs UpdateFileSystem.FileSystemPolicy: unknown member",
    "efs UpdateFileSystem.LifecyclePolicies: unknown member",
    "secretsmanager DescribeSecret.SecretVersionsToStages: unknown member",
    # The emulator says less of a private zone than the model; no client looks there.
    "route53 CreateHostedZone.DelegationSet: missing",
}

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    with recorded(shared()) as calls:
        yield calls


@pytest.fixture(scope="module")
def world(calls: Calls) -> World:
    return World(Rig())


def named(life: Life) -> str:
    return life.token.rsplit(":", 1)[1].lower()


def with_tags(life: Life, inputs: Inputs, **tags: str) -> Inputs:
    takes = AwsPlugin().types[life.token].tagged
    return {**inputs, "tags": {**inputs.get("tags", {}), **tags}} if takes else inputs


@pytest.mark.parametrize("life", LIVES, ids=named)
def test_whole_life(calls: Calls, world: World, life: Life) -> None:
    given = {key: value for key, value in life.inputs(world).items() if value is not None}
    inputs = with_tags(life, given, Name="first")
    calls.strange.clear()
    rig = Rig(name=named(life))
    made = rig.create(life.token, **inputs)
    try:
        assert_made(rig, life, made, inputs)
        assert_default_tags_change_in_place(life, made, inputs)
        changed = assert_changed(rig, life, made, inputs, world)
        if life.replace:
            wanted = life.replace(world)
            assert set(rig.diff(changed, **{**inputs, **wanted}).replaces) >= set(wanted)
    finally:
        rig.delete(made)
    assert (rig.read(made) is None) or life.stays
    rig.delete(made)
    assert calls.strange <= set(STRANGE)


def assert_made(rig: Rig, life: Life, made: Made, inputs: Inputs) -> None:
    assert made.id.startswith(life.id)
    state = plain(made.state)
    assert [key for key in life.outputs if not state.get(key)] == []
    assert_true(made)
    assert secrets_of(made.state) == secrets_of(made.inputs) == life.secrets
    if "tags" in inputs:
        assert state["tagsAll"] == {**TAGS, "Name": "first"}
    assert rig.diff(made, **inputs).changes == 1
    again = rig.read(made)
    assert again is not None
    assert plain(again.inputs) == plain(made.inputs)
    assert plain(again.state) == plain(made.state)


def assert_default_tags_change_in_place(life: Life, made: Made, inputs: Inputs) -> None:
    if "tags" not in inputs:
        return
    other = Rig({"team": "proteomics"}, named(life))
    diff = other.diff(made, **inputs)
    assert list(diff.detailedDiff) == ["tagsAll.team"]
    assert not diff.replaces
    changed = other.update(made, **inputs)
    again = other.read(changed)
    assert again is not None
    assert again["tagsAll"] == {"team": "proteomics", "Name": "first"}
    assert plain(again.inputs) == {**plain(made.inputs), "tagsAll": again["tagsAll"]}
    bare = Rig({}, named(life))
    assert bare.update(changed, **{**inputs, "tags": {}})["tagsAll"] == {}


def assert_changed(rig: Rig, life: Life, made: Made, inputs: Inputs, world: World) -> Made:
    changes = [change(world) for change in (life.change, *life.more) if change]
    steps = [with_tags(life, changes[0] if changes else {}, Name="second"), *changes[1:]]
    for step in [*steps, {"tags": None}] if "tags" in inputs else changes:
        inputs = {key: value for key, value in {**inputs, **step}.items() if value is not None}
        made = assert_step(rig, made, inputs)
    return made


def assert_step(rig: Rig, made: Made, wanted: Inputs) -> Made:
    diff = rig.diff(made, **wanted)
    assert diff.changes == 2
    assert not diff.replaces
    changed = rig.update(made, **wanted)
    assert_true(changed)
    again = rig.read(changed)
    assert again is not None
    assert plain(again.inputs) == plain(changed.inputs)
    assert rig.diff(changed, **wanted).changes == 1
    if "tagsAll" in plain(changed.state):
        assert changed["tagsAll"] == TAGS | wanted.get("tags", {})
    return changed


def assert_true(made: Made) -> None:
    """What is reported are outputs that the SDK declares, each of the declared kind at any depth, none missing."""
    state = {key: value for key, value in PropertyValue.unmarshal_map(made.state).items() if not key.startswith("__")}
    found = {problem.path: problem.reason for problem in check(resource_schema(made.token).outputs, state)}
    assert set(found) <= set(LEFT_OUT.get(made.token, {})), found
    assert set(found).isdisjoint(state)


def test_a_subscription_that_its_reader_confirmed_is_ended(calls: Calls, world: World) -> None:
    rig = Rig(name="confirmed")
    inputs = {"topic": world.topic, "protocol": "email", "endpoint": "confirmed@example.org"}
    made = rig.create("aws:sns/topicSubscription:TopicSubscription", **inputs)
    shared().client("sns", rig.region).confirm_subscription(TopicArn=world.topic, Token="in-the-mail")
    again = rig.read(made)
    assert again is not None
    assert again["pendingConfirmation"] is False
    rig.delete(again)
    assert rig.read(made) is None


def test_every_call_of_the_stand_in_was_made(calls: Calls) -> None:
    """What the tests of this module call is all that the types can call: each call was held against botocore's model."""
    known = written_calls(Path(resources.__file__).parent) | written_calls(Path(base.__file__).parent, "base.py")
    made = {(service, name) for service, names in calls.operations.items() for name in names}
    assert known - made == set()
    assert made - known - {("sts", "GetCallerIdentity")} == set()


def test_table_has_every_type() -> None:
    assert {life.token for life in LIVES} == set(AwsPlugin().types)


def test_a_deletion_waits_until_nothing_hangs_on_the_object(world: World) -> None:
    vpc, group = "aws:ec2/vpc:Vpc", "aws:ec2/securityGroup:SecurityGroup"
    rig = Rig(name="waiting")
    network = rig.create(vpc, cidrBlock="10.2.0.0/16")
    held = rig.create(group, vpcId=network.id)
    with pytest.raises(Refused, match="DependencyViolation"):
        rig.delete(network, seconds=0.1)
    soon = threading.Timer(2, lambda: Rig(name="waiting").delete(held))
    soon.start()
    rig.delete(network)
    soon.join()
    assert rig.read(network) is None


def test_an_object_of_s3_may_do_without_the_providers_tags(calls: Calls, world: World) -> None:
    """It takes ten, and the provider may have more."""
    rig = Rig(name="few-tags")
    override = {"defaultTags": {"tags": {}}}
    inputs = {
        "bucket": world.bucket,
        "key": "few",
        "content": "x",
        "tags": {"own": "one"},
        "overrideProvider": override,
    }
    made = rig.create("aws:s3/bucketObjectv2:BucketObjectv2", **inputs)
    try:
        assert plain(made.state)["tagsAll"] == {"own": "one"}
        assert rig.diff(made, **inputs).changes == 1
    finally:
        rig.delete(made)
