"""Everything the local cloud runs: the AWS emulator, the directory and the jump host."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

from localcloud import packages
from localcloud.directory import service as directory
from localcloud.directory.layout import DirectoryInfo
from localcloud.emulator import service as emulator
from localcloud.emulator.clients import OWN
from localcloud.errors import LocalCloudError
from localcloud.jumphost import service as jumphost
from localcloud.jumphost.service import JumpHostInfo
from localcloud.machines import cleanup, mode, running

REGION = "us-east-1"
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Services:
    """What runs. The directory and the jump host are None where they cannot be had (no root)."""

    endpoint: str
    """URL of the AWS emulator."""
    birth: str
    """New whenever the emulator was started anew, and so is empty."""
    directory: DirectoryInfo | None
    jump_host: JumpHostInfo | None
    admin_secret_arn: str | None = None
    read_only_secret_arn: str | None = None


def start(domain: str, say: Say) -> Services:
    """Start what does not run yet; a second call changes nothing. Raises LocalCloudError."""
    served = _people(domain, say)
    emulator.start()
    endpoint, birth = emulator.endpoint(), emulator.birth()
    if endpoint is None or birth is None:
        raise LocalCloudError(f"the AWS emulator ended right after its start: read {emulator.log_file()}")
    say(f"AWS emulator at {endpoint}, whose machines {'boot' if mode.chosen() else 'are emulated'}")
    if served is None:
        return Services(endpoint=endpoint, birth=birth, directory=None, jump_host=None)
    where, host = served
    say(f"directory {where.domain} at {where.address}, jump host at {host.host}:{host.port}")
    secrets = Session().create_client("secretsmanager", **client_arguments(endpoint))
    return Services(
        endpoint=endpoint,
        birth=birth,
        directory=where,
        jump_host=host,
        admin_secret_arn=_secret(secrets, "local-directory-admin", where.admin_password_file.read_text()),
        read_only_secret_arn=_secret(secrets, "local-directory-read-only", where.read_only_password_file.read_text()),
    )


def stop() -> list[str]:
    """Names of the services that were running and are stopped now."""
    ended = {
        "jump host": jumphost.stop(),
        "directory": directory.stop(),
        "AWS emulator": emulator.stop(),
        # After the emulator, which would start others; also those of one that crashed.
        "machines": cleanup.remove_all(),
    }
    return [name for name, was_running in ended.items() if was_running]


def remove() -> None:
    """Stop everything and delete what the directory and the jump host hold."""
    stop()
    jumphost.remove()
    directory.remove()


def status() -> list[str]:
    """A line for each service that runs."""
    lines: list[str] = []
    if endpoint := emulator.endpoint():
        lines.append(f"AWS emulator: {endpoint}, log {emulator.log_file()}")
    if where := directory.info():
        lines.append(f"directory: {where.domain} at {where.address} ({where.server_name})")
    if host := jumphost.info():
        lines.append(f"jump host: ssh -p {host.port} -i '{host.private_key_file}' {host.user}@{host.host}")
    lines += [
        f"machine {running.node_name(one.instance, one.hostname)}: {one.kind} of cluster {one.cluster}"
        for one in running.machines()
    ]
    return lines


def client_arguments(endpoint: str) -> dict[str, Any]:
    """Keyword arguments of a client of the emulator, for the local cloud's own calls."""
    return {
        "endpoint_url": endpoint,
        "region_name": REGION,
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
        "config": Config(user_agent_extra=OWN),
    }


def why_no_people(names: Iterable[str] = packages.NEEDED) -> str | None:
    """None if the directory and the jump host can run here, after their packages were installed; else what they need."""
    missing = packages.ensure(names).missing
    if missing:
        return f"root and the Debian packages {' '.join(missing)}"
    return None if os.geteuid() == 0 else "root (the directory listens on ports below 1024)"


def _people(domain: str, say: Say) -> tuple[DirectoryInfo, JumpHostInfo] | None:
    if reason := why_no_people():
        say(f"no directory, no jump host, no users: they need {reason}; everything else works without them")
        return None
    return directory.start(domain), jumphost.start()


def _secret(client: BaseClient, name: str, value: str) -> str:
    """The ARN of the emulator's secret `name`, which stands for a secret that the account already had."""
    try:
        return str(client.describe_secret(SecretId=name)["ARN"])
    except client.exceptions.ResourceNotFoundException:
        return str(client.create_secret(Name=name, SecretString=value.strip())["ARN"])
