"""What stands for the operating system of an instance that Systems Manager manages: the local cloud's jump host.

Each instance has a home of its own there, and its commands run in it for real, by the jump host's SSH server and user.
"""

import shlex
import subprocess
import time
import uuid
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from localcloud.emulator.clients import client, visible
from localcloud.jumphost import service as jumphost
from localcloud.jumphost.service import JumpHostInfo, client_options

POLICY = "AmazonSSMManagedInstanceCore"
STDOUT_LIMIT, STDERR_LIMIT = 24_000, 8_000
"""Characters that GetCommandInvocation answers (Systems Manager API Reference)."""

_KILLED = 137
"""Exit code of timeout(1) when it ended the command by SIGKILL."""


@dataclass(frozen=True)
class Ended:
    """A script that came to its end; `code` is None if it was ended at its timeout."""

    code: int | None
    stdout: str
    stderr: str


def online(instance: dict[str, Any], region: str) -> bool:
    """Whether an instance (as EC2 describes it) runs, may speak to Systems Manager, and there is a host to stand for it."""
    return instance["State"]["Name"] == "running" and _may(instance, region) and jumphost.info() is not None


def run(instance_id: str, region: str, lines: list[str], seconds: float) -> Ended:
    """Run a shell script as Systems Manager's agent does: from a file, without input, in the home of the instance."""
    host = jumphost.info()
    if host is None:
        return Ended(1, "", "the local cloud's jump host does not run")
    return _over_ssh(host, _placed(instance_id, region, lines, seconds), seconds)


def _may(instance: dict[str, Any], region: str) -> bool:
    """Whether the role of the instance's profile has the policy."""
    arn = instance.get("IamInstanceProfile", {}).get("Arn")
    if not arn:
        return False
    iam = client("iam", region)
    try:
        roles = iam.get_instance_profile(InstanceProfileName=arn.split("/")[-1])["InstanceProfile"]["Roles"]
        attached = [
            policy["PolicyName"]
            for role in roles
            for policy in iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
        ]
    except ClientError:
        return False
    return POLICY in attached


def _placed(instance_id: str, region: str, lines: list[str], seconds: float) -> str:
    """A shell command that stores the script and runs it, for `seconds` at most."""
    script = "\n".join(lines)
    if not script.startswith("#!"):
        script = f"#!/bin/sh\n{script}"
    home = f"instances/{instance_id}"
    file = f"{uuid.uuid4()}.sh"
    variables = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in visible(region).items())
    return (
        f"mkdir -p -m 0700 {home}/commands && cd {home} && export HOME=$PWD\n{variables}\n"
        f"printf %s {shlex.quote(script)} > commands/{file} && chmod 0700 commands/{file}\n"
        f"timeout -s KILL {seconds:g} ./commands/{file} < /dev/null; code=$?; rm -f commands/{file}; exit $code\n"
    )


def _over_ssh(host: JumpHostInfo, command: str, seconds: float) -> Ended:
    argv = ["ssh", "-F", "none", *client_options(host), "-p", str(host.port), f"{host.user}@{host.host}", "sh -s"]
    began = time.monotonic()
    done = subprocess.run(argv, input=command.encode(), capture_output=True, check=False)
    late = done.returncode == _KILLED and time.monotonic() - began >= seconds
    code = None if late else done.returncode
    return Ended(code, _text(done.stdout, STDOUT_LIMIT), _text(done.stderr, STDERR_LIMIT))


def _text(raw: bytes, limit: int) -> str:
    return raw.decode(errors="replace")[:limit]
