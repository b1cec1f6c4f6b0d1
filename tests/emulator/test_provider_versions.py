"""Two versions of ParallelCluster side by side in one plugin, each judging and acting by its own code."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml

from localcloud import paths
from planning.cluster import DirectoryEndpoints, Endpoints, NodeGroups, cluster_document
from planning.endpoints import Manifest
from planning.image_document import image_document
from provider import environment
from provider.cluster import Cluster
from provider.verdict import Live, compare
from provider.worker_client import Workers
from settings import Settings, load
from settings.homes import shared_folders
from settings.image import Os
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


def our_documents(settings: Settings, manifest: str = "0" * 64) -> dict[str, dict[str, Any]]:
    """What the program makes of the committed stack file, with ids of the right form; `manifest` is the hash of what nodes run."""
    groups = ["sg-0123456789abcdef0"]
    subnets, arn = ["subnet-0123456789abcdef0"], "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one-AbCdEf"
    directory = DirectoryEndpoints(
        domain_name="hpc.example.org",
        uri="ldaps://dc.hpc.example.org",
        read_only_user="cn=reader,dc=hpc,dc=example,dc=org",
        secret_arn=arn,
        ca_certificate_uri="s3://bucket/ca.pem",
    )
    endpoints = Endpoints(
        ssm_policy_arn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        public_subnet_ids=subnets,
        private_subnet_ids=subnets,
        vpc_cidr="10.20.0.0/16",
        ssh_sources="pl-0123456789abcdef0",
        security_groups=NodeGroups(head=groups, login=groups, compute=groups),
        node_policy_arn="arn:aws:iam::123456789012:policy/nodes",
        boot_uri="s3://bucket/boot.pyz",
        manifests={
            kind: Manifest(uri=f"s3://bucket/{kind}.json", sha256=manifest) for kind in ("head", "login", "compute")
        },
        slurm_database_uri="db.example.org:3306",
        slurm_database_secret_arn=arn,
        file_system_ids={folder.name: "fs-0123456789abcdef0" for folder in shared_folders(settings)},
        directory=directory,
    )
    cluster = cluster_document(settings, endpoints, {"team": "genomics"})
    image = image_document(
        settings,
        subnet_id=subnets[0],
        security_group_id="sg-0123456789abcdef0",
        component_arns=["arn:aws:imagebuilder:us-east-1:123456789012:component/a/1.0.0/1"],
        tags={"team": "genomics"},
    )
    image["Build"]["ParentImage"] = "ami-0123456789abcdef0"
    return {"cluster": cluster, "image": image}


@pytest.mark.parametrize("version", environment.versions())
def test_every_version_takes_what_the_program_writes(place: tuple[rig.Cloud, Workers], version: str) -> None:
    def faults(kind: str, document: dict[str, Any]) -> Any:
        region = {"Region": "eu-west-1"}
        return place[1].of(version).call("check", "eu-west-1", kind=kind, configuration={**document, **region})

    documents = our_documents(load(_committed()))
    for system in get_args(Os):
        assert faults("cluster", documents["cluster"] | {"Image": {"Os": system}}) == []
    assert faults("image", documents["image"]) == []
    assert faults("image", documents["image"] | {"Bild": {}}) != []


@pytest.mark.parametrize("version", environment.versions())
def test_changed_programs_of_nodes_are_an_update_in_place(place: tuple[rig.Cloud, Workers], version: str) -> None:
    """While nodes and sessions run. Another list of programs is another cluster."""
    settings = load(_committed())
    worker, live = place[1].of(version), Live(False, None)
    before, after = (our_documents(settings, digit * 64)["cluster"] for digit in "01")
    rows = compare(worker, rig.REGION, before, after, live)
    assert {(row.place.rpartition("CustomActions.")[2], row.policy, row.allowed) for row in rows} == {
        ("OnNodeUpdated.Args", "SUPPORTED", True),
        ("OnNodeStart.Args", "QUEUE_UPDATE_STRATEGY", True),
    }
    after["HeadNode"]["CustomActions"]["OnNodeStart"]["Args"].append("slurmrestd:key")
    assert [row.policy for row in compare(worker, rig.REGION, before, after, live) if row.replaces] == ["UNSUPPORTED"]


def _committed() -> dict[str, str]:
    config = yaml.safe_load((paths.ROOT / "Pulumi.dev.yaml").read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


@pytest.mark.parametrize(("vcpus", "stopped", "needs"), [(20, False, []), (5, False, ["fleet"]), (5, True, [])])
def test_aws_batch_of_the_older_version_is_judged_too(
    place: tuple[rig.Cloud, Workers], vcpus: int, stopped: bool, needs: list[str]
) -> None:
    def document(most: int) -> dict[str, Any]:
        network = {"SubnetIds": ["subnet-0123456789abcdef0"]}
        resources = [{"Name": "r", "InstanceTypes": ["c5.xlarge"], "MaxvCpus": most}]
        queues = [{"Name": "q", "Networking": network, "ComputeResources": resources}]
        return {"Scheduling": {"Scheduler": "awsbatch", "AwsBatchQueues": queues}}

    (row,) = compare(place[1].of(OLDER), rig.REGION, document(10), document(vcpus), Live(stopped, []))
    assert (row.policy, row.allowed, row.needs) == ("AWSBATCH_CE_MAX_RESIZE", not needs, needs)
