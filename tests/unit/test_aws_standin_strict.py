"""What the stand-in for pulumi-aws refuses, how it reports, names, hides and repairs."""

import re
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import proto, rpc

from tests.unit.aws_standin_rig import Made, Refused, Rig, moto_endpoint, plain, secret, secrets_of, wire

VPC, BUCKET, OBJECT = "aws:ec2/vpc:Vpc", "aws:s3/bucket:Bucket", "aws:s3/bucketObjectv2:BucketObjectv2"
GROUP_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ROLE = "aws:iam/role:Role"
INSTANCE = "aws:ec2/instance:Instance"
UNKNOWN = PropertyValue(rpc.UNKNOWN)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with moto_endpoint():
        yield Rig()


@pytest.mark.parametrize(
    ("token", "inputs", "path", "reason"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16", "colour": "red"}, "colour", "unknown property"),
        (VPC, {"cidrBlock": 10}, "cidrBlock", "expected string, got number"),
        (VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a b": 1}}, 'tags["a b"]', "expected string, got number"),
        (VPC, {"cidrBlock": "10.0.0.0/16", "ipv4IpamPoolId": "x"}, "ipv4IpamPoolId", "use the official plugin"),
        (VPC, {}, "cidrBlock", "required"),
        (ROLE, {}, "assumeRolePolicy", "required property is missing"),
        (ROLE, {"assumeRolePolicy": "no json"}, "assumeRolePolicy", "must be a JSON object"),
        (INSTANCE, {"metadataOptions": {"httpToken": "x"}}, "metadataOptions.httpToken", "unknown property"),
        (INSTANCE, {"rootBlockDevice": {"volumeSize": 1.5}}, "rootBlockDevice.volumeSize", "expected integer"),
        (GROUP_RULE, {"securityGroupId": "sg-1", "ipProtocol": "-1"}, "cidrIpv4", "exactly one of"),
        (OBJECT, {"bucket": "b", "key": "k", "source": pulumi.FileAsset("/no/file")}, "source", "no such file"),
        (OBJECT, {"bucket": "b", "key": "k", "source": pulumi.FileArchive("/")}, "source", "takes a FileAsset"),
    ],
)
def test_refused_at_its_path(rig: Rig, token: str, inputs: dict[str, Any], path: str, reason: str) -> None:
    _, failures = rig.check(token, inputs)
    assert reason in failures[path]


def test_all_failures_at_once(rig: Rig) -> None:
    _, failures = rig.check(VPC, {"cidrBlock": 1, "colour": "red", "ipv4IpamPoolId": "x", "enableDnsSupport": "yes"})
    assert set(failures) == {"cidrBlock", "colour", "ipv4IpamPoolId", "enableDnsSupport"}


@pytest.mark.parametrize(
    ("token", "reason"),
    [("aws:sqs/queue:Queue", "does not implement resource type"), ("aws:sns/topik:Topik", "no such resource type")],
)
def test_unknown_types_are_refused(rig: Rig, token: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        rig.check(token, {})


def test_unknown_and_secret_values_pass_the_check(rig: Rig) -> None:
    checked, failures = rig.check(VPC, {"cidrBlock": UNKNOWN, "tags": secret({"key": "value"})})
    assert failures == {}
    assert secrets_of(checked) == {"tags", "tagsAll"}


def test_preview_knows_inputs_and_leaves_the_rest_unknown(rig: Rig) -> None:
    outputs = PropertyValue.unmarshal_map(rig.create(VPC, preview=True, cidrBlock="10.0.0.0/16").state)
    assert outputs["cidrBlock"].value == "10.0.0.0/16"
    assert outputs["tagsAll"].value is not None
    assert outputs["arn"].value == rpc.UNKNOWN


def test_names_are_made_once(rig: Rig) -> None:
    made = rig.create(BUCKET)
    again, _ = rig.check(BUCKET, {"forceDestroy": True}, made.inputs)
    assert re.fullmatch(r"thing-[0-9a-f]{7}", made.id)
    assert plain(again)["bucket"] == made.id
    rig.delete(made)


def test_a_fixed_name_is_deleted_before_it_is_replaced(rig: Rig) -> None:
    policy = '{"Statement": []}'
    fixed, free = (rig.create(ROLE, assumeRolePolicy=policy, **name) for name in ({"name": "fixed"}, {}))
    assert rig.diff(fixed, assumeRolePolicy=policy, name="fixed", path="/x/").deleteBeforeReplace
    assert not rig.diff(free, assumeRolePolicy=policy, path="/x/").deleteBeforeReplace
    rig.delete(fixed)
    rig.delete(free)


def test_a_bucket_with_objects_stays_unless_forced(rig: Rig) -> None:
    bucket = rig.create(BUCKET)
    rig.create(OBJECT, bucket=bucket.id, key="k", content="x")
    with pytest.raises(Refused, match=r"BucketNotEmpty: .*\(operation DeleteBucket\)"):
        rig.delete(bucket)
    forced = rig.update(bucket, forceDestroy=True)
    rig.delete(forced)
    assert rig.read(forced) is None


def test_changed_content_of_a_former_asset_is_an_update(rig: Rig) -> None:
    bucket = rig.create(BUCKET, forceDestroy=True)
    place = {"bucket": bucket.id, "key": "k"}
    made = rig.create(OBJECT, **place, source=pulumi.StringAsset("one"))
    assert rig.diff(made, **place, source=pulumi.StringAsset("one")).changes == 1
    assert rig.diff(made, **place, source=pulumi.StringAsset("two")).changes == 2
    rig.delete(bucket)


def test_what_fails_after_its_creation_stays_in_the_state(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(rig.plugin.types[VPC])

    def failing(*_: object) -> None:
        raise ValueError("no dns for hush-hush")

    monkeypatch.setattr(kind, "settle", failing)
    with pytest.raises(Refused) as refused:
        rig.create(VPC, cidrBlock="10.0.0.0/16", tags=secret({"key": "hush-hush"}))
    half = refused.value.half
    assert half is not None
    assert half.id.startswith("vpc-")
    assert "hush-hush" not in str(refused.value)
    monkeypatch.undo()
    rig.delete(Made(VPC, half.id, half.properties, half.properties))


def test_becoming_secret_is_an_update(rig: Rig) -> None:
    made = rig.create(VPC, cidrBlock="10.0.0.0/16", tags={"a": "b"})
    diff = rig.diff(made, cidrBlock="10.0.0.0/16", tags=secret({"a": "b"}))
    assert "tags" in diff.detailedDiff
    rig.delete(made)


def test_changed_outside_is_found_by_refresh(rig: Rig) -> None:
    made = rig.create(VPC, cidrBlock="10.0.0.0/16", tags={"a": "b"})
    rig.boto("ec2").create_tags(Resources=[made.id], Tags=[{"Key": "a", "Value": "changed"}])
    found = rig.read(made)
    assert found is not None
    assert plain(found.inputs)["tags"] == {"a": "changed"}
    rig.delete(found)


def test_imported_by_id(rig: Rig) -> None:
    made = rig.create(VPC, cidrBlock="10.0.0.0/16", enableDnsHostnames=True)
    found = rig.read(Made(VPC, made.id, wire({}), wire({})))
    assert found is not None
    assert plain(found.inputs)["cidrBlock"] == "10.0.0.0/16"
    assert rig.diff(found, **{k: v for k, v in plain(found.inputs).items() if k != "tagsAll"}).changes == 1
    rig.delete(made)


def test_an_import_has_no_input_that_is_empty(rig: Rig) -> None:
    made = rig.create("aws:ec2/securityGroup:SecurityGroup", description="x")
    found = rig.read(Made(made.token, made.id, wire({}), wire({})))
    assert found is not None
    assert found["namePrefix"] == ""
    assert "namePrefix" not in plain(found.inputs)
    rig.delete(made)


def test_configuration_is_strict(rig: Rig) -> None:
    check = rig._call("CheckConfig", rig_config({"region": "x", "defaultTags": '{"tag": {}}', "retryMode": "x"}))
    assert {failure.property for failure in check.failures} == {"defaultTags.tag", "retryMode"}


def rig_config(config: dict[str, Any]) -> Any:
    return proto.CheckRequest(urn="urn:pulumi:a::b::pulumi:providers:aws::p", news=wire(config))


def test_functions(rig: Rig) -> None:
    zones, _ = rig.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
    image, _ = rig.invoke("aws:ec2/getAmi:getAmi", owners=["099720109477"], mostRecent=True)
    kind, _ = rig.invoke("aws:ec2/getInstanceType:getInstanceType", instanceType="t3.micro")
    vpc, _ = rig.invoke("aws:ec2/getVpc:getVpc", default=True)
    subnet, _ = rig.invoke("aws:ec2/getSubnet:getSubnet", vpcId=vpc["id"], availabilityZone=zones["names"][0])
    who, _ = rig.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    part, _ = rig.invoke("aws:index/getPartition:getPartition")
    region, _ = rig.invoke("aws:index/getRegion:getRegion")
    assert zones["names"] == sorted(zones["names"])
    assert image["id"].startswith("ami-")
    assert kind["defaultVcpus"] == 2
    assert subnet["vpcId"] == vpc["id"]
    assert (who["accountId"], part["partition"], region["region"]) == ("123456789012", "aws", rig.region)


def test_functions_keep_secrets(rig: Rig) -> None:
    rig.boto("ssm").put_parameter(Name="/a", Value="hush", Type="SecureString")
    stored = rig.boto("secretsmanager").create_secret(Name="a", SecretString="hush")
    for token, arguments, key in (
        ("aws:ssm/getParameter:getParameter", {"name": "/a"}, "value"),
        ("aws:secretsmanager/getSecretVersion:getSecretVersion", {"secretId": stored["ARN"]}, "secretString"),
    ):
        found, failures = rig.invoke(token, **arguments)
        assert (found[key], failures) == ("hush", {})


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"mostRecent": True}, "anybody's image"),
        ({"owners": ["099720109477"], "nameRegex": "^nothing$"}, "no image matches"),
        ({"owners": ["099720109477"]}, "images match"),
    ],
)
def test_an_image_must_be_one(rig: Rig, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        rig.invoke("aws:ec2/getAmi:getAmi", **arguments)


def test_functions_are_strict(rig: Rig) -> None:
    _, failures = rig.invoke("aws:ec2/getAmi:getAmi", owner="x", owners="y", uefiData="z")
    assert set(failures) == {"owner", "owners", "uefiData"}
    with pytest.raises(Refused, match="does not implement function"):
        rig.invoke("aws:ec2/getVpcs:getVpcs")
