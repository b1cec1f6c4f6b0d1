"""AWS Secrets Manager."""

from __future__ import annotations

import re
from typing import Any

from ..faults import LocalFault
from . import aws

ARN = re.compile(r"arn:(aws[a-z-]*):secretsmanager:([a-z0-9-]+):\d{12}:secret:[A-Za-z0-9/_+=.@-]+")
ARN_FORM = "the ARN of a Secrets Manager secret"
LARGEST = 65_536
"""Bytes that a version may hold."""
MOST_LABELS = 20
"""Of all versions of a secret together."""


def get(arn: str) -> str | None:
    """The secret's current text; None when it has none yet. LocalFault when it cannot be had."""
    answer = _call("get_secret_value", {"SecretId": arn}, missing="ResourceNotFoundException", arn=arn)
    if answer is None:
        return None
    text = answer.get("SecretString")
    if not isinstance(text, str):
        raise LocalFault(f"the secret {arn} holds no text")
    return text


def labels(arn: str) -> int:
    """How many labels the secret's versions have together. LocalFault when that cannot be told."""
    answer = _call("describe_secret", {"SecretId": arn}, arn=arn) or {}
    return sum(len(names) for names in answer.get("VersionIdsToStages", {}).values())


def put(arn: str, text: str, label: str) -> None:
    """Give the secret one more version, with this label alone. LocalFault when that fails."""
    _call("put_secret_value", {"SecretId": arn, "SecretString": text, "VersionStages": [label]}, arn=arn)


def _call(operation: str, request: dict[str, Any], arn: str, missing: str = "") -> dict[str, Any] | None:
    """One call; None when the service answers with the error `missing` because the secret has no version."""
    found = ARN.fullmatch(arn)
    region = found[2] if found else ""
    code, said, answer = aws.call("secretsmanager", operation, request, region)
    if not code:
        return answer
    if missing and code == missing and "staging label" in said:
        return None
    raise LocalFault(f"Secrets Manager refused {operation.replace('_', '-')} of {arn}: {said}")
