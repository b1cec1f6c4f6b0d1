"""The program on a mock engine: the API host, who reaches what, and what it may read."""

import json
from typing import Any

from scripts.api_host.configuration import Mount, Service
from scripts.api_host.service import container, environment_file, unit
from tests.unit.recorder import Recorded, Recorder, run

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
CLUSTER = {"slurmRestApi": {"port": 8090}, "dnsZone": "cluster.internal"}
FOLDERS = {"folders": [{"name": "shared", "mountDir": "/shared", "accessPoint": {"path": "/"}}]}
SERVICE = {"command": ["/usr/bin/true"], "secrets": {"db": SECRET}, "slurmKey": True}


def made(**host: Any) -> Recorder:
    return run(cluster=CLUSTER, storage=FOLDERS, apiHost={"folders": [{"name": "shared"}], "service": SERVICE, **host})


def rules_into(found: Recorder, group: str) -> list[tuple[str, float]]:
    """(source group, port) of all rules that let in."""
    return [
        (one.inputs["referencedSecurityGroupId"], one.inputs["fromPort"])
        for one in found.named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if one.inputs["securityGroupId"] == f"genomics-dev-{group}-id"
    ]


def configuration(found: Recorder) -> dict[str, Any]:
    (one,) = (
        one
        for one in found.named("aws:s3/bucketObjectv2:BucketObjectv2")
        if one.name.endswith("api_host-configuration.json")
    )
    return dict(json.loads(one.inputs["content"]))


def host(found: Recorder) -> Recorded:
    return found.one("aws:ec2/instance:Instance")


def test_the_head_node_lets_in_the_api_host_alone_and_by_one_port() -> None:
    found = made()
    assert rules_into(found, "slurm-rest") == [("genomics-dev-api-id", 8090)]
    document = found.one("parallelcluster:index:Cluster").inputs["configuration"]
    assert "genomics-dev-slurm-rest-id" in document["HeadNode"]["Networking"]["AdditionalSecurityGroups"]
    assert ("genomics-dev-api-id", 2049) in rules_into(found, "efs")
    assert rules_into(found, "api") == []


def test_without_the_rest_api_the_head_node_has_no_such_group() -> None:
    found = run(apiHost={})
    assert not [one for one in found.named("aws:ec2/securityGroup:SecurityGroup") if "slurm-rest" in one.name]
    assert configuration(found) == {
        "mounts": [],
        "region": "eu-west-1",
        "runner": None,
        "service": None,
        "slurmCaCertificate": None,
        "slurmUrl": None,
    }


def test_it_reads_its_two_objects_and_its_secrets_and_nothing_else() -> None:
    (policy,) = (one for one in made().named("aws:iam/rolePolicy:RolePolicy") if one.name == "genomics-dev-api-host")
    objects, secrets = json.loads(policy.inputs["policy"])["Statement"]
    assert (objects["Action"], len(objects["Resource"])) == ("s3:GetObject", 2)
    assert all("/api_host/" in arn and "*" not in arn for arn in objects["Resource"])
    assert secrets["Action"] == "secretsmanager:GetSecretValue"
    (key,) = set(secrets["Resource"]) - {SECRET}
    assert "slurm-rest" in key


def test_it_is_told_arns_and_a_name_that_stays() -> None:
    told = configuration(made())
    assert told["slurmUrl"] == "http://head.cluster.internal:8090"
    assert told["service"]["secrets"]["db"] == SECRET
    assert told["service"]["secrets"]["slurm-jwt-key"].startswith("arn:aws:secretsmanager:")
    (mount,) = told["mounts"]
    assert (mount["directory"], mount["accessPointId"]) == ("/shared", "genomics-dev-shared-id")


def test_with_tls_it_is_told_the_authority_too() -> None:
    cluster = {"slurmRestApi": {"tls": {}}, "dnsZone": "cluster.internal"}
    told = configuration(run(cluster=cluster, apiHost={}))
    assert told["slurmUrl"] == "https://head.cluster.internal:8082"
    assert told["slurmCaCertificate"].startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in told["slurmCaCertificate"]


def test_it_is_private_takes_tokens_only_and_keeps_its_image() -> None:
    inputs = host(made()).inputs
    assert inputs["associatePublicIpAddress"] is False
    assert inputs["metadataOptions"]["httpTokens"] == "required"
    assert inputs["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert host(made()).options["ignoreChanges"] == ["ami"]
    assert "ignoreChanges" not in host(made(ami="ami-0123456789abcdef0")).options
    assert host(made(instanceType="t4g.medium")).name == "genomics-dev-api-host-arm64"


def test_a_container_gets_no_secret_and_no_value_in_its_arguments() -> None:
    service = Service(
        image="registry.example.org/api:1",
        command=["serve", "100%", "$HOME"],
        user="api",
        port=8000,
        environment={"MODE": "a b"},
        secrets={"token": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token"},
    )
    shared = Mount(file_system_id="fs-1", access_point_id="fsap-1", directory="/shared", read_only=True, iam=False)
    words = container(service, [shared], service.environment, (990, 991), ["/etc/ca.pem"])
    assert {
        "--user=990:991",
        "--publish=8000:8000",
        "--volume=/shared:/shared:ro",
        "--env=MODE",
        "--volume=/etc/ca.pem:/etc/ca.pem:ro",
    } <= set(words)
    assert words[-4:] == ["registry.example.org/api:1", "serve", "100%", "$HOME"]
    text = unit(service, words)
    assert 'ExecStart="/usr/bin/podman" "run"' in text
    assert '"100%%" "$$HOME"\n' in text
    assert "a b" not in text
    assert environment_file(service.environment) == 'MODE="a b"\n'
