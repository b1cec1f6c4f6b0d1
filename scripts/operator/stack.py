"""What a stack that is up says of itself, read through the pulumi command of the environment."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.operator.errors import BAD_INPUT, OperatorError

OUTPUTS = {
    "domain": "domain_name",
    "servers": "directory_servers",
    "admin": "directory_admin_user",
    "admin_secret": "directory_admin_secret_arn",
    "users_ou": "directory_users_ou",
    "ca_certificate": "directory_ca_certificate",
    "users": "users",
    "access": "jump_host_access",
    "region": "region",
    "bucket": "bucket",
    "instance": "jump_host_instance_id",
    "new_passwords_secret": "new_passwords_secret_arn",
    "new_passwords_uri": "new_passwords_uri",
    "host": "jump_host_host",
    "port": "jump_host_port",
    "user": "jump_host_user",
    "host_key": "jump_host_host_key",
}
"""What is read of directory and jump host -> the stack's output of that name (components/outputs.py)."""
_OF_SLURM_REST = {
    "rest_url": "slurmrest_url",
    "rest_key_secret": "slurmrest_key_secret_arn",
    "rest_lifespan": "slurmrest_max_token_lifespan",
}
_ALL = {**OUTPUTS, **_OF_SLURM_REST}

SSM, SSH = "ssm", "ssh"
_NEEDED = {
    SSM: ("instance", "region", "bucket"),
    SSH: ("host", "port", "user"),
}
"""By the way to the jump host: what it takes to go it."""
PRIVATE_KEY = "hpcstack:jumpHostPrivateKey"
"""Configuration key of the login to the jump host; without it ssh uses the agent's and the user's own keys."""

PULUMI = "HPCSTACK_PULUMI"
"""Environment variable: the pulumi executable, if not the one on PATH."""
STACK_FILE = "HPCSTACK_STACK_FILE"
"""Environment variable: the stack's configuration file, if not Pulumi.<stack>.yaml."""

SECONDS = 120
_SECRET = "[secret]"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack with a directory and a jump host. `defaults` are those of a series of users."""

    name: str
    domain: str
    servers: tuple[str, ...]
    admin: str
    admin_secret: str
    users_ou: str | None
    ca_certificate: str | None
    defaults: Mapping[str, Any]
    access: str
    region: str | None = None
    bucket: str | None = None
    instance: str | None = None
    new_passwords_secret: str | None = None
    new_passwords_uri: str | None = None
    """One of these two with Systems Manager."""
    host: str | None = None
    port: int | None = None
    user: str | None = None
    host_key: str | None = None


def read(name: str | None, usage: str = "just create-users N STACK") -> Stack:
    """The stack `name`, or the selected one. Raises OperatorError if it is not up or lacks what users need."""
    name = name or selected(usage)
    found = _outputs(name)
    access = found.get("access") or SSH
    _refuse_missing(name, "directory", found, ("domain", "servers", "admin", "admin_secret"))
    _refuse_missing(name, "jumpHost", found, _NEEDED[access])
    if access == SSM and not found["new_passwords_uri"]:
        _refuse_missing(name, "jumpHost", found, ("new_passwords_secret",))
    return Stack(
        name=name,
        access=access,
        **{key: found[key] for key in ("domain", "admin", "admin_secret", "users_ou", "ca_certificate")},
        **{key: found[key] for key in ("region", "bucket", "instance", "new_passwords_secret", "new_passwords_uri")},
        **{key: found[key] for key in ("host", "user", "host_key")},
        servers=tuple(found["servers"]),
        port=int(found["port"]) if found["port"] else None,
        defaults=found["users"] or {},
    )


def read_jump_host(name: str | None) -> tuple[str, dict[str, Any]]:
    """(the stack's name, how its jump host is reached), for a shell there. Raises OperatorError."""
    name = name or selected("just jump STACK")
    found = _outputs(name)
    found["access"] = found.get("access") or SSH
    needed = _NEEDED[SSH] if found["access"] == SSH else ("instance", "region")
    _refuse_missing(name, "jumpHost", found, needed)
    return name, found


@dataclass(frozen=True, kw_only=True)
class SlurmRest:
    """A stack's Slurm REST API whose tokens the stack signs."""

    stack: str
    url: str
    key_secret: str
    max_token_lifespan: int


def read_slurm_rest(name: str | None) -> SlurmRest:
    """Raises OperatorError without such an API."""
    name = name or selected("just token USER STACK")
    found = _outputs(name)
    _refuse_missing(name, "cluster.slurmRestApi", found, ("rest_url",))
    if not found["rest_key_secret"]:
        raise OperatorError(
            f"tokens of stack {name} come from its identity provider (cluster.slurmRestApi.jwks): get one there"
        )
    return SlurmRest(
        stack=name,
        url=found["rest_url"],
        key_secret=found["rest_key_secret"],
        max_token_lifespan=int(found["rest_lifespan"]),
    )


def _outputs(name: str) -> dict[str, Any]:
    text = pulumi(["stack", "output", "--json", "--stack", name], f"stack {name} cannot be read")
    try:
        outputs = json.loads(text)
    except ValueError as error:
        raise OperatorError(f"stack {name} cannot be read: pulumi answered no JSON") from error
    if not outputs:
        raise OperatorError(f"stack {name} is not up: run `just up {name}` first")
    found = {key: outputs.get(output) for key, output in _ALL.items()}
    if hidden := sorted(_ALL[key] for key, value in found.items() if value == _SECRET):
        raise OperatorError(f"stack {name}: output {', '.join(hidden)} is a secret and cannot be read")
    return found


def _refuse_missing(name: str, part: str, found: Mapping[str, Any], keys: Sequence[str]) -> None:
    if missing := [_ALL[key] for key in keys if not found[key]]:
        raise OperatorError(
            f"stack {name} has no {part} (no output {', '.join(missing)}): "
            f"set hpcstack:{part} in its stack file, then run `just up {name}`"
        )


def private_key(name: str) -> str | None:
    """The key of the login to the jump host; None if the stack has none."""
    file = ["--config-file", os.environ[STACK_FILE]] if os.environ.get(STACK_FILE) else []
    done = _run(["config", "get", PRIVATE_KEY, "--stack", name, *file])
    if done.returncode == 0:
        return done.stdout
    if re.search(r"configuration key .* not found", done.stderr):
        return None
    raise OperatorError(f"the configuration of stack {name} cannot be read: {_reason(done.stderr)}")


def admin_password(arn: str) -> str:
    """The directory administrator's password, by the operator's own AWS credentials. Raises OperatorError."""
    return secret(arn, "the directory administrator's password")


def secret(arn: str, what: str) -> str:
    """A secret's text, by the operator's own AWS credentials. Raises OperatorError."""
    import boto3  # here, because it takes a while and a wrong call should be told at once
    from botocore.exceptions import BotoCoreError, ClientError

    parts = arn.split(":")
    if len(parts) < 7 or parts[2] != "secretsmanager":
        raise OperatorError(f"{what}: {arn!r} is not the ARN of a secret")
    try:
        answer = boto3.client("secretsmanager", region_name=parts[3]).get_secret_value(SecretId=arn)
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"{what} cannot be read from {arn}: {error}") from error
    return str(answer["SecretString"])


def selected(usage: str) -> str:
    """The stack that pulumi has selected. Raises OperatorError, which shows `usage`, if there is none."""
    return pulumi(["stack", "--show-name"], f"no stack is selected: name one, `{usage}`").strip()


def pulumi(arguments: Sequence[str], failure: str) -> str:
    """What a pulumi command prints. Raises OperatorError that begins with `failure`."""
    done = _run(arguments)
    if done.returncode:
        raise OperatorError(f"{failure}: {_reason(done.stderr)}", BAD_INPUT)
    return done.stdout


def _run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    program = os.environ.get(PULUMI) or shutil.which("pulumi")
    if not program:
        raise OperatorError("pulumi is not on PATH: install it, or run `just create-users`, which brings its own")
    try:
        return subprocess.run(
            [program, *arguments, "--non-interactive"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except OSError as error:
        raise OperatorError(f"{program} cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise OperatorError(f"pulumi {arguments[0]} did not answer within {SECONDS} s") from error


def _reason(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (errors or lines or ["pulumi gave no reason"])[0]
