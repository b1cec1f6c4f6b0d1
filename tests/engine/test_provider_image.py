"""The Image resource through its life: the real engine, the real ParallelCluster, the emulated AWS."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.engine import engine as engines
from tests.engine import provider_rig as rig

pytestmark = pytest.mark.engine


@pytest.fixture
def program(tmp_path: Path) -> Iterator[rig.Program]:
    with rig.cloud(tmp_path) as cloud:
        made = rig.Program(tmp_path / "a program", cloud, engines.ensure()).start()
        yield made
        made.pulumi("destroy", "--yes")


def image(**build: Any) -> tuple[str, str, dict[str, Any]]:
    document = {"Build": {"InstanceType": "c5.xlarge", **build}}
    parent = {"os": "alinux2023", "architecture": "x86_64"}
    return "base", "image", {"region": rig.REGION, "version": rig.VERSION, "configuration": document, **parent}


def test_built_unchanged_refreshed_replaced_by_content_destroyed(program: rig.Program) -> None:
    program.of(image()).pulumi("up", "--yes", "--skip-preview")
    first = program.outputs()["base"]
    (state,) = program.state()
    assert state["id"].startswith("us-east-1/base-")
    ec2 = program.cloud.client("ec2")
    (parent,) = ec2.describe_images(ImageIds=[state["outputs"]["parentImage"]])["Images"]
    assert parent["Name"].startswith(f"aws-parallelcluster-{rig.VERSION}-amzn2023")
    program.pulumi("preview", "--expect-no-changes")
    program.pulumi("refresh", "--yes", "--skip-preview")
    program.pulumi("preview", "--expect-no-changes")

    program.of(image(UpdateOsPackages={"Enabled": True}))
    program.pulumi("up", "--yes", "--skip-preview")
    second = program.outputs()["base"]
    assert second != first
    assert [found["ImageId"] for found in ec2.describe_images(Owners=["self"])["Images"]] == [second]

    program.pulumi("destroy", "--yes")
    assert ec2.describe_images(Owners=["self"])["Images"] == []
