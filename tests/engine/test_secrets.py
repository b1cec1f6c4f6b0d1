"""No secret is anywhere but where it is meant to be, after a whole life of two stacks, one of which fails, in verbose mode.

tests/unit/test_canaries.py and tests/emulator/test_canaries_account.py show that the search finds what is planted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.emulator import recording
from tests.canaries.search import Canaries, below, changed, files
from tests.engine.life_with_canaries import ROOT, Life, live

pytestmark = [pytest.mark.engine, pytest.mark.directory]

MEANT_TO_HOLD = {
    ".localcloud/passphrase": "opens the state of the local cloud's stacks",
    ".localcloud/jumphost/client_key": "the login of the local jump host",
    ".localcloud/directory/admin-password": "of the local domain controller",
    ".localcloud/directory/read-only-password": "of the local domain controller",
    "requests": "the recording itself",
}
"""Files that hold secrets, and why; they are their owner's alone."""

MEANT_TO_CARRY = {
    "acm:ImportCertificate": "secret genomics-dev-directory-ca-ldaps-.*",
    "secretsmanager:CreateSecret": "secret local-directory-.*",
    "secretsmanager:PutSecretValue": r"secret .*|db_password of local|(DomainPW|.*DatabasePassword) of dev",
    "rds:CreateDBInstance": r"secret .*-db-.*|db_password of local|.*DatabasePassword of dev",
    "ds:CreateMicrosoftAD": "DomainPW of dev",
}
"""Calls that have to carry secrets, and which: an account's own directory passwords, which the local cloud puts there before any
stack; what the program stores in Secrets Manager; what RDS and Directory Service
have to be told; and the key that the load balancer serves with."""

PROGRAM = re.compile(rb"pulumi-language-python-exec\0")
CONFIGURATION = b"PULUMI_CONFIG="
"""Pulumi's language hosts hand the stack's configuration to the program in this variable, decrypted (protocol of the SDK)."""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    yield from live(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="module")
def canaries(life: Life) -> Canaries:
    return Canaries(life.canaries)


def test_the_life_had_secrets_of_all_kinds(life: Life) -> None:
    generated = sorted(name for name in life.canaries if name.startswith("secret "))
    assert [name.rpartition("-0")[0] for name in generated if "local-directory" not in name] == [
        "secret demo-local-slurm-db",
        "secret genomics-dev-directory-ca",
        "secret genomics-dev-directory-ca-ldaps",
        "secret genomics-dev-directory-read-only",
    ]
    assert len(generated) == 6
    assert sum(name.startswith("password of ") for name in life.canaries) == 3
    assert len(life.canaries) == 6 + 3 + 4 + 2


def test_no_secret_is_printed(life: Life, canaries: Canaries) -> None:
    assert len(life.shown) > 25
    assert canaries.search(life.shown) == []


def test_the_project_and_the_local_cloud_keep_secrets_only_where_they_are_meant_to_be(
    life: Life, canaries: Canaries
) -> None:
    searched = dict(files(life.folder, may_hold=MEANT_TO_HOLD))
    for part in ("backend/.pulumi/stacks", "backend/.pulumi/history", "backend/.pulumi/backups", "logs"):
        assert any(f"/.localcloud/{part}/" in place for place in searched), f"nothing of {part} was searched"
    assert {str(life.folder / name) for name in ("trace", "plan", "graph")} <= set(searched)
    assert any("/pulumi." in place and ".log." in place for place in searched), "pulumi's own log was not searched"
    assert life.state.stat().st_mode & 0o077 == 0
    assert canaries.search(searched.items()) == []
    assert canaries.search(files(ROOT / ".build")) == []


def test_nothing_else_on_the_machine_got_a_secret(life: Life, canaries: Canaries) -> None:
    assert life.credentials
    assert life.credentials.stat().st_mode & 0o777 == 0o600
    own = {life.credentials, *files_of(life)}
    homes = [Path.home() / name for name in (".cache", ".pulumi", ".ssh", ".aws", ".config")]
    places = [Path(name) for name in ("/tmp", "/var/tmp", "/dev/shm", "/run")]
    assert canaries.search(changed([ROOT, *homes, *places], since=life.began, but=own)) == []


def files_of(life: Life) -> set[Path]:
    return set(below(life.folder))


def test_temporary_files_are_gone(life: Life) -> None:
    """Keys, ticket caches and control sockets. What jsii leaves when its process is killed holds no secret, as searched above."""
    left = {path.name for path in life.temporary.iterdir()}
    assert not [name for name in left if name.startswith(("ssh-", "hpcstack-"))]


def test_the_record_of_all_calls_is_not_written(life: Life) -> None:
    """PULUMI_DEBUG_GRPC was set."""
    assert not life.calls.exists()


def test_only_the_calls_that_must_carry_secrets_do(life: Life, canaries: Canaries) -> None:
    requests = list(recording.read(life.requests))
    assert len(requests) > 1000
    carried: set[str] = set()
    for request in requests:
        heap = "\n".join([request.path, request.query, *request.headers.values()]).encode() + b"\n" + request.body
        for found in canaries.search([(request.name, heap)]):
            assert re.fullmatch(MEANT_TO_CARRY.get(request.name, "none"), found.name), found
            carried.add(request.name)
    assert carried == set(MEANT_TO_CARRY), "a call of the list carries no secret any more"


def test_no_secret_can_be_read_in_the_account(life: Life, canaries: Canaries) -> None:
    """Buckets with all versions, user data, templates and their parameters, logs, tags, descriptions."""
    for kind in ("s3://", "user data of launch template ", "user data of i-", "CloudFormation template", "log /aws/"):
        assert any(place.startswith(kind) for place, _ in life.account), f"nothing of {kind} was searched"
    assert canaries.search(life.account) == []


def test_no_secret_is_an_argument_of_a_process(life: Life, canaries: Canaries) -> None:
    assert any(b"create-users" in sample.arguments for sample in life.sampler.samples)
    assert any(sample.arguments.startswith(b"ssh\0") for sample in life.sampler.samples)
    assert canaries.search((sample.command, sample.arguments) for sample in life.sampler.samples) == []


def test_only_the_program_has_secrets_in_its_environment(life: Life, canaries: Canaries) -> None:
    """And only the configuration as Pulumi hands it over. Nobody has the passphrase: the variable names its file."""
    carriers = [sample for sample in life.sampler.samples if canaries.search([(sample.command, sample.environment)])]
    assert carriers, "the program was never sampled with its configuration"
    for sample in carriers:
        for variable in sample.environment.split(b"\0"):
            found = canaries.search([(sample.command, variable)])
            allowed = PROGRAM.search(sample.arguments) and variable.startswith(CONFIGURATION)
            assert allowed or not found, (variable.partition(b"=")[0], found)
            assert not {one.name for one in found} - {"jumpHostPrivateKey", *life.given}, found
