"""Two versions of ParallelCluster side by side in one plugin, each judging and acting by its own code."""

from collections.abc import Iterator
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.worker_client import Workers
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig

pytestmark = pytest.mark.emulator

OLDER = "3.15.1"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[rig.Cloud, Workers]]:
    with running(tmp_path_factory.mktemp("cloud")) as found:
        yield found


def inputs(document: dict[str, Any], version: str) -> dict[str, Any]:
    return {"region": rig.REGION, "version": version, "configuration": document, "clusterName": "older"}


def test_each_version_judges_by_its_own_schema(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Cluster(workers), "older")
    old = rig.document(cloud.subnet) | {"Image": {"Os": "alinux2"}}

    def paths(version: str) -> set[str]:
        found = life.kind.check("older", {}, inputs(old, version), b"seed", life.task())
        return {failure.path for failure in found.failures}

    # Amazon Linux 2 left ParallelCluster with 3.16; 3.15 knows it, and finds no image of it here.
    assert paths(rig.VERSION) == {"configuration.Image.Os"}
    assert "configuration.Image.Os" not in paths(OLDER)


def test_an_older_cluster_is_made_updated_and_deleted_by_its_own_version(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Cluster(workers), "older")
    document = rig.document(cloud.subnet)
    del document["LoginNodes"]
    life.up(inputs(document, OLDER))
    (tagged,) = [s for s in cloud.client("cloudformation").describe_stacks()["Stacks"] if s["StackName"] == "older"]
    assert {"Key": "parallelcluster:version", "Value": OLDER} in tagged["Tags"]
    document = rig.document(cloud.subnet, maximum=9)
    del document["LoginNodes"]
    life.up(inputs(document, OLDER))
    assert cloud.stack_status("older") == "UPDATE_COMPLETE"
    newer = life.kind.diff(life.state, inputs(document, rig.VERSION), life.task())
    assert [(change.path, change.replaces) for change in newer.changes] == [("version", True)]
    life.destroy()
    assert cloud.stack_status("older") is None
