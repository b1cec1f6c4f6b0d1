"""The check of the emulator's answers against botocore's models finds what does not fit."""

import json

import botocore.session
import pytest
from botocore.model import OperationModel

from tests.emulator.answers import problems

VPC = "<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item>{}</item></vpcSet></DescribeVpcsResponse>"
GOOD = "<vpcId>vpc-1</vpcId><isDefault>true</isDefault><state>available</state>"
GROUP = {"logGroupName": "a", "retentionInDays": 7}


def operation(service: str, name: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(name)


@pytest.mark.parametrize(
    ("vpc", "found"),
    [
        (GOOD, []),
        (f"{GOOD}<colour>red</colour>", ["DescribeVpcs.Vpcs[].colour: unknown member"]),
        ("<isDefault>yes</isDefault>", ["DescribeVpcs.Vpcs[].IsDefault: 'yes' where the model has boolean"]),
        ("<state>lost</state>", ["DescribeVpcs.Vpcs[].State: 'lost' is no choice of the model"]),
    ],
)
def test_xml(vpc: str, found: list[str]) -> None:
    assert problems(operation("ec2", "DescribeVpcs"), 200, {}, VPC.format(vpc).encode()) == found


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (GROUP, []),
        ({**GROUP, "colour": "red"}, ["DescribeLogGroups.logGroups[].colour: unknown member"]),
        ({"retentionInDays": "7"}, ["DescribeLogGroups.logGroups[].retentionInDays: str where the model has integer"]),
        (
            {"logGroupClass": "CHEAP"},
            ["DescribeLogGroups.logGroups[].logGroupClass: 'CHEAP' is no choice of the model"],
        ),
    ],
)
def test_json(group: dict[str, object], found: list[str]) -> None:
    body = json.dumps({"logGroups": [group]}).encode()
    assert problems(operation("logs", "DescribeLogGroups"), 200, {}, body) == found


def test_what_must_be_there_and_is_not() -> None:
    body = b"<GetRoleResponse><GetRoleResult></GetRoleResult></GetRoleResponse>"
    assert problems(operation("iam", "GetRole"), 200, {}, body) == ["GetRole.Role: missing"]


def test_an_error_is_no_answer() -> None:
    assert problems(operation("iam", "GetRole"), 404, {}, b"<ErrorResponse/>") == []
