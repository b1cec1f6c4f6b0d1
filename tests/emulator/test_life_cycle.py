"""The real ParallelCluster CLI from the first image to the last deletion, against the emulator."""

import copy
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud.emulator import seed
from localcloud.emulator.inventory import LEFT_BY_PARALLELCLUSTER, inventory
from provider import environment
from tests.emulator import documents
from tests.emulator.rig import REGION, Emulator, start, until

pytestmark = pytest.mark.emulator
PARENT = next(image["ami_id"] for image in seed.images() if "amzn2023-hvm-x86_64" in image["name"])


@dataclass(frozen=True)
class Team:
    """A team's account with what its cluster needs, and the command `pcluster`."""

    emulator: Emulator
    site: documents.Site
    programs: Path
    folder: Path
    before: dict[str, list[str]]

    def __call__(self, *arguments: str, document: dict[str, Any] | None = None, code: int = 0) -> dict[str, Any]:
        """The JSON that the command prints; asserts its exit code."""
        command = [str(self.programs / "pcluster"), *arguments]
        if document is not None:
            path = self.folder / "document.yaml"
            path.write_text(yaml.safe_dump(document))
            command += ["-c", str(path)]
        variables = environment.variables(self.programs) | self.emulator.environment() | {"HOME": str(self.folder)}
        ended = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300, check=False)
        assert ended.returncode == code, f"{arguments}: exit code {ended.returncode}: {ended.stdout}{ended.stderr}"
        return dict(json.loads(ended.stdout))

    def begin(self, *arguments: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
        """The same for a command that begins something, and still sees it in progress."""
        with self.emulator.held():
            return self(*arguments, document=document)

    def await_stack(self, name: str, status: str | None) -> None:
        """Wait for a status of the stack; None is for one that is gone."""
        cloudformation = self.emulator.client("cloudformation")

        def found() -> str | None:
            stacks = cloudformation.describe_stacks()["Stacks"]
            return {stack["StackName"]: stack["StackStatus"] for stack in stacks}.get(name)

        until(lambda: (last := found()) == status or (last or "").endswith("_FAILED"))
        assert found() == status

    def left(self) -> dict[str, list[str]]:
        """What is in the account, without what ParallelCluster leaves by design."""
        found = inventory(self.emulator.endpoint, REGION)
        found.pop(LEFT_BY_PARALLELCLUSTER, None)
        return found


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    emulator = start(tmp_path_factory.mktemp("emulator"), boot_seconds="0.2", build_seconds="0.2", step_seconds="0.2")
    site = documents.prepare(emulator)
    programs, folder = environment.ensure(seed.PCLUSTER_VERSION, print), tmp_path_factory.mktemp("home")
    yield Team(emulator, site, programs, folder, inventory(emulator.endpoint, REGION))
    emulator.stop()


def test_image_and_cluster_live_and_leave_nothing(team: Team) -> None:
    document = documents.cluster(team.site, _build(team))
    _create(team, document)
    _update_freely(team, document)
    _update_with_the_fleet_stopped(team, document)
    assert team.begin("delete-cluster", "-n", "hpc")["cluster"]["clusterStatus"] == "DELETE_IN_PROGRESS"
    team.await_stack("hpc", None)
    # An image that instances use cannot be deleted.
    assert team.begin("delete-image", "-i", "built")["image"]["imageBuildStatus"] == "DELETE_IN_PROGRESS"
    assert "does not exist" in team("describe-cluster", "-n", "hpc", code=1)["message"]
    assert team.left() == team.before


def _build(team: Team) -> str:
    """The id of the image that `pcluster build-image` makes."""
    begun = team.begin("build-image", "-i", "built", document=documents.image(team.site, PARENT))
    assert begun["image"]["imageBuildStatus"] == "BUILD_IN_PROGRESS"
    team.await_stack("built", None)
    described = team("describe-image", "-i", "built")
    assert described["imageBuildStatus"] == "BUILD_COMPLETE"
    assert described["ec2AmiInfo"]["architecture"] == "x86_64"
    return str(described["ec2AmiInfo"]["amiId"])


def _create(team: Team, document: dict[str, Any]) -> None:
    begun = team.begin("create-cluster", "-n", "hpc", document=document)
    assert begun["cluster"]["clusterStatus"] == "CREATE_IN_PROGRESS"
    team.await_stack("hpc", "CREATE_COMPLETE")
    described = team("describe-cluster", "-n", "hpc")
    assert described["headNode"]["instanceType"] == "t3.large"
    assert described["loginNodes"][0]["healthyNodes"] == 1
    assert described["computeFleetStatus"] == "RUNNING"


def _update_freely(team: Team, document: dict[str, Any]) -> None:
    document["Scheduling"]["SlurmQueues"][0]["ComputeResources"][0]["MaxCount"] = 8
    begun = team.begin("update-cluster", "-n", "hpc", document=document)
    assert begun["cluster"]["clusterStatus"] == "UPDATE_IN_PROGRESS"
    assert [change["requestedValue"] for change in begun["changeSet"]] == ["8"]
    team.await_stack("hpc", "UPDATE_COMPLETE")


def _update_with_the_fleet_stopped(team: Team, document: dict[str, Any]) -> None:
    changed = copy.deepcopy(document)
    changed["Scheduling"]["SlurmQueues"][0]["ComputeResources"][0]["Instances"].pop()
    refused = team("update-cluster", "-n", "hpc", "--dryrun", "true", document=changed, code=1)
    assert refused["message"] == "Update failure"
    assert "All compute nodes must be stopped" in refused["updateValidationErrors"][0]["message"]
    _fleet(team, "STOP_REQUESTED", "STOPPING", "STOPPED")
    team("update-cluster", "-n", "hpc", document=changed)
    team.await_stack("hpc", "UPDATE_COMPLETE")
    _fleet(team, "START_REQUESTED", "STARTING", "RUNNING")


def _fleet(team: Team, request: str, *steps: str) -> None:
    # The answer is the status a moment later.
    assert team("update-compute-fleet", "-n", "hpc", "--status", request)["status"] in (request, *steps)
    table, key = "parallelcluster-hpc", {"Id": {"S": "COMPUTE_FLEET"}}
    dynamodb = team.emulator.client("dynamodb")
    until(lambda: f'"{steps[-1]}"' in json.dumps(dynamodb.get_item(TableName=table, Key=key)["Item"]))
    assert team("describe-compute-fleet", "-n", "hpc")["status"] == steps[-1]


def test_creation_that_fails_says_why_and_leaves_nothing(team: Team) -> None:
    failing = {"Key": "localcloud-fail", "Value": "Failed to execute OnNodeConfigured script"}
    team.begin("create-cluster", "-n", "bad", document={**documents.cluster(team.site), "Tags": [failing]})
    team.await_stack("bad", "ROLLBACK_COMPLETE")
    described = team("describe-cluster", "-n", "bad")
    assert described["clusterStatus"] == "CREATE_FAILED"
    assert [failure["failureCode"] for failure in described["failures"]] == ["OnNodeConfiguredExecutionFailure"]
    team.begin("delete-cluster", "-n", "bad")
    team.await_stack("bad", None)
    assert team.left() == team.before


def test_wrong_configuration_is_refused(team: Team) -> None:
    document = documents.cluster(team.site)
    document["HeadNode"]["InstanceType"] = "m6g.large"
    refused = team("create-cluster", "-n", "wrong", "--dryrun", "true", document=document, code=1)
    assert refused["message"] == "Invalid cluster configuration."
    errors = {finding["type"] for finding in refused["configurationValidationErrors"] if finding["level"] == "ERROR"}
    assert "InstanceArchitectureCompatibilityValidator" in errors
