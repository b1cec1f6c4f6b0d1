"""Every resource type of the stand-in for pulumi-aws, through its whole life, against an emulator in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from localcloud.plugins.aws.plugin import AwsPlugin
from tests.unit.aws_standin_rig import REGION, TAGS, Made, Rig, moto_endpoint, plain, secret, secrets_of

pytestmark = pytest.mark.emulator

Inputs = dict[str, Any]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPg8p8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
KEY2 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAp8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}


def policy(action: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class World:
    """What resources stand on, made through the stand-in itself when first needed."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def make(self, token: str, name: str = "", **inputs: Any) -> str:
        self.rig.name = name or f"base-{len(vars(self))}"
        return self.rig.create(token, **inputs).id

    @cached_property
    def vpc(self) -> str:
        return self.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")

    @cached_property
    def subnets(self) -> list[str]:
        return [
            self.make("aws:ec2/subnet:Subnet", vpcId=self.vpc, cidrBlock=f"10.0.{n}.0/24", availabilityZone=REGION + z)
            for n, z in enumerate("ab")
        ]

    @cached_property
    def gateway(self) -> str:
        return self.make("aws:ec2/internetGateway:InternetGateway", vpcId=self.vpc)

    @cached_property
    def address(self) -> str:
        return self.make("aws:ec2/eip:Eip", domain="vpc")

    @cached_property
    def table(self) -> str:
        return self.make("aws:ec2/routeTable:RouteTable", vpcId=self.vpc)

    @cached_property
    def groups(self) -> list[str]:
        return [self.make("aws:ec2/securityGroup:SecurityGroup", f"sg{n}", vpcId=self.vpc) for n in range(2)]

    @cached_property
    def bucket(self) -> str:
        return self.make("aws:s3/bucket:Bucket", "Base-Bucket")

    @cached_property
    def roles(self) -> list[str]:
        return [self.make("aws:iam/role:Role", f"role{n}", assumeRolePolicy=ASSUME) for n in range(2)]

    @cached_property
    def policy(self) -> str:
        return self.make("aws:iam/policy:Policy", "base-policy", policy=policy("s3:GetObject"))

    @cached_property
    def profile(self) -> str:
        return self.make("aws:iam/instanceProfile:InstanceProfile", "base-profile", role=self.roles[0])

    @cached_property
    def secret(self) -> str:
        return self.make("aws:secretsmanager/secret:Secret", "base-secret")

    @cached_property
    def files(self) -> str:
        return self.make("aws:efs/fileSystem:FileSystem", encrypted=True)

    @cached_property
    def subnet_group(self) -> str:
        return self.make("aws:rds/subnetGroup:SubnetGroup", "base-group", subnetIds=self.subnets)

    @cached_property
    def image(self) -> str:
        return self.rig.boto("ec2").describe_images()["Images"][0]["ImageId"]


@dataclass(frozen=True)
class Life:
    """One type: how to make it, what changes in place, what replaces it, and what its id and outputs look like."""

    token: str
    inputs: Callable[[World], Inputs]
    change: Callable[[World], Inputs] | None = None
    replace: Callable[[World], Inputs] | None = None
    id: str = ""
    outputs: tuple[str, ...] = ()
    secrets: set[str] = field(default_factory=set)
    stays: bool = False
    """AWS keeps such a thing: its deletion resets it."""


def asset(text: str) -> PropertyValue:
    return PropertyValue(pulumi.StringAsset(text))


def database(world: World, **more: Any) -> Inputs:
    return {
        "engine": "mysql",
        "instanceClass": "db.t3.micro",
        "allocatedStorage": 20,
        "username": "slurm",
        "password": secret("a-long-password"),
        "dbSubnetGroupName": world.subnet_group,
        "skipFinalSnapshot": True,
        **more,
    }


def directory(world: World, **more: Any) -> Inputs:
    network = {"vpcId": world.vpc, "subnetIds": world.subnets}
    return {"name": "a.example", "password": secret("Pass-word-1"), "size": "Small", "vpcSettings": network, **more}


def machine(world: World, **more: Any) -> Inputs:
    return {
        "ami": world.image,
        "instanceType": "t3.micro",
        "subnetId": world.subnets[0],
        "vpcSecurityGroupIds": [world.groups[0]],
        "iamInstanceProfile": world.profile,
        "userData": "#!/bin/sh\n",
        "userDataReplaceOnChange": True,
        "rootBlockDevice": {"volumeSize": 40, "volumeType": "gp3", "encrypted": True},
        "metadataOptions": {"httpTokens": "required"},
        **more,
    }


def algorithm(name: str) -> Inputs:
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": name}}]}


LIVES = [
    Life(
        "aws:ec2/vpc:Vpc",
        lambda w: {"cidrBlock": "10.9.0.0/16", "enableDnsHostnames": True},
        lambda w: {"enableDnsHostnames": False},
        lambda w: {"cidrBlock": "10.8.0.0/16"},
        "vpc-",
        ("arn", "defaultSecurityGroupId", "mainRouteTableId", "ownerId", "defaultNetworkAclId"),
    ),
    Life(
        "aws:ec2/subnet:Subnet",
        lambda w: {"vpcId": w.vpc, "cidrBlock": "10.0.50.0/24", "availabilityZone": f"{REGION}a"},
        lambda w: {"mapPublicIpOnLaunch": True},
        lambda w: {"cidrBlock": "10.0.51.0/24"},
        "subnet-",
        ("arn", "availabilityZoneId"),
    ),
    Life("aws:ec2/internetGateway:InternetGateway", lambda w: {}, None, None, "igw-", ("arn", "ownerId")),
    Life(
        "aws:ec2/eip:Eip",
        lambda w: {"domain": "vpc"},
        None,
        None,
        "eipalloc-",
        ("publicIp", "allocationId", "publicDns"),
    ),
    Life(
        "aws:ec2/natGateway:NatGateway",
        lambda w: {"subnetId": w.subnets[0], "allocationId": w.address},
        None,
        lambda w: {"subnetId": w.subnets[1]},
        "nat-",
        ("publicIp", "privateIp", "networkInterfaceId", "connectivityType"),
    ),
    Life("aws:ec2/routeTable:RouteTable", lambda w: {"vpcId": w.vpc}, None, None, "rtb-", ("arn", "ownerId")),
    Life(
        "aws:ec2/route:Route",
        lambda w: {"routeTableId": w.table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": w.gateway},
        None,
        lambda w: {"destinationCidrBlock": "10.200.0.0/16"},
        "r-rtb-",
        ("state",),
    ),
    Life(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        lambda w: {"routeTableId": w.table, "subnetId": w.subnets[0]},
        None,
        lambda w: {"subnetId": w.subnets[1]},
        "rtbassoc-",
    ),
    Life(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda w: {"vpcId": w.vpc, "serviceName": f"com.amazonaws.{REGION}.s3", "routeTableIds": [w.table]},
        lambda w: {"policy": policy("s3:GetObject")},
        lambda w: {"serviceName": f"com.amazonaws.{REGION}.dynamodb"},
        "vpce-",
        ("arn", "state"),
    ),
    Life(
        "aws:ec2/securityGroup:SecurityGroup",
        lambda w: {"vpcId": w.vpc, "revokeRulesOnDelete": True},
        lambda w: {"revokeRulesOnDelete": False},
        lambda w: {"description": "other"},
        "sg-",
        ("arn", "name", "description"),
    ),
    Life(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        lambda w: {
            "securityGroupId": w.groups[0],
            "cidrIpv4": "10.0.0.0/8",
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
        },
        lambda w: {"description": "in", "toPort": 23},
        lambda w: {"securityGroupId": w.groups[1]},
        "sgr-",
        ("arn", "securityGroupRuleId"),
    ),
    Life(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        lambda w: {"securityGroupId": w.groups[0], "referencedSecurityGroupId": w.groups[1], "ipProtocol": "-1"},
        lambda w: {"description": "out"},
        lambda w: {"securityGroupId": w.groups[1]},
        "sgr-",
        ("arn", "securityGroupRuleId"),
    ),
    Life(
        "aws:ec2/keyPair:KeyPair",
        lambda w: {"publicKey": KEY},
        None,
        lambda w: {"publicKey": KEY2},
        "keypair-",
        ("keyPairId", "fingerprint", "arn"),
    ),
    Life(
        "aws:ec2/instance:Instance",
        machine,
        lambda w: {
            "instanceType": "t3.small",
            "vpcSecurityGroupIds": w.groups,
            "disableApiTermination": False,
            "rootBlockDevice": {"volumeSize": 50, "volumeType": "gp3", "encrypted": True},
        },
        lambda w: {"subnetId": w.subnets[1], "userData": "#!/bin/bash\n"},
        "i-",
        ("privateIp", "primaryNetworkInterfaceId", "instanceState", "availabilityZone", "privateDns", "arn"),
    ),
    Life(
        "aws:s3/bucket:Bucket",
        lambda w: {"forceDestroy": True},
        lambda w: {"forceDestroy": False},
        lambda w: {"bucket": "another-name"},
        "bucket-",
        ("arn", "bucketRegionalDomainName"),
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda w: {"bucket": w.bucket, "versioningConfiguration": {"status": "Enabled"}},
        lambda w: {"versioningConfiguration": {"status": "Suspended"}},
        lambda w: {"bucket": "another"},
        "base-bucket-",
        stays=True,
    ),
    Life(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda w: {"bucket": w.bucket, **algorithm("aws:kms")},
        lambda w: algorithm("AES256"),
        lambda w: {"bucket": "another"},
        "base-bucket-",
        stays=True,
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda w: {"bucket": w.bucket, "blockPublicAcls": True},
        lambda w: {"ignorePublicAcls": True},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda w: {"bucket": w.bucket, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        lambda w: {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda w: {"bucket": w.bucket, "policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        lambda w: {"bucket": w.bucket, "key": "a/b.sh", "source": asset("one")},
        lambda w: {"source": asset("two")},
        lambda w: {"key": "a/c.sh"},
        "base-bucket-",
        ("etag", "arn", "contentType"),
    ),
    Life(
        "aws:secretsmanager/secret:Secret",
        lambda w: {"description": "x", "recoveryWindowInDays": 0},
        lambda w: {"description": "y"},
        lambda w: {"name": "another"},
        "arn:aws:secretsmanager:",
        ("arn", "name"),
    ),
    Life(
        "aws:secretsmanager/secretVersion:SecretVersion",
        lambda w: {"secretId": w.secret, "secretString": "hush-hush"},
        None,
        lambda w: {"secretString": "hush"},
        "arn:aws:secretsmanager:",
        ("versionId", "arn"),
        {"secretString"},
        stays=True,
    ),
    Life(
        "aws:efs/fileSystem:FileSystem",
        lambda w: {"encrypted": True, "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}]},
        lambda w: {"lifecyclePolicies": [{"transitionToIa": "AFTER_7_DAYS"}]},
        lambda w: {"performanceMode": "maxIO"},
        "fs-",
        ("arn", "dnsName", "creationToken"),
    ),
    Life(
        "aws:efs/mountTarget:MountTarget",
        lambda w: {"fileSystemId": w.files, "subnetId": w.subnets[0], "securityGroups": [w.groups[0]]},
        lambda w: {"securityGroups": [w.groups[1]]},
        lambda w: {"subnetId": w.subnets[1]},
        "fsmt-",
        ("ipAddress", "dnsName"),
    ),
    Life(
        "aws:directoryservice/directory:Directory",
        directory,
        None,
        lambda w: {"size": "Large"},
        "d-",
        ("dnsIpAddresses", "accessUrl", "securityGroupId"),
        {"password"},
    ),
    Life(
        "aws:rds/subnetGroup:SubnetGroup",
        lambda w: {"subnetIds": w.subnets},
        None,  # the emulator loses a subnet group that it modifies
        lambda w: {"name": "another"},
        "subnetgroup-",
        ("arn", "vpcId"),
    ),
    Life(
        "aws:rds/parameterGroup:ParameterGroup",
        lambda w: {"family": "mysql8.0", "parameters": [{"name": "max_connections", "value": "99"}]},
        lambda w: {"parameters": [{"name": "max_connections", "value": "98"}]},
        lambda w: {"family": "mysql8.4"},
        "parametergroup-",
        ("arn",),
    ),
    Life(
        "aws:rds/instance:Instance",
        database,
        lambda w: {"allocatedStorage": 40, "backupRetentionPeriod": 7, "applyImmediately": True},
        lambda w: {"username": "other"},
        "db-",
        ("address", "endpoint", "port", "arn", "identifier", "resourceId"),
        {"password"},
    ),
    Life(
        "aws:iam/role:Role",
        lambda w: {"assumeRolePolicy": ASSUME, "description": "x"},
        lambda w: {"description": "y", "maxSessionDuration": 7200},
        lambda w: {"path": "/hpc/"},
        "role-",
        ("arn", "uniqueId", "createDate"),
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        lambda w: {"role": w.roles[0], "name": "inline", "policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"role": w.roles[1]},
        "role0-",
    ),
    Life(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda w: {"role": w.roles[0], "policyArn": w.policy},
        None,
        lambda w: {"role": w.roles[1]},
        "role0-",
    ),
    Life(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda w: {"role": w.roles[0]},
        lambda w: {"role": w.roles[1]},
        lambda w: {"path": "/hpc/"},
        "instanceprofile-",
        ("arn", "uniqueId"),
    ),
    Life(
        "aws:iam/policy:Policy",
        lambda w: {"policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"description": "other"},
        "arn:aws:iam::123456789012:policy/policy-",
        ("arn", "policyId"),
    ),
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda w: {"retentionInDays": 30},
        lambda w: {"retentionInDays": 60},
        lambda w: {"name": "another"},
        "loggroup-",
        ("arn",),
    ),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with moto_endpoint():
        yield World(Rig())


def named(life: Life) -> str:
    return life.token.rsplit(":", 1)[1].lower()


def with_tags(life: Life, inputs: Inputs, **tags: str) -> Inputs:
    takes = AwsPlugin().types[life.token].tagged
    return {**inputs, "tags": {**inputs.get("tags", {}), **tags}} if takes else inputs


@pytest.mark.parametrize("life", LIVES, ids=named)
def test_whole_life(world: World, life: Life) -> None:
    inputs = with_tags(life, life.inputs(world), Name="first")
    rig = Rig(name=named(life))
    made = rig.create(life.token, **inputs)
    try:
        assert_made(rig, life, made, inputs)
        assert_default_tags_change_in_place(life, made, inputs)
        made = assert_changed(rig, life, made, inputs, world)
        if life.replace:
            wanted = life.replace(world)
            assert set(rig.diff(made, **{**inputs, **wanted}).replaces) >= set(wanted)
    finally:
        rig.delete(made)
    assert (rig.read(made) is None) or life.stays
    rig.delete(made)


def assert_made(rig: Rig, life: Life, made: Made, inputs: Inputs) -> None:
    assert made.id.startswith(life.id)
    state = plain(made.state)
    assert [key for key in life.outputs if not state.get(key)] == []
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


def assert_changed(rig: Rig, life: Life, made: Made, inputs: Inputs, world: World) -> Made:
    change = life.change(world) if life.change else {}
    wanted = with_tags(life, {**inputs, **change}, Name="second")
    if wanted == inputs:
        return made
    diff = rig.diff(made, **wanted)
    assert diff.changes == 2
    assert not diff.replaces
    changed = rig.update(made, **wanted)
    again = rig.read(changed)
    assert again is not None
    assert plain(again.inputs) == plain(changed.inputs)
    assert rig.diff(changed, **wanted).changes == 1
    if "tags" in wanted:
        assert changed["tagsAll"] == {**TAGS, "Name": "second"}
    return changed


def test_table_has_every_type() -> None:
    assert {life.token for life in LIVES} == set(AwsPlugin().types)
