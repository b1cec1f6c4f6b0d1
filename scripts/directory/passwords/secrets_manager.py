"""AWS Secrets Manager, from the host that the tool runs on, by that host's own role: boto3 where it is installed, else the AWS CLI.

`AWS_ENDPOINT_URL` is heeded as by every AWS tool. A secret's value goes through pipes only, never through arguments.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from typing import Any

from ..faults import LocalFault

ARN = re.compile(r"arn:(aws[a-z-]*):secretsmanager:([a-z0-9-]+):\d{12}:secret:[A-Za-z0-9/_+=.@-]+")
ARN_FORM = "the ARN of a Secrets Manager secret"
LARGEST = 65_536
"""Bytes that a version may hold."""
MOST_LABELS = 20
"""Of all versions of a secret together."""
_SECONDS = 60


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
    code, said, answer = (_by_boto3 if find_spec("boto3") else _by_cli)(operation, request, region)
    if not code:
        return answer
    if missing and code == missing and "staging label" in said:
        return None
    raise LocalFault(f"Secrets Manager refused {operation.replace('_', '-')} of {arn}: {said}")


def _by_boto3(operation: str, request: dict[str, Any], region: str) -> tuple[str, str, dict[str, Any]]:
    """Error code and text (empty when all is well), and the answer."""
    # Imported late: it takes longer than all else together, and most runs do not need it.
    import boto3
    import botocore.exceptions

    endpoint = os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or os.environ.get("AWS_ENDPOINT_URL")
    try:
        client = boto3.client("secretsmanager", region_name=region, endpoint_url=endpoint)
        return "", "", getattr(client, operation)(**request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"].get("Message", str(error)), {}
    except botocore.exceptions.BotoCoreError as error:
        return type(error).__name__, str(error), {}


def _by_cli(operation: str, request: dict[str, Any], region: str) -> tuple[str, str, dict[str, Any]]:
    """As `_by_boto3`. The request is a file in memory, because arguments can be seen by every process of the host, and
    because the CLI reads it twice, which a pipe does not allow.
    """
    program = shutil.which("aws")
    if program is None:
        raise LocalFault("secrets cannot be read or written here; install the package python3-boto3 or the AWS CLI")
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = ["--region", region, *(["--endpoint-url", endpoint] if endpoint else [])]
    command = [program, "secretsmanager", operation.replace("_", "-"), *where, "--output", "json"]
    with os.fdopen(os.memfd_create("request"), "w") as file:
        file.write(json.dumps(request))
        file.flush()
        try:
            done = subprocess.run(
                [*command, "--cli-input-json", f"file:///proc/self/fd/{file.fileno()}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
                pass_fds=(file.fileno(),),
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return "Timeout", f"no answer in {_SECONDS} s", {}
    if done.returncode == 0:
        return "", "", json.loads(done.stdout or "{}")
    said = " ".join(done.stderr.split())
    code = re.search(r"\((\w+)\)", said)
    if code is None and "SecretString" in request:
        # Not an answer of the service, so it might repeat the request.
        return "Failed", f"the AWS CLI ended with {done.returncode}", {}
    return code[1] if code else "Failed", said, {}
