"""Databases of the emulator, and documents, periods and deletions that it refuses as AWS does."""

import json
import uuid
from typing import Any

import pytest

from localcloud.emulator.additions import rds_instances, refusals
from tests.emulator.rig import REGION, Emulator, refusal_code, shared

pytestmark = pytest.mark.emulator


@pytest.fixture
def aws() -> Emulator:
    return shared()


@pytest.fixture
def rds(aws: Emulator) -> Any:
    return aws.client("rds")


@pytest.fixture
def network(aws: Emulator) -> dict[str, Any]:
    """Ids of two subnets in two zones and of a security group."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="database", Description="x", VpcId=vpc)["GroupId"]
    return {"subnets": [subnet["SubnetId"] for subnet in subnets], "group": group}


def _name() -> str:
    return f"t{uuid.uuid4().hex[:8]}"


def _subnet_group(rds: Any, subnets: list[str]) -> str:
    name = _name()
    rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription="x", SubnetIds=subnets)
    return name


def _database(rds: Any, subnet_group: str, security_group: str, **more: Any) -> dict[str, Any]:
    wanted = {
        "DBInstanceIdentifier": _name(),
        "Engine": "mysql",
        "DBInstanceClass": "db.t3.medium",
        "AllocatedStorage": 20,
        "MasterUsername": "admin",
        "MasterUserPassword": "not-a-secret",
        "DBSubnetGroupName": subnet_group,
        "VpcSecurityGroupIds": [security_group],
        **more,
    }
    return rds.create_db_instance(**wanted)["DBInstance"]


def _delete(rds: Any, database: dict[str, Any]) -> None:
    rds.delete_db_instance(DBInstanceIdentifier=database["DBInstanceIdentifier"], SkipFinalSnapshot=True)


def test_database_holds_subnet_security_group_and_groups(aws: Emulator, rds: Any, network: dict[str, Any]) -> None:
    ec2, parameters = aws.client("ec2"), _name()
    rds.create_db_parameter_group(DBParameterGroupName=parameters, DBParameterGroupFamily="mysql8.4", Description="x")
    group = _subnet_group(rds, network["subnets"])
    database = _database(rds, group, network["group"], DBParameterGroupName=parameters)
    assert refusal_code(ec2.delete_subnet, SubnetId=network["subnets"][0]) == "DependencyViolation"
    assert refusal_code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    assert refusal_code(rds.delete_db_subnet_group, DBSubnetGroupName=group) == "InvalidDBSubnetGroupStateFault"
    assert (
        refusal_code(rds.delete_db_parameter_group, DBParameterGroupName=parameters) == "InvalidDBParameterGroupState"
    )
    _delete(rds, database)
    rds.delete_db_subnet_group(DBSubnetGroupName=group)
    rds.delete_db_parameter_group(DBParameterGroupName=parameters)
    ec2.delete_security_group(GroupId=network["group"])
    ec2.delete_subnet(SubnetId=network["subnets"][0])
    assert refusal_code(rds.describe_db_parameter_groups, DBParameterGroupName=parameters) == "DBParameterGroupNotFound"


def test_database_without_a_version_is_of_today(rds: Any, network: dict[str, Any]) -> None:
    database = _database(rds, _subnet_group(rds, network["subnets"]), network["group"])
    assert database["EngineVersion"] == rds_instances.VERSIONS["mysql"]
    assert database["DBParameterGroups"][0]["DBParameterGroupName"] == "default.mysql8.4"
    assert (database["CACertificateIdentifier"], database["PerformanceInsightsEnabled"]) == (
        rds_instances.AUTHORITY,
        False,
    )
    changed = {"DBInstanceIdentifier": database["DBInstanceIdentifier"], "EnablePerformanceInsights": True}
    assert rds.modify_db_instance(**changed)["DBInstance"]["PerformanceInsightsEnabled"]
    _delete(rds, database)


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [("mysql", "8.4", "mysql8.4"), ("mysql", "8.0.43", "mysql8.0"), ("postgres", "17.6", "postgres17")],
)
def test_default_parameter_group(engine: str, version: str, family: str) -> None:
    assert rds_instances.parameter_group(engine, version) == (family, f"default.{family}")


def test_subnet_group_is_changed_in_place_and_needs_two_zones(rds: Any, network: dict[str, Any]) -> None:
    group = _subnet_group(rds, network["subnets"])
    change = {"DBSubnetGroupName": group, "DBSubnetGroupDescription": "changed"}
    rds.modify_db_subnet_group(SubnetIds=network["subnets"], **change)
    found = rds.describe_db_subnet_groups(DBSubnetGroupName=group)["DBSubnetGroups"][0]
    assert found["DBSubnetGroupDescription"] == "changed"
    alone = {**change, "SubnetIds": network["subnets"][:1]}
    assert refusal_code(rds.modify_db_subnet_group, **alone) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert refusal_code(rds.create_db_subnet_group, **alone) == "DBSubnetGroupDoesNotCoverEnoughAZs"


def test_parameters_can_be_reset_and_families_must_exist(rds: Any) -> None:
    group = _name()
    made = {"DBParameterGroupName": group, "Description": "x"}
    assert (
        refusal_code(rds.create_db_parameter_group, DBParameterGroupFamily="mysql9", **made) == "InvalidParameterValue"
    )
    rds.create_db_parameter_group(DBParameterGroupFamily="mysql8.4", **made)
    set_ = [
        {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "immediate"}
        for name in ("max_connections", "port")
    ]
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=set_)
    rds.reset_db_parameter_group(DBParameterGroupName=group, Parameters=set_[:1])
    left = rds.describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    assert [parameter["ParameterName"] for parameter in left] == ["port"]


@pytest.mark.parametrize(("text", "answer"), [("{}", True), (b'{"Statement": []}', True), ("[]", False), ("{", False)])
def test_documents_are_json_objects(text: str | bytes, answer: bool) -> None:
    assert refusals.is_document(text) is answer


def test_policies_that_are_no_json_are_refused(aws: Emulator) -> None:
    s3, iam, name = aws.client("s3"), aws.client("iam"), _name()
    s3.create_bucket(Bucket=name)
    assert refusal_code(s3.put_bucket_policy, Bucket=name, Policy="{") == "MalformedPolicy"
    assert refusal_code(iam.create_role, RoleName=name, AssumeRolePolicyDocument="{") == "MalformedPolicyDocument"
    s3.put_bucket_policy(Bucket=name, Policy='{"Version": "2012-10-17", "Statement": []}')
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"] == []


def test_log_groups_keep_for_days_that_exist(aws: Emulator) -> None:
    logs, name = aws.client("logs"), _name()
    logs.create_log_group(logGroupName=name)
    wrong = {"logGroupName": name, "retentionInDays": 15}
    assert refusal_code(logs.put_retention_policy, **wrong) == "InvalidParameterException"
    logs.put_retention_policy(logGroupName=name, retentionInDays=14)
    assert logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["retentionInDays"] == 14


def test_attached_policy_cannot_be_deleted(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _name()
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    assert refusal_code(iam.delete_policy, PolicyArn=policy) == "DeleteConflict"
    iam.detach_role_policy(RoleName=name, PolicyArn=policy)
    iam.delete_policy(PolicyArn=policy)
    assert refusal_code(iam.get_policy, PolicyArn=policy) == "NoSuchEntity"
