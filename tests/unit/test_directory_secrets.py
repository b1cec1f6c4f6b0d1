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
from scripts.directory.passwords import given, secrets_manager
from scripts.directory.passwords.credentials import read
from scripts.directory.passwords.sealing import SealedCredentials
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
        monkeypatch.setattr(secrets_manager, "boto3", None)
    settings = {"AWS_ENDPOINT_URL": service, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**settings, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return request.param


def secret(text: str | None = None) -> str:
    client = boto3.client("secretsmanager", region_name="eu-central-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    more = {} if text is None else {"SecretString": text}
    return client.create_secret(Name=f"s{os.urandom(4).hex()}", **more)["ARN"]


def test_new_passwords_are_sealed_beside_earlier_ones_and_leave_the_disk(way: str) -> None:
    arn = secret(json.dumps({"anna": "old"}))
    file = SealedCredentials(arn)
    file.open(2)
    file.promise("bert", "new")
    file.promise("carl", "never made")
    assert read(file.path) == {"bert": "new", "carl": "never made"}
    assert file.close({"bert"}) == arn
    assert json.loads(secrets_manager.get(arn) or "") == {"anna": "old", "bert": "new"}
    assert not file.path.exists()


def test_what_a_killed_run_left_is_sealed_by_the_next(way: str) -> None:
    arn = secret()
    killed = SealedCredentials(arn)
    killed.open()
    killed.promise("anna", "kept")
    os.close(killed._fd)
    again = SealedCredentials(arn)
    again.open()
    again.close(set())
    assert json.loads(secrets_manager.get(arn) or "") == {"anna": "kept"}
    assert not again.path.exists()


def test_a_secret_that_cannot_take_them_is_told_before_the_work(way: str) -> None:
    arn = secret("a text")
    with pytest.raises(BadInput, match="holds something else than names and passwords"):
        SealedCredentials(arn).open()
    with pytest.raises(BadInput, match="has no room for 2000 more passwords"):
        SealedCredentials(secret("{}")).open(2000)
    with pytest.raises(BadInput, match="Secrets Manager refused get-secret-value"):
        SealedCredentials(arn.replace("secret:s", "secret:none")).open()


def test_passwords_that_cannot_be_sealed_stay_in_the_file(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SealedCredentials(secret("{}"))
    file.open()
    file.promise("anna", "kept")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(LocalFault, match="new passwords are not sealed, but in"):
        file.close({"anna"})
    assert read(file.path) == {"anna": "kept"}


@pytest.mark.parametrize("text", ["Admin-Passw0rd", '{"username": "Administrator", "password": "Admin-Passw0rd"}'])
def test_the_administrators_password_comes_from_a_secret(way: str, text: str) -> None:
    options = argparse.Namespace(admin_secret_arn=secret(text), passwords_stdin=False)
    assert given.take(options, Checks(options), TARGET).admin == "Admin-Passw0rd"


def test_a_secret_without_a_password_is_told(way: str) -> None:
    for arn in (secret(), secret('{"user": "x"}')):
        options = argparse.Namespace(admin_secret_arn=arn, passwords_stdin=False)
        with pytest.raises(Unreachable, match="holds no password"):
            given.take(options, Checks(options), TARGET)


def test_what_is_no_arn_is_bad_input() -> None:
    options = argparse.Namespace(admin_secret_arn="my-secret", passwords_stdin=False)
    with pytest.raises(BadInput, match="--admin-secret-arn 'my-secret' is not allowed"):
        given.take(options, Checks(options), TARGET)
