"""Secrets and objects, by the AWS CLI that ParallelCluster's images have, with the node's own role."""

from __future__ import annotations

import tempfile
from pathlib import Path

from . import commands
from .faults import Fault

_SECONDS = 120


def secret(arn: str) -> str:
    """The text of a secret of Secrets Manager. It is in no argument, file or log. Raises Fault."""
    region = arn.split(":")[3]
    code, told, error = commands.attempt(
        *("aws", "secretsmanager", "get-secret-value", "--region", region, "--secret-id", arn),
        *("--query", "SecretString", "--output", "text"),
        seconds=_SECONDS,
    )
    if code:
        raise Fault(
            f"secret {arn} cannot be read: {_reason(error)}; see that it exists and this node's role may read it"
        )
    text = told[:-1] if told.endswith("\n") else told
    if not text or text == "None":
        raise Fault(f"secret {arn} holds no text; give it a SecretString")
    return text


def s3_object(uri: str) -> bytes:
    """An object's content. Raises Fault."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "object")
        code, _, error = commands.attempt("aws", "s3", "cp", "--only-show-errors", uri, str(target), seconds=_SECONDS)
        if code:
            raise Fault(
                f"{uri} cannot be fetched: {_reason(error)}; see that it exists and this node's role may read it"
            )
        return target.read_bytes()


def _reason(error: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "the AWS CLI does not say why"
