"""Texts are whole: no output that was not yet known was formatted into one."""

import re
from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.stack_files import every_stack_file, made
from tests.unit.contracts.walk import texts
from tests.unit.recorder import Recorder, record

_UNRESOLVED = re.compile(
    r"Calling __str__|Output object at 0x|<pulumi\.|<coroutine |<Future |<Task |<function |\bOutput<|object at 0x[0-9a-f]+>"
)
"""What Python or Pulumi write for a value that is not there yet (pulumi.Output.__str__) or was never meant as text."""


def faults(recorder: Recorder) -> list[str]:
    found = [
        f"{one.urn} {text.path}: {text.value[:120]!r}"
        for one in recorder.resources
        for text in texts({"name": one.name, "inputs": one.raw})
        if _UNRESOLVED.search(text.value)
    ]
    shown = {"outputs": recorder.outputs}
    return found + [f"{text.path}: {text.value[:120]!r}" for text in texts(shown) if _UNRESOLVED.search(text.value)]


@every_stack_file
def test_no_text_holds_an_unresolved_output(name: str) -> None:
    assert faults(made(name).recorder) == []
    assert sum(1 for one in made(name).recorder.resources for _ in texts(one.raw)) > 100


def _vpc() -> aws.ec2.Vpc:
    return aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")


def _in_an_input() -> None:
    aws.ec2.Subnet("subnet", vpc_id=f"{_vpc().id}")


def _deep_in_a_document() -> None:
    document = {"HeadNode": {"Networking": [{"SubnetId": f"{_vpc().id!r}"}]}}
    pulumi.CustomResource("parallelcluster:index:Cluster", "cluster", {"configuration": document})


def _in_a_key() -> None:
    aws.ec2.Subnet("subnet", vpc_id="vpc-1", tags={f"{_vpc().id}": "x"})


def _in_an_asset() -> None:
    aws.s3.BucketObjectv2("object", bucket="b", source=pulumi.StringAsset(f"vpc={_vpc().arn}"))


def _in_a_secret() -> None:
    aws.secretsmanager.SecretVersion("version", secret_id="s", secret_string=pulumi.Output.secret(f"{_vpc().arn}"))


def _in_a_name() -> None:
    aws.ec2.Subnet(f"{_vpc().id!r}", vpc_id="vpc-1")


def _in_an_output() -> None:
    pulumi.export("vpc", f"{_vpc().id}")


@pytest.mark.parametrize(
    "wrong",
    [_in_an_input, _deep_in_a_document, _in_a_key, _in_an_asset, _in_a_secret, _in_a_name, _in_an_output],
)
def test_an_unresolved_output_is_found(wrong: Callable[[], None]) -> None:
    (fault, *_) = faults(record(wrong))
    assert "Calling __str__" in fault or "Output object" in fault
