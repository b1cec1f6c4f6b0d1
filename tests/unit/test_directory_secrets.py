"""Passwords from and into Secrets Manager: by boto3 and by the real AWS CLI, against an emulated service."""

import argparse
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from scripts.directory.faults import BadInput, LocalFault, Unreachable
from scripts.directory.passwords import aws, given, secrets_manager
from scripts.directory.passwords.credentials import read
from scripts.directory.passwords.sealing import LABEL, ObjectVault, SealedCredentials, SecretVault
from scripts.directory.wanted.checks import Checks, Target

TARGET = Target("hpc.example.org", ("10.0.1.5",), "Administrator", None)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(params=["boto3", "cli"])
def way(request: pytest.FixtureRequest, service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """How the tool reaches the service; a home and a role of its own."""
    if request.param == "cli":
        if shutil.which("aws") is None:
            pytest.skip("the AWS CLI is not installed")
        monkeypatch.setattr(aws, "find_spec", lambda name: None)
    settings = {"AWS_ENDPOINT_URL": service, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**settings, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return request.param


def secret(text: str | None = None) -> str:
    client = boto3.client("secretsmanager", region_name="eu-central-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    more = {} if text is None else {"SecretString": text}
    return client.create_secret(Name=f"s{os.urandom(4).hex()}", **more)["ARN"]


def sealed(arn: str) -> list[dict[str, str]]:
    """The versions that an operator has to fetch."""
    client = boto3.client("secretsmanager", region_name="eu-central-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    stages = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    names = [name for name, labels in stages.items() if any(label.startswith(LABEL) for label in labels)]
    return [json.loads(client.get_secret_value(SecretId=arn, VersionId=name)["SecretString"]) for name in names]


def test_new_passwords_are_sealed_apart_from_earlier_ones_and_leave_the_disk(way: str) -> None:
    arn = secret("what it is for")
    for name in ("anna", "bert"):
        file = SealedCredentials(SecretVault(arn))
        file.open(2)
        file.promise({name: "new"})
        file.promise({"carl": "never made"})
        assert read(file.path) == {name: "new", "carl": "never made"}
        assert file.close({name}) == arn
        assert not file.path.exists()
    assert sorted(map(list, sealed(arn))) == [["anna"], ["bert"]]
    assert secrets_manager.get(arn) == "what it is for"


def test_many_passwords_take_several_versions(way: str) -> None:
    arn = secret("what it is for")
    file = SealedCredentials(SecretVault(arn))
    file.open(1500)
    names = [f"posit{number:04}" for number in range(1500)]
    file._rows = dict.fromkeys(names, "x" * 24)
    file.close(set(names))
    assert sorted(name for part in sealed(arn) for name in part) == names
    assert len(sealed(arn)) == 2


def test_what_a_killed_run_left_is_sealed_by_the_next(way: str) -> None:
    arn = secret("what it is for")
    killed = SealedCredentials(SecretVault(arn))
    killed.open()
    killed.promise({"anna": "kept"})
    os.close(killed._fd)
    again = SealedCredentials(SecretVault(arn))
    again.open()
    again.close(set())
    assert sealed(arn) == [{"anna": "kept"}]
    assert not again.path.exists()


def test_a_secret_that_cannot_take_them_is_told_before_the_work(way: str) -> None:
    arn = secret("what it is for")
    with pytest.raises(BadInput, match="has no room for 20749 more passwords"):
        SealedCredentials(SecretVault(arn)).open(20_749)
    with pytest.raises(BadInput, match="Secrets Manager refused describe-secret"):
        SealedCredentials(SecretVault(arn.replace("secret:s", "secret:none"))).open()


def test_passwords_that_cannot_be_sealed_stay_in_the_file(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SealedCredentials(SecretVault(secret("{}")))
    file.open()
    file.promise({"anna": "kept"})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(LocalFault, match="new passwords are not sealed, but in"):
        file.close({"anna"})
    assert read(file.path) == {"anna": "kept"}


def test_new_passwords_are_sealed_in_objects_that_kms_encrypts(way: str) -> None:
    s3 = boto3.client("s3", region_name="eu-central-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    bucket = f"b{os.urandom(4).hex()}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    prefix = f"s3://{bucket}/new-passwords/"
    for name in ("anna", "bert"):
        file = SealedCredentials(ObjectVault(prefix, "eu-central-1"))
        file.open(2)
        file.promise({name: "new", "carl": "never made"})
        assert file.close({name}) == prefix
        assert not file.path.exists()
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="new-passwords/")["Contents"]]
    objects = [s3.get_object(Bucket=bucket, Key=key) for key in keys]
    assert [json.loads(one["Body"].read()) for one in objects] == [{"anna": "new"}, {"bert": "new"}]
    assert {one["ServerSideEncryption"] for one in objects} == {"aws:kms"}


def test_a_bucket_that_refuses_leaves_them_in_the_file(way: str) -> None:
    file = SealedCredentials(ObjectVault("s3://is-not-there/new-passwords/", "eu-central-1"))
    file.open()
    file.promise({"anna": "kept"})
    with pytest.raises(LocalFault, match=r"not sealed, but in .*S3 refused put-object of s3://is-not-there/new-pass"):
        file.close({"anna"})
    assert read(file.path) == {"anna": "kept"}


@pytest.mark.parametrize("text", ["Admin-Passw0rd", '{"username": "Administrator", "password": "Admin-Passw0rd"}'])
def test_the_administrators_password_comes_from_a_secret(way: str, text: str) -> None:
    options = argparse.Namespace(admin_secret_arn=secret(text), passwords_stdin=False)
    assert given.take(options, Checks(options), TARGET).admin == "Admin-Passw0rd"


def test_the_service_users_password_comes_from_a_secret(way: str) -> None:
    arns = {"admin_secret_arn": secret("Admin-Passw0rd"), "password_secret_arn": secret("Reader-Passw0rd")}
    options = argparse.Namespace(**arns, passwords_stdin=False)
    found = given.take(options, Checks(options), TARGET, service_user=True)
    assert (found.admin, found.service_user) == ("Admin-Passw0rd", "Reader-Passw0rd")


def test_a_secret_without_a_password_is_told(way: str) -> None:
    for arn in (secret(), secret('{"user": "x"}')):
        options = argparse.Namespace(admin_secret_arn=arn, passwords_stdin=False)
        with pytest.raises(Unreachable, match="holds no password"):
            given.take(options, Checks(options), TARGET)


def test_what_is_no_arn_is_bad_input() -> None:
    options = argparse.Namespace(admin_secret_arn="my-secret", passwords_stdin=False)
    with pytest.raises(BadInput, match="--admin-secret-arn 'my-secret' is not allowed"):
        given.take(options, Checks(options), TARGET)
