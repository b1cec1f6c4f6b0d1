"""The recording of requests: whole, private, and off unless it is asked for."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from localcloud.emulator import calls, recording

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def _environ(body: bytes = b"", **more: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def _echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return [environ["wsgi.input"].read()]


def test_nothing_is_recorded_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(recording.VARIABLE, raising=False)
    assert recording.wrap(_echo) is _echo


def test_a_request_is_recorded_whole_and_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "requests"
    monkeypatch.setenv(recording.VARIABLE, str(file))
    body = b'\x00\xff{"SecretString": "one"}'
    environ = _environ(
        body,
        HTTP_AUTHORIZATION=SIGNED.format("secretsmanager"),
        HTTP_X_AMZ_TARGET="secretsmanager.CreateSecret",
        QUERY_STRING="a=b",
    )
    assert recording.wrap(_echo)(environ, None) == [body]
    (found,) = recording.read(file)
    assert (found.name, found.body, found.query) == ("secretsmanager:CreateSecret", body, "a=b")
    assert found.headers["HTTP_X_AMZ_TARGET"] == "secretsmanager.CreateSecret"


def test_the_file_is_its_owners_alone_also_if_it_was_there(tmp_path: Path) -> None:
    file = tmp_path / "requests"
    file.touch(mode=0o644)
    recording.Recording(_echo, file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_body_without_a_length_is_read_to_its_end() -> None:
    environ = _environ(b"chunks", **{"wsgi.input_terminated": True}) | {"CONTENT_LENGTH": ""}
    assert calls.body_of(environ) == b"chunks"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"HTTP_AUTHORIZATION": SIGNED.format("ds"), "HTTP_X_AMZ_TARGET": "DS.CreateDirectory"}, "ds:CreateDirectory"),
        (
            {"HTTP_AUTHORIZATION": SIGNED.format("rds"), "CONTENT_TYPE": "application/x-www-form-urlencoded"},
            "rds:CreateDBInstance",
        ),
        (
            {"HTTP_AUTHORIZATION": SIGNED.format("s3"), "REQUEST_METHOD": "PUT", "PATH_INFO": "/bucket/key"},
            "s3:PutObject",
        ),
        ({"QUERY_STRING": "X-Amz-Credential=local/20260101/us-east-1/s3/aws4_request"}, "s3:POST /"),
        ({"HTTP_AUTHORIZATION": SIGNED.format("iam"), "QUERY_STRING": "Action=GetRole"}, "iam:GetRole"),
        ({"REQUEST_METHOD": "GET"}, "unsigned:GET /"),
    ],
)
def test_the_name_of_a_call(environ: dict[str, str], name: str) -> None:
    body = b"Action=CreateDBInstance&Version=2014-10-31"
    assert calls.name_of(_environ(body, **environ), body) == name
