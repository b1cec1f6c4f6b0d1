"""Each example goes up on the local cloud, stays as it is, and goes down to nothing. Tests run in order."""

import json
from typing import Any

import pytest

from localcloud.machines import mode
from tests.engine.local_cloud import ROOT, LocalCloud

pytestmark = [pytest.mark.engine, pytest.mark.directory]

_BOOTED = "bluebrain"
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> str:
    if request.param == _BOOTED and not mode.why_no_cluster():
        pytest.skip("tests/nodes/test_booted_examples.py takes it up and down, with machines that boot")
    return str(request.param)


def outputs(cloud: LocalCloud, example: str) -> dict[str, Any]:
    shown = cloud.pulumi("outputs", example, "--json")
    return json.loads(shown[shown.index("{") :])


def test_an_example_goes_up(cloud: LocalCloud, example: str) -> None:
    shown = cloud.pulumi("up", example, "--local", "--yes", "--skip-preview")
    assert outputs(cloud, example)["cluster_status"] == "CREATE_COMPLETE", shown


def test_it_stays_as_it_is(cloud: LocalCloud, example: str) -> None:
    cloud.pulumi("up", example, "--yes", "--skip-preview", "--expect-no-changes")


def test_the_head_node_of_the_first_cluster_is_reached_from_outside(cloud: LocalCloud) -> None:
    told = outputs(cloud, "first-cluster")
    (head,) = cloud.client("ec2").describe_instances(
        Filters=[{"Name": "tag:Name", "Values": ["HeadNode"]}, {"Name": "ip-address", "Values": [told["head_node_ip"]]}]
    )["Reservations"]
    assert head["Instances"][0]["PublicIpAddress"] == told["head_node_ip"]
    assert told["ssh_command"] == f"ssh ec2-user@{told['head_node_ip']}"


def test_it_goes_down(cloud: LocalCloud, example: str) -> None:
    shown = cloud.pulumi("destroy", example, "--yes", "--skip-preview")
    assert " deleted" in shown


def test_nothing_is_left(cloud: LocalCloud) -> None:
    assert cloud.left() == {}
