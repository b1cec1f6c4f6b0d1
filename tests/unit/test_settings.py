"""The stack file: its minimum, its errors, its secrets, its old names."""

import json
from pathlib import Path
from typing import Any

import pytest

from settings import Settings, SettingsError, load, reference

MINIMUM = {"hpcstack:team": "genomics", "hpcstack:email": "hpc@example.org", "hpcstack:region": "eu-west-1"}


def load_with(secret: tuple[str, ...] = (), **changes: Any) -> Settings:
    raw = dict(MINIMUM)
    for key, value in changes.items():
        raw[f"hpcstack:{key}"] = value if isinstance(value, str) else json.dumps(value)
    return load(raw, [f"hpcstack:{key}" for key in secret])


def problems(**changes: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_with(**changes)
    return caught.value.problems


def test_three_keys_are_a_valid_stack() -> None:
    settings = load(MINIMUM)
    assert (settings.team, settings.environment, settings.directory.kind) == ("genomics", "dev", "none")
    assert [queue.name for queue in settings.cluster.queues] == ["compute"]
    assert not settings.protected


def test_an_empty_stack_names_all_three_keys_and_the_command() -> None:
    with pytest.raises(SettingsError) as caught:
        load({})
    assert len(caught.value.problems) == 3
    assert "region: is required and not set; run: pulumi config set hpcstack:region <value>" in caught.value.problems


def test_other_namespaces_are_not_ours() -> None:
    assert load({**MINIMUM, "aws:region": "us-east-1"}).region == "eu-west-1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"team": "Genomics"}, 'team: "Genomics" has the wrong form; allowed: 2 to 20 lower-case letters'),
        ({"regoin": "x"}, "regoin: unknown key; did you mean region?"),
        ({"environment": "test"}, "environment: \"test\" is not one of 'dev', 'prod'"),
        ({"network": {"zones": 4}}, "network.zones: 4 is refused: input should be less than or equal to 3"),
        ({"network": {"cidr": "8.0.0.0/16"}}, 'network.cidr: "8.0.0.0/16" is a public range'),
        ({"network": {"cidr": "10.0.0.0/8"}}, 'network.cidr: "10.0.0.0/8" is a /8'),
        ({"network": {"vpcId": "vpc-0123456789abcdef0"}}, "network: vpcId needs publicSubnetIds"),
        ({"network": {"privateSubnetIds": ["subnet-0123456789abcdef0"]}}, "need vpcId"),
        ({"cluster": {"version": 3.16}}, "cluster.version: 3.16 is not one of '3.16.1'"),
        ({"cluster": {"queues": []}}, "cluster.queues: [] is refused"),
        ({"cluster": {"queues": [{"name": "a"}, {"name": "a"}]}}, "queues: the name a stands twice"),
        ({"cluster": {"queues": [{"name": "a", "minCount": 5}]}}, "minCount 5 is above maxCount 4"),
        ({"cluster": {"queues": [{"name": "a", "instanceTypes": ["c5"]}]}}, "EC2 instance types such as c6i.xlarge"),
        ({"cluster": {"suppressValidators": ["ALL"]}}, '"ALL" is refused'),
        ({"image": {"build": True, "customAmi": "ami-0123456789abcdef0"}}, "build and customAmi exclude each other"),
        ({"image": {"os": "alinux2"}}, 'image.os: "alinux2" is not one of'),
        ({"directory": {"kind": "samba-ad"}}, 'kind "samba-ad" (two Samba domain controllers on EC2) is not there yet'),
        ({"directory": {"kind": "existing"}}, 'kind "existing" needs servers, serverName, adminSecretArn'),
        ({"users": {"count": 5}}, 'users.count needs a directory, and directory.kind is "none"'),
        ({"users": {"prefix": "a-very-long-prefix-x"}}, "is longer than 20 characters"),
        ({"jumpHost": {"kind": "existing"}}, 'kind "existing" needs host and user'),
        ({"jumpHost": {"host": "x"}}, 'host is for kind "existing" only'),
        ({"ssh": {"keyName": "k", "publicKey": "ssh-ed25519 AAAA"}}, "keyName and publicKey exclude each other"),
        ({"tags": {"aws:owner": "x"}}, 'starts with "aws:", which is reserved'),
        ({"databases": {"slurm": {"engineVersion": "8.0.40"}}}, "databases.slurm.engineVersion"),
        ({"storage": {"folders": [{"name": "a", "mountDir": "home"}]}}, "an absolute path such as /shared"),
        ({"slurmDatabasePassword": "correct horse"}, "slurmDatabasePassword: stands in clear text in the stack file"),
        ({"network": "{"}, "network: "),
    ],
)
def test_a_mistake_is_one_line_that_names_key_value_and_remedy(changes: dict[str, Any], expected: str) -> None:
    assert any(expected in problem for problem in problems(**changes)), problems(**changes)


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems(team="X", network={"zone": 2, "cidr": "nonsense"}, users={"width": 0})
    assert len(found) == 4


def test_a_clear_text_secret_is_never_repeated() -> None:
    found = problems(directoryAdminPassword="hunter2-hunter2", team="X")
    assert "hunter2" not in "\n".join(found)


def test_a_short_secret_is_refused_without_its_text() -> None:
    with pytest.raises(SettingsError) as caught:
        load_with(secret=("slurmDatabasePassword",), slurmDatabasePassword="short")
    assert "short" not in str(caught.value).replace("too short", "")


def test_secrets_are_read_when_they_are_encrypted_and_hidden_in_repr() -> None:
    settings = load_with(secret=("slurmDatabasePassword",), slurmDatabasePassword="correct horse")
    assert settings.slurm_database_password is not None
    assert settings.slurm_database_password.get_secret_value() == "correct horse"
    assert "correct horse" not in repr(settings)


def test_old_names_are_read_with_a_warning_that_names_the_new_key() -> None:
    warnings: list[str] = []
    raw = {**MINIMUM, "hpcstack:Domain": "pwb.posit.co", "hpcstack:ServerInstanceType": "t3.medium"}
    settings = load(raw, (), warnings.append)
    assert settings.directory.domain_name == "pwb.posit.co"
    assert settings.jump_host.instance_type == "t3.medium"
    assert (
        warnings[1]
        == "hpcstack:Domain is the old name of hpcstack:directory.domainName: it is read; rename it in the stack file"
    )


def test_an_old_and_its_new_name_together_are_refused() -> None:
    found = problems(Domain="pwb.posit.co", directory={"domainName": "other.org"})
    assert found == ["Domain: is the old name of directory.domainName, and both are set: remove Domain"]


def test_an_old_secret_name_must_be_encrypted_too() -> None:
    found = problems(DomainPW="clear-text-password")
    assert any("directoryAdminPassword: stands in clear text" in problem for problem in found)
    assert load_with(secret=("DomainPW",), DomainPW="clear-text-password").directory_admin_password


def test_the_reference_page_is_up_to_date_and_explains_every_key() -> None:
    page = (Path(__file__).parent.parent.parent / "docs/configuration.md").read_text()
    assert page == reference.render() + "\n", "run: python -m settings.reference > docs/configuration.md"
    assert not [line for line in page.splitlines() if line.endswith("|  |")]
