"""Every function of the stand-in for pulumi-aws answers as the SDK declares, from answers that fit botocore's models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import proto

from localcloud.plugins.aws import functions
from localcloud.plugins.aws.outputs import LEFT_OUT
from localcloud.plugins.aws.plugin import AwsPlugin
from localcloud.plugins.checking import check
from localcloud.plugins.schema import function_schema
from tests.emulator.calls import Calls, recorded, written_calls
from tests.emulator.rig import shared
from tests.unit.aws_standin_rig import Rig, wire

pytestmark = pytest.mark.emulator

CASES: dict[str, dict[str, Any]] = {
    "aws:ec2/getAmi:getAmi": {"owners": ["099720109477"], "mostRecent": True},
    "aws:ec2/getInstanceType:getInstanceType": {"instanceType": "g5.xlarge"},
    "aws:ec2/getSubnet:getSubnet": {"defaultForAz": True, "availabilityZone": "eu-central-1a"},
    "aws:ec2/getVpc:getVpc": {"default": True},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {"state": "available"},
    "aws:index/getCallerIdentity:getCallerIdentity": {},
    "aws:index/getPartition:getPartition": {},
    "aws:index/getRegion:getRegion": {},
    "aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretId": "asked-for"},
    "aws:ssm/getParameter:getParameter": {"name": "/asked/for"},
}


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    with recorded(shared()) as calls:
        yield calls


@pytest.fixture(scope="module")
def rig(calls: Calls) -> Rig:
    rig = Rig()
    rig.boto("secretsmanager").create_secret(Name="asked-for", SecretString="x")
    rig.boto("ssm").put_parameter(Name="/asked/for", Value="x", Type="String")
    return rig


@pytest.mark.parametrize("token", sorted(CASES))
def test_answers_as_declared(calls: Calls, rig: Rig, token: str) -> None:
    answer = rig._call("Invoke", proto.InvokeRequest(tok=token, args=wire(CASES[token])))
    assert not answer.failures
    state = PropertyValue.unmarshal_map(getattr(answer, "return"))
    found = {problem.path: problem.reason for problem in check(function_schema(token).outputs, state)}
    assert set(found) <= set(LEFT_OUT.get(token, {})), found
    assert set(found).isdisjoint(state)


def test_every_call_was_made_and_fits(calls: Calls) -> None:
    made = {(service, name) for service, names in calls.operations.items() for name in names}
    assert written_calls(Path(functions.__file__).parent) - made == set()
    assert calls.strange == set()


def test_every_function_has_its_case() -> None:
    assert set(CASES) == set(AwsPlugin().functions)
