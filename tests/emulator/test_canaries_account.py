"""The reading of an account can fail: a canary that is planted in any place of the emulator is found there."""

import base64
import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.account import everything
from tests.canaries.search import Canaries
from tests.emulator import rig

pytestmark = pytest.mark.emulator

Client = Callable[[str], Any]
NAME = "canary"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def _tags(canary: str) -> list[dict[str, str]]:
    return [{"Key": "canary", "Value": canary}]


def _bucket(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket=NAME)
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    return s3


def _former_version(client: Client, canary: str) -> None:
    s3 = _bucket(client)
    s3.put_object(Bucket=NAME, Key="object", Body=canary)
    s3.put_object(Bucket=NAME, Key="object", Body="harmless")


def _deleted_object(client: Client, canary: str) -> None:
    s3 = _bucket(client)
    s3.put_object(Bucket=NAME, Key="deleted", Body=canary)
    s3.delete_object(Bucket=NAME, Key="deleted")


def _object_headers(client: Client, canary: str) -> None:
    _bucket(client).put_object(Bucket=NAME, Key="headers", Metadata={"canary": canary})


def _object_tags(client: Client, canary: str) -> None:
    _bucket(client).put_object(Bucket=NAME, Key="tags", Tagging=f"canary={canary}")


def _user_data(client: Client, canary: str) -> None:
    image = client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    client("ec2").run_instances(
        ImageId=image, InstanceType="t3.medium", MinCount=1, MaxCount=1, UserData=f"#!/bin/sh\necho {canary}\n"
    )


def _launch_template(client: Client, canary: str) -> None:
    script = base64.b64encode(f"#!/bin/sh\necho {canary}\n".encode()).decode()
    client("ec2").create_launch_template(LaunchTemplateName=NAME, LaunchTemplateData={"UserData": script})
    client("ec2").create_launch_template_version(LaunchTemplateName=NAME, LaunchTemplateData={"KeyName": "harmless"})


def _stack(client: Client, stack: str, template: dict[str, Any], **more: Any) -> None:
    resources = {"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/{NAME}/{stack}"}}}
    body = json.dumps({"Resources": resources, **template})
    client("cloudformation").create_stack(StackName=f"{NAME}-{stack}", TemplateBody=body, **more)


def _template(client: Client, canary: str) -> None:
    _stack(client, "template", {"Description": canary})


def _parameter(client: Client, canary: str) -> None:
    given = [{"ParameterKey": "Word", "ParameterValue": canary}]
    _stack(client, "parameter", {"Parameters": {"Word": {"Type": "String"}}}, Parameters=given)


def _stack_tag(client: Client, canary: str) -> None:
    _stack(client, "tag", {}, Tags=_tags(canary))


def _log(client: Client, canary: str) -> None:
    where = {"logGroupName": f"/{NAME}", "logStreamName": "stream"}
    client("logs").create_log_group(logGroupName=f"/{NAME}")
    client("logs").create_log_stream(**where)
    client("logs").put_log_events(**where, logEvents=[{"timestamp": int(time.time() * 1000), "message": canary}])


def _table(client: Client, canary: str) -> None:
    database = client("dynamodb")
    keys = {"AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}]}
    keys |= {"KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]}
    database.create_table(TableName=NAME, BillingMode="PAY_PER_REQUEST", **keys)
    database.put_item(TableName=NAME, Item={"Id": {"S": "1"}, "Value": {"S": canary}})


def _role(client: Client) -> str:
    client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=TRUST)
    return str(client("iam").get_role(RoleName=NAME)["Role"]["Arn"])


def _function(client: Client, canary: str) -> None:
    role, heap = _role(client), io.BytesIO()
    with zipfile.ZipFile(heap, "w") as archive:
        archive.writestr("main.py", "")
    code = {"Runtime": "python3.12", "Handler": "main.run", "Code": {"ZipFile": heap.getvalue()}}
    client("lambda").create_function(FunctionName=NAME, Role=role, Environment={"Variables": {"A": canary}}, **code)


def _role_policy(client: Client, canary: str) -> None:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Sid": canary, "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    )
    client("iam").put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=document)


def _instance_tag(client: Client, canary: str) -> None:
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    client("ec2").create_tags(Resources=[vpc], Tags=_tags(canary))


def _database_tag(client: Client, canary: str) -> None:
    made = {"DBInstanceClass": "db.t4g.micro", "Engine": "postgres", "AllocatedStorage": 20}
    login = {"MasterUsername": "somebody", "MasterUserPassword": "harmless-password"}
    client("rds").create_db_instance(DBInstanceIdentifier=NAME, Tags=_tags(canary), **made, **login)


def _secret_description(client: Client, canary: str) -> None:
    client("secretsmanager").create_secret(Name=NAME, SecretString="harmless", Description=canary)


def _ssm_parameter(client: Client, canary: str) -> None:
    client("ssm").put_parameter(Name=f"/{NAME}", Value=canary, Type="SecureString")


def _dashboard(client: Client, canary: str) -> None:
    body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": canary}}]})
    client("cloudwatch").put_dashboard(DashboardName=NAME, DashboardBody=body)


PLACES = {
    "former version of an object": (_former_version, f"s3://{NAME}/object version "),
    "deleted object": (_deleted_object, f"s3://{NAME}/deleted version "),
    "metadata of an object": (_object_headers, f"s3://{NAME}/headers version "),
    "tags of an object": (_object_tags, f"s3://{NAME}/tags version "),
    "user data": (_user_data, "user data of i-"),
    "former version of a launch template": (_launch_template, "user data of launch template "),
    "template": (_template, "CloudFormation template of "),
    "parameter of a stack": (_parameter, "CloudFormation stack "),
    "tag of a stack": (_stack_tag, "CloudFormation stack "),
    "log": (_log, f"log /{NAME} stream"),
    "table": (_table, f"table {NAME}"),
    "variable of a function": (_function, f"function {NAME}"),
    "policy of a role": (_role_policy, f"policy of role {NAME}"),
    "tag of a network": (_instance_tag, "ec2 describe_tags"),
    "tag of a database": (_database_tag, "rds describe_db_instances"),
    "description of a secret": (_secret_description, "secretsmanager list_secrets"),
    "parameter": (_ssm_parameter, f"parameter /{NAME}"),
    "dashboard": (_dashboard, f"dashboard {NAME}"),
}


def test_what_is_planted_in_the_account_is_found_where_it_is(tmp_path: Path) -> None:
    emulator = rig.start(tmp_path)
    canaries = {kind: f"Canary{uuid.uuid4().hex}" for kind in PLACES}
    try:
        for kind, (plant, _) in PLACES.items():
            plant(emulator.client, canaries[kind])
        found = Canaries(canaries).search(everything(emulator.client))
    finally:
        emulator.stop()
    for kind, (_, place) in PLACES.items():
        assert [one for one in found if one.name == kind and one.place.startswith(place)], kind
