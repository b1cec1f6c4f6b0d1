"""What the controller asks of AWS, with its instance's role: two secrets, and objects of the stack's bucket."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .configuration import Configuration
from .faults import Fault, Unreachable

_SECONDS = 20
_PEM = re.compile(r"(-----BEGIN ([A-Z ]+)-----.+?-----END \2-----)", re.DOTALL)


class Cloud:
    """Every answer that cannot be had is an Unreachable that names what was asked for; never a secret's value."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def _client(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        limits = Config(
            connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"mode": "standard", "total_max_attempts": 5}
        )
        return boto3.client(service, region_name=self._configuration.region, config=limits)

    def secret(self, arn: str) -> str:
        try:
            return self._client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        except _failures() as error:
            raise Unreachable(f"the secret {arn} cannot be read: {error}") from error

    def tls(self) -> tuple[str, str]:
        """Private key and certificate, both PEM."""
        arn = self._configuration.tls_secret_arn
        parts = {kind: text for text, kind in _PEM.findall(self.secret(arn))}
        if set(parts) != {"PRIVATE KEY", "CERTIFICATE"}:
            raise Fault(f"the secret {arn} does not hold one private key and one certificate in PEM")
        return parts["PRIVATE KEY"] + "\n", parts["CERTIFICATE"] + "\n"

    def read(self, key: str) -> bytes | None:
        """An object's content; None when there is no such object."""
        try:
            return self._client("s3").get_object(Bucket=self._configuration.bucket, Key=key)["Body"].read()
        except _failures() as error:
            if _code(error) in ("NoSuchKey", "404"):
                return None
            raise Unreachable(f"s3://{self._configuration.bucket}/{key} cannot be read: {error}") from error

    def write(self, key: str, content: bytes) -> None:
        try:
            self._client("s3").put_object(
                Bucket=self._configuration.bucket, Key=key, Body=content, ServerSideEncryption="AES256"
            )
        except _failures() as error:
            raise Unreachable(f"s3://{self._configuration.bucket}/{key} cannot be written: {error}") from error

    def upload(self, path: Path, key: str) -> None:
        try:
            with path.open("rb") as file:
                self._client("s3").upload_fileobj(
                    file, self._configuration.bucket, key, ExtraArgs={"ServerSideEncryption": "AES256"}
                )
        except _failures() as error:
            raise Unreachable(f"s3://{self._configuration.bucket}/{key} cannot be written: {error}") from error

    def download(self, key: str, path: Path) -> None:
        try:
            self._client("s3").download_file(self._configuration.bucket, key, str(path))
        except _failures() as error:
            raise Unreachable(f"s3://{self._configuration.bucket}/{key} cannot be read: {error}") from error

    def keys(self, prefix: str) -> list[str]:
        """All objects below a prefix, the one written last at the end."""
        try:
            pages = (
                self._client("s3")
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._configuration.bucket, Prefix=prefix)
            )
            found = [item for page in pages for item in page.get("Contents", [])]
        except _failures() as error:
            raise Unreachable(f"s3://{self._configuration.bucket}/{prefix} cannot be listed: {error}") from error
        return [item["Key"] for item in sorted(found, key=lambda item: (item["LastModified"], item["Key"]))]


def _failures() -> tuple[type[Exception], ...]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, Boto3Error)


def _code(error: Exception) -> str:
    return getattr(error, "response", {}).get("Error", {}).get("Code", "")
