"""The caller's options stay with the component; constructors call nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
import pulumi
import pulumi_aws as aws
import pytest
from botocore.client import BaseClient

from components import site as site_room
from tests.unit.contracts.stack_files import STACK_FILES
from tests.unit.recorder import Recorded, Recorder, record, run

_LEAKING = (
    "aliases",
    "aliasURNs",
    "ignoreChanges",
    "deletedWith",
    "retainOnDelete",
    "replaceOnChanges",
    "customTimeouts",
)
"""Fields of a registration that belong to the one resource they were given to. (`protect` and providers are inherited.)"""
STAYING = ("aws:costexplorer/costAllocationTag:CostAllocationTag", "aws:s3/bucketObjectv2:BucketObjectv2")
"""Types whose retainOnDelete is their own: what other stacks rely on too, and what goes with its bucket."""
STRANGE = "given-by-the-caller"


def _callers_options() -> pulumi.ResourceOptions:
    other = pulumi.ComponentResource(f"hpcstack:test:{STRANGE}", STRANGE)
    return pulumi.ResourceOptions(
        aliases=[pulumi.Alias(name=STRANGE)],
        ignore_changes=[STRANGE],
        custom_timeouts=pulumi.CustomTimeouts(create="77m"),
        retain_on_delete=True,
        deleted_with=other,
    )


def leaks(recorder: Recorder) -> list[str]:
    """Which children carry what was given to their component."""
    found: list[str] = []
    for one in recorder.resources:
        if _is_top(one):
            continue
        options = {key: one.options[key] for key in _LEAKING if key in one.options}
        if (
            STRANGE in repr(options)
            or "77m" in repr(options)
            or (options.get("retainOnDelete") and one.token not in STAYING)
        ):
            found.append(f"{one.urn}: has its component's {', '.join(options)}")
    return found


def _is_top(one: Recorded) -> bool:
    return one.parent.split("::")[2] == "pulumi:pulumi:Stack"


def _with_options(sections: dict[str, Any]) -> Recorder:
    original = site_room.site_of

    def site_of(*args: Any) -> site_room.Site:
        site = original(*args)
        opts = pulumi.ResourceOptions.merge(site.opts, _callers_options())
        return site_room.Site(**{**site.__dict__, "opts": opts})

    with patch.object(site_room, "site_of", site_of):
        return run(**sections)


@pytest.mark.parametrize("name", ["everything", "prod"])
def test_options_of_the_caller_stay_with_the_component(name: str) -> None:
    recorder = _with_options(STACK_FILES[name].sections)
    above = [one for one in recorder.resources if _is_top(one) and "ignoreChanges" in one.options]
    assert len(above) >= 9
    assert leaks(recorder) == []


def _deleted_with_another() -> None:
    _Merging("wrong", pulumi.ResourceOptions(deleted_with=aws.ec2.Vpc(STRANGE)))


def test_a_resource_that_goes_with_its_components_is_found() -> None:
    (leak,) = leaks(record(_deleted_with_another))
    assert leak.endswith("::wrong: has its component's deletedWith")


class _Merging(pulumi.ComponentResource):
    """Gives its own options to its child, as a careless component would."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions, **dropped: Any) -> None:
        super().__init__("hpcstack:index:Bucket", name, None, opts)
        merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=self, **dropped))
        aws.ec2.Vpc(name, opts=merged)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"aliases": [pulumi.Alias(name=STRANGE)]}, "aliases"),
        ({"ignore_changes": [STRANGE]}, "ignoreChanges"),
        ({"retain_on_delete": True}, "retainOnDelete"),
        ({"custom_timeouts": pulumi.CustomTimeouts(create="77m")}, "customTimeouts"),
    ],
)
def test_a_leak_is_found(given: dict[str, Any], expected: str) -> None:
    (leak,) = leaks(record(lambda: _Merging("wrong", pulumi.ResourceOptions(**given)) and None))
    assert leak.endswith(f"::wrong: has its component's {expected}")


@contextmanager
def _calls() -> Iterator[list[str]]:
    """Names of the AWS calls that botocore is asked to make; none gets out."""
    asked: list[str] = []

    def refuse(client: BaseClient, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(operation)
        return {}

    with patch.object(BaseClient, "_make_api_call", refuse):
        yield asked


@pytest.mark.parametrize("name", ["everything", "prod", "local"])
def test_no_constructor_calls_aws(name: str) -> None:
    with _calls() as asked:
        run(STACK_FILES[name].secrets, **STACK_FILES[name].sections)
    assert asked == []


def _calling() -> None:
    names = boto3.client("ec2", region_name="eu-west-1").describe_availability_zones()
    aws.ec2.Subnet("subnet", vpc_id="vpc-1", availability_zone=str(names))


def test_a_call_is_found() -> None:
    with _calls() as asked:
        record(_calling)
    assert asked == ["DescribeAvailabilityZones"]
