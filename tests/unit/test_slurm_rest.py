"""Slurm's REST API in the cluster's document and in the stack; tokens for it."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from components import x509
from planning.slurm_fragments import fragments
from scripts.node.slurmrestd.keys import KEY, KEY_SET, Source
from scripts.operator import slurm_token, stack
from tests.unit.node_manifests import CLUSTER, sections, steps
from tests.unit.recorder import Recorder, run
from tests.unit.test_planning import JOINED, document
from tests.unit.test_settings import load_with

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rest-AbCdEf"
OTHER = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls-AbCdEf"
PLACED = {**JOINED, "directory": None, "slurm_rest_key_arn": ARN}
JWKS = {"jwks": {"url": "https://id.example.org/certs"}}


def lines(rest: dict[str, Any]) -> dict[str, Any]:
    found = document(PLACED, cluster={"slurmRestApi": rest})["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"]
    return {key: value for line in found for key, value in line.items()}


def test_the_head_node_gets_its_key_before_slurm_starts_and_the_daemon_after() -> None:
    made = run(cluster={"slurmRestApi": {"port": 9090}, "loginNodes": {"count": 1}})
    ((program, (prepare, *key)),) = steps(made, "head", "OnNodeStart")
    assert (program, prepare, key[0], key[1].split(":")[2]) == (
        "slurmrestd",
        "prepare",
        "--key-secret",
        "secretsmanager",
    )
    serve = [("slurmrestd", ["serve", *key, "--port", "9090", "--refresh-minutes", "60"])]
    assert steps(made, "head", "OnNodeConfigured") == steps(made, "head", "OnNodeUpdated") == serve
    found = sections(made.one(CLUSTER).inputs["configuration"])
    assert not {"CustomActions"} & {*found["login"], *found["compute"]}


def test_another_kind_of_key_is_another_cluster_and_another_port_is_not() -> None:
    """Slurm starts with it before a node's programs run, in an update too."""

    def started(rest: dict[str, Any], **more: Any) -> list[Any]:
        actions = document(PLACED, cluster={"slurmRestApi": rest, **more})["HeadNode"]["CustomActions"]
        return [actions["OnNodeStart"], actions["OnNodeConfigured"]]

    assert started({}) == started({"port": 9090, "refreshMinutes": 5})
    assert started({}) != started(JWKS)
    assert started({}) != started({"tls": {}}, dnsZone="a.internal")


@pytest.mark.parametrize(
    ("rest", "source", "more"),
    [
        ({"maxTokenLifespan": 600}, Source(key_secret=ARN, jwks_url=None), ",max_token_lifespan=600"),
        (JWKS, Source(key_secret=None, jwks_url="https://id.example.org/certs", user_claim="preferred_username"), ""),
    ],
)
def test_slurm_conf_and_the_program_mean_the_same_files(rest: dict[str, Any], source: Source, more: str) -> None:
    assert lines(rest) == {"AuthAltTypes": "auth/jwt", "AuthAltParameters": source.parameter + more}
    assert {KEY, KEY_SET} == {"/var/spool/slurm.state/jwt_hs256.key", "/var/spool/slurm.state/jwks.json"}


def test_a_stack_without_it_has_none_of_it() -> None:
    assert fragments(load_with()) == []
    made = run()
    assert not made.named("hpcstack:index:SlurmRest")
    assert not {name for name in made.outputs if name.startswith("slurmrest")}


def test_a_made_key_is_a_secret_that_the_head_node_alone_may_read() -> None:
    made = run(cluster={"slurmRestApi": {}})
    (policy,) = [one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("slurm-rest-key")]
    assert json.loads(policy.inputs["policy"])["Statement"][0]["Action"] == "secretsmanager:GetSecretValue"
    cluster = made.one("parallelcluster:index:Cluster").inputs["configuration"]
    policies = [
        len(one["Iam"]["AdditionalIamPolicies"])
        for one in (cluster["HeadNode"], cluster["Scheduling"]["SlurmQueues"][0])
    ]
    assert policies[0] == policies[1] + 1
    assert made.outputs["slurmrest_url"].startswith("http://")
    assert made.outputs["slurmrest_url"].endswith(":8082")
    assert made.outputs["slurmrest_max_token_lifespan"] == 86_400


def test_a_given_secret_is_read_and_none_is_made() -> None:
    made = run(cluster={"slurmRestApi": {"signingKeySecretArn": ARN}})
    assert made.outputs["slurmrest_key_secret_arn"] == ARN
    assert not [one for one in made.named("aws:secretsmanager/secret:Secret") if "rest" in one.name]
    (policy,) = [one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("slurm-rest-key")]
    read, decrypt = json.loads(policy.inputs["policy"])["Statement"]
    assert (read["Action"], read["Resource"]) == ("secretsmanager:GetSecretValue", [ARN])
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", "arn:aws:kms:eu-west-1:*:key/*")
    assert decrypt["Condition"] == {"StringEquals": {"kms:EncryptionContext:SecretARN": ARN}}


def test_with_an_identity_provider_there_is_no_key() -> None:
    made = run(cluster={"slurmRestApi": JWKS})
    assert not made.named("hpcstack:index:SlurmRest")
    assert "slurmrest_key_secret_arn" not in made.outputs
    assert "disable_token_creation" in lines(JWKS)["AuthAltParameters"]


def test_with_tls_the_head_node_gets_a_certificate_of_its_name_and_clients_its_authority() -> None:
    made = run(cluster={"slurmRestApi": {"tls": {}}, "dnsZone": "a.internal"})
    ((_, (*_, option, arn, _, name, alone)),) = steps(made, "head", "OnNodeConfigured")
    assert (option, arn.split(":")[2], name) == ("--tls-secret", "secretsmanager", "head.a.internal")
    assert alone == "--tls-alone"
    ((_, prepare),) = steps(made, "head", "OnNodeStart")
    assert "--tls-secret" not in prepare
    assert made.outputs["slurmrest_url"].startswith("https://")
    (issued,) = [one for one in made.named("aws:secretsmanager/secretVersion:SecretVersion") if "ca-head" in one.name]
    bundle, authority = issued.inputs["secretString"]["value"], made.outputs["slurmrest_ca_certificate"]
    assert x509.misfit(bundle, authority, ["head.a.internal"], []) == ""
    assert "PRIVATE" not in authority
    (read,) = rights(made)
    assert sorted("ca-head" in arn for arn in read["Resource"]) == [False, True]


def test_a_given_certificate_is_read_also_where_an_identity_provider_signs_tokens() -> None:
    authority = x509.certificate_text(x509.new_authority("ours"))
    tls = {"certificateSecretArn": OTHER, "caCertificate": authority}
    made = run(cluster={"slurmRestApi": {"tls": tls, **JWKS}, "dnsZone": "a.internal"})
    assert not [one for one in made.named("aws:secretsmanager/secret:Secret") if "rest" in one.name]
    assert [one["Resource"] for one in rights(made)] == [[OTHER], "arn:aws:kms:eu-west-1:*:key/*"]
    assert made.outputs["slurmrest_ca_certificate"] == authority
    ((_, serve),) = steps(made, "head", "OnNodeConfigured")
    assert serve[-1] == "--tls-alone"
    assert "slurmrest_key_secret_arn" not in made.outputs
    assert "slurmrest_max_token_lifespan" not in made.outputs


def test_a_given_certificate_of_an_authority_that_clients_know_needs_its_whole_chain() -> None:
    made = run(cluster={"slurmRestApi": {"tls": {"certificateSecretArn": OTHER}, **JWKS}, "dnsZone": "a.internal"})
    ((_, serve),) = steps(made, "head", "OnNodeConfigured")
    assert serve[-4:] == ["--tls-secret", OTHER, "--tls-name", "head.a.internal"]
    assert "slurmrest_ca_certificate" not in made.outputs


def rights(made: Recorder) -> list[dict[str, Any]]:
    (policy,) = [one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("slurm-rest-key")]
    return list(json.loads(policy.inputs["policy"])["Statement"])


def test_a_token_is_slurms_own() -> None:
    head, claims, signature = slurm_token.signed("alice", "k" * 32, 60, 1000).split(".")
    assert _decoded(head) == {"alg": "HS256", "typ": "JWT"}
    assert _decoded(claims) == {"exp": 1060, "iat": 1000, "sun": "alice"}
    wanted = hmac.digest(b"k" * 32, f"{head}.{claims}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64encode(wanted).decode().rstrip("=") == signature


def _decoded(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {
        "slurmrest_url": "http://10.0.0.1:8082",
        "slurmrest_key_secret_arn": ARN,
        "slurmrest_max_token_lifespan": 600,
    }
    monkeypatch.setattr(stack, "pulumi", lambda *_: json.dumps(found))
    monkeypatch.setattr(stack, "secret", lambda arn, what: "k" * 32 + "\n")
    return found


def test_the_token_alone_is_on_standard_output(outputs: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert slurm_token.main(["alice", "--stack", "dev"]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    claims = _decoded(told.out.split(".")[1])
    assert claims["exp"] - claims["iat"] == 600  # the stack's limit is below the default
    assert "for alice, 600 s, http://10.0.0.1:8082" in told.err


@pytest.mark.parametrize(
    ("change", "arguments", "told"),
    [
        ({}, ["--lifespan", "601"], "live 600 s at most"),
        ({"slurmrest_key_secret_arn": None}, [], "come from its identity provider"),
        ({"slurmrest_url": None}, [], "has no cluster.slurmRestApi"),
    ],
)
def test_no_token_without_a_key_or_beyond_the_limit(
    outputs: dict[str, Any], capsys: pytest.CaptureFixture[str], change: dict[str, Any], arguments: list[str], told: str
) -> None:
    outputs.update(change)
    assert slurm_token.main(["alice", "--stack", "dev", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_a_user_is_a_name() -> None:
    with pytest.raises(SystemExit, match="2"):
        slurm_token.main(["alice bob"])


def test_the_api_host_reaches_the_port_that_the_stack_file_says() -> None:
    made = run(apiHost={}, cluster={"slurmRestApi": {"port": 9090}, "dnsZone": "cluster.example.org"})
    rules = made.named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    (rule,) = [one for one in rules if "api-to-slurm-rest" in one.name]
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (9090, 9090)
