"""One call of an AWS service from the host that the tool runs on, by that host's own role.

boto3 where it is installed, else the AWS CLI. `AWS_ENDPOINT_URL` is heeded as by every AWS tool. What is secret goes through pipes
only, never through arguments.
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

_SECONDS = 60
_COMMANDS = {"s3": "s3api"}


def call(service: str, operation: str, request: dict[str, Any], region: str) -> tuple[str, str, dict[str, Any]]:
    """Error code and text (empty when all is well), and the answer. Names as boto3 has them, such as `put_object`."""
    return (_by_boto3 if find_spec("boto3") else _by_cli)(service, operation, request, region)


def _by_boto3(service: str, operation: str, request: dict[str, Any], region: str) -> tuple[str, str, dict[str, Any]]:
    # Imported late: it takes longer than all else together, and most runs do not need it.
    import boto3
    import botocore.exceptions

    own = f"AWS_ENDPOINT_URL_{service.upper() if service != 'secretsmanager' else 'SECRETS_MANAGER'}"
    endpoint = os.environ.get(own) or os.environ.get("AWS_ENDPOINT_URL")
    try:
        client = boto3.client(service, region_name=region, endpoint_url=endpoint)
        return "", "", getattr(client, operation)(**request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"].get("Message", str(error)), {}
    except botocore.exceptions.BotoCoreError as error:
        return type(error).__name__, str(error), {}


def _by_cli(service: str, operation: str, request: dict[str, Any], region: str) -> tuple[str, str, dict[str, Any]]:
    """The request, and the `Body` of an object, are files in memory: arguments can be seen by every process of the host, and the
    CLI reads them twice, which a pipe does not allow.
    """
    program = shutil.which("aws")
    if program is None:
        raise LocalFault("secrets cannot be read or written here; install the package python3-boto3 or the AWS CLI")
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = ["--region", region, *(["--endpoint-url", endpoint] if endpoint else [])]
    command = [program, _COMMANDS.get(service, service), operation.replace("_", "-"), *where, "--output", "json"]
    plain = {key: value for key, value in request.items() if key != "Body"}
    with os.fdopen(os.memfd_create("request"), "wb") as asked, os.fdopen(os.memfd_create("body"), "wb") as body:
        asked.write(json.dumps(plain).encode())
        body.write(request.get("Body", b""))
        for file in (asked, body):
            file.flush()
        command += ["--cli-input-json", f"file:///proc/self/fd/{asked.fileno()}"]
        command += ["--body", f"/proc/self/fd/{body.fileno()}"] if "Body" in request else []
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
                pass_fds=(asked.fileno(), body.fileno()),
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return "Timeout", f"no answer in {_SECONDS} s", {}
    if done.returncode == 0:
        return "", "", json.loads(done.stdout or "{}")
    said = " ".join(done.stderr.split())
    code = re.search(r"\((\w+)\)", said)
    if code is None and {"SecretString", "Body"} & request.keys():
        # Not an answer of the service, so it might repeat the request.
        return "Failed", f"the AWS CLI ended with {done.returncode}", {}
    return code[1] if code else "Failed", said, {}
