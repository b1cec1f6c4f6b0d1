"""Secrets reach only the inputs that must be told them, and these are marked secret."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pulumi_command as command
import pytest

from tests.unit.contracts.stack_files import CANARY, every_stack_file, made
from tests.unit.contracts.walk import Text, texts
from tests.unit.recorder import Recorder, record

PLACES = {
    ("aws:secretsmanager/secretVersion:SecretVersion", ".secretString"),
    ("aws:rds/instance:Instance", ".password"),
    ("aws:acm/certificate:Certificate", ".privateKey"),
    ("aws:directoryservice/directory:Directory", ".password"),
    ("command:remote:Command", ".stdin"),
    ("command:remote:Command", ".connection.privateKey"),
    ("command:remote:CopyToRemote", ".connection.privateKey"),
}
"""Who must be told a secret. Everybody else gets an ARN."""


def is_secret(text: Text) -> bool:
    """Keys of certificates are made in the program's process, so that no canary can stand in them."""
    return CANARY in text.value or "PRIVATE KEY" in text.value


def faults(recorder: Recorder) -> list[str]:
    found: list[str] = []
    for one in recorder.resources:
        for text in texts(one.raw):
            if is_secret(text) and not text.secret:
                found.append(f"{one.urn} {text.path}: a secret that is not marked as one")
            if is_secret(text) and (one.token, text.path) not in PLACES:
                found.append(f"{one.urn} {text.path}: a secret where none is needed")
        if CANARY in f"{one.name}{one.options}":
            found.append(f"{one.urn}: a secret in a name or an option")
    return found + [f"{text.path}: a secret in an output" for text in texts(recorder.outputs) if is_secret(text)]


@every_stack_file
def test_secrets_are_marked_and_go_where_they_must(name: str) -> None:
    assert faults(made(name).recorder) == []


def test_the_recordings_hold_secrets_in_every_place() -> None:
    seen = {
        (one.token, text.path)
        for name in ("prod", "prod, secrets given")
        for one in made(name).recorder.resources
        for text in texts(one.raw)
        if is_secret(text)
    }
    assert seen == PLACES
    kinds = {text.value for one in made("prod, secrets given").recorder.resources for text in texts(one.raw)}
    given = ("given-directory", "given-applications", "given-slurm", "given-key", "generated-0")
    assert all(any(f"{CANARY}{kind}" in text for text in kinds) for kind in given)


SECRET = f"{CANARY}x"


def _in_user_data() -> None:
    aws.ec2.Instance("host", user_data=f"echo {SECRET}")


def _in_user_data_as_secret() -> None:
    aws.ec2.Instance("host", user_data=pulumi.Output.secret(f"echo {SECRET}"))


def _in_a_command() -> None:
    connection = command.remote.ConnectionArgs(host="h")
    command.remote.Command("run", connection=connection, create=pulumi.Output.secret(f"tool --password {SECRET}"))


def _in_a_document() -> None:
    settings = {"Scheduling": {"SlurmSettings": {"CustomSlurmSettings": [{"StoragePass": SECRET}]}}}
    pulumi.CustomResource("parallelcluster:index:Cluster", "cluster", {"configuration": settings})


def _standard_input_in_plain() -> None:
    command.remote.Command("run", connection=command.remote.ConnectionArgs(host="h"), create="tool", stdin=SECRET)


def _in_an_object() -> None:
    aws.s3.BucketObjectv2("object", bucket="b", source=pulumi.StringAsset(SECRET))


def _a_key_in_an_object() -> None:
    key = pulumi.Output.secret("-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n")
    aws.s3.BucketObjectv2("object", bucket="b", content=key)


def _in_an_output() -> None:
    pulumi.export("password", SECRET)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (_in_user_data, ["not marked as one", "where none is needed"]),
        (_in_user_data_as_secret, ["where none is needed"]),
        (_in_a_command, ["where none is needed"]),
        (_in_a_document, ["not marked as one", "where none is needed"]),
        (_standard_input_in_plain, ["not marked as one"]),
        (_in_an_object, ["not marked as one", "where none is needed"]),
        (_a_key_in_an_object, ["where none is needed"]),
        (_in_an_output, ["in an output"]),
    ],
)
def test_a_secret_in_a_wrong_place_is_found(wrong: Callable[[], None], expected: list[str]) -> None:
    found = faults(record(wrong))
    assert len(found) == len(expected)
    assert all(text in fault for text, fault in zip(expected, found, strict=True))
