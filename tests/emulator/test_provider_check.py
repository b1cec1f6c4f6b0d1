"""Checks with the real ParallelCluster's dry run on the emulator: its words at the right places, and nothing asked twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from provider import environment
from provider.cluster import Cluster
from provider.errors import ProviderError
from provider.functions import Functions
from provider.image import Image
from provider.policies import MEANINGS
from provider.resource import Failure
from provider.worker_client import Workers
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig
from tests.unit.recorder import run

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[rig.Cloud, Workers]]:
    with running(tmp_path_factory.mktemp("cloud")) as found:
        yield found


def inputs(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"region": rig.REGION, "version": rig.VERSION, "configuration": document, "clusterName": "hpc", **more}


def checked(life: Life, given: dict[str, Any]) -> list[Failure]:
    life.lines.clear()
    return life.kind.check(life.logical, {}, given, b"seed", life.task()).failures


def test_validators_speak_at_the_path_of_the_value_and_can_be_suppressed(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Cluster(workers), "hpc")
    document = rig.document(cloud.subnet)
    document["HeadNode"]["Ssh"]["KeyName"] = "nobody"
    (failure,) = checked(life, inputs(document))
    assert failure.path == "configuration.HeadNode.Ssh.KeyName"
    assert failure.reason.startswith("KeyPairValidator: ")
    assert checked(life, inputs(document, suppressValidators=["KeyPairValidator"])) == []


def test_a_sound_document_is_validated_once(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Cluster(workers), "hpc")
    document = rig.document(cloud.subnet)
    document["HeadNode"]["CustomActions"] = {"OnNodeConfigured": {"Script": "s3://nowhere/at-all.sh"}}
    assert checked(life, inputs(document)) == []
    assert [line.split(":")[0] for line in life.lines] == ["WARNING AsyncTimedUrlValidator"]
    assert checked(life, inputs(document)) == []
    assert life.lines == []


def test_a_build_is_validated_and_no_role_is_made(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Image(workers), "base")
    given = {"region": rig.REGION, "version": rig.VERSION, "os": "alinux2023", "architecture": "x86_64"}
    assert checked(life, given | {"configuration": {"Build": {"InstanceType": "c5.xlarge"}}}) == []
    failures = checked(life, given | {"configuration": {"Build": {"InstanceType": "c6g.xlarge"}}})
    assert [(failure.path, failure.reason.split(":")[0]) for failure in failures] == [
        ("configuration.Build.InstanceType", "InstanceTypeBaseAMICompatibleValidator")
    ]
    assert cloud.client("iam").list_roles()["Roles"] == []


def test_the_functions_answer_from_the_real_library(place: tuple[rig.Cloud, Workers]) -> None:
    functions = Functions(place[1])
    images = functions.call(
        "parallelcluster:index:officialImages",
        {"region": rig.REGION, "version": rig.VERSION, "os": "alinux2023", "architecture": "arm64"},
    )["images"]
    assert [(image["os"], image["architecture"], image["version"]) for image in images] == [
        ("alinux2023", "arm64", rig.VERSION)
    ]

    def policy(path: str) -> tuple[str, str]:
        found = functions.call("parallelcluster:index:updatePolicy", {"version": rig.VERSION, "path": path})
        return found["policy"], found["meaning"]

    assert policy("Image/Os") == ("UNSUPPORTED", "replaces the cluster")
    assert policy("Scheduling.SlurmQueues[a].CapacityType") == (
        "QUEUE_UPDATE_STRATEGY",
        MEANINGS["QUEUE_UPDATE_STRATEGY"],
    )
    assert policy("DirectoryService/DomainName")[1] == "stops the fleet and needs login nodes at 0"
    with pytest.raises(ProviderError, match="nearest: Scheduling/SlurmQueues/ComputeResources/MaxCount"):
        policy("Scheduling/SlurmQueues/ComputeResources/MaxCont")

    absent = {"region": rig.REGION, "clusterName": "nobody"}
    with pytest.raises(ProviderError, match=f"no ParallelCluster cluster nobody in {rig.REGION}"):
        functions.call("parallelcluster:index:describeCluster", absent)


@pytest.mark.parametrize("version", environment.versions())
def test_every_policy_of_every_version_has_words(place: tuple[rig.Cloud, Workers], version: str) -> None:
    table = place[1].of(version).call("update_policies", rig.REGION)
    assert len(table) > 300
    assert {found["policy"] for found in table.values()} <= MEANINGS.keys()
    # What a policy always needs is what its words say.
    words = {"fleet": "stops the fleet", "login": "at 0", "replacement": "replaces the cluster"}
    for path, found in table.items():
        for need in found["needs"]:
            assert need == "depends" or words[need] in MEANINGS[found["policy"]], path


EXISTING = {
    "kind": "existing",
    "servers": ["10.0.0.5"],
    "serverName": "dc1.hpc.internal",
    "adminSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf",
    "readOnlyUser": "cn=Reader,dc=hpc,dc=internal",
    "readOnlySecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:reader-AbCdEf",
    "searchBase": "ou=People,dc=hpc,dc=internal",
}
JOINED = {
    "managed-ad": {"kind": "managed-ad", "allowedGroups": ["hpcusers", "admins"], "generateSshKeys": False},
    "simple-ad": {"kind": "simple-ad"},
    "existing": EXISTING,
}


@pytest.mark.parametrize("name", JOINED)
def test_every_kind_of_directory_is_one_that_parallelcluster_joins(place: tuple[rig.Cloud, Workers], name: str) -> None:
    cloud, workers = place
    manager = cloud.client("secretsmanager")
    arn = manager.create_secret(Name=f"reader-{name}", SecretString="a-password")["ARN"]
    made = run(directory=JOINED[name], jumpHost={"kind": "ec2"}).one("parallelcluster:index:Cluster")
    section = {**made.inputs["configuration"]["DirectoryService"], "PasswordSecretArn": arn}
    assert section["AdditionalSssdConfigs"].get("ldap_search_base") == JOINED[name].get("searchBase")
    life, document = Life(Cluster(workers), "hpc"), rig.document(cloud.subnet)
    assert checked(life, inputs({**document, "DirectoryService": section})) == []
    assert life.lines == []


def test_parallelcluster_refuses_what_the_program_never_writes(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life, document = Life(Cluster(workers), "hpc"), rig.document(cloud.subnet)
    section = run(directory=EXISTING).one("parallelcluster:index:Cluster").inputs["configuration"]["DirectoryService"]
    lines = {**section["AdditionalSssdConfigs"], "id_provider": "ad"}
    wrong = {"DomainName": EXISTING["searchBase"], "AdditionalSssdConfigs": lines}
    found = checked(life, inputs({**document, "DirectoryService": {**section, **wrong}}))
    assert {failure.reason.split(":")[0] for failure in found} == {f"{key}Validator" for key in wrong}
