"""Secrets of Secrets Manager, read with the instance's role, and files of them in memory."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast

from ..node.library.faults import Fault

DIRECTORY = Path("/run/hpcstack-api")
"""/run lies in memory: what is written there never reaches a disk."""
_SECONDS = 20


def secret(arn: str) -> str:
    """Its text. Raises Fault, which names the ARN and never the value."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    limits = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"mode": "standard", "total_max_attempts": 5}
    )
    try:
        client: Any = cast(Any, boto3).client("secretsmanager", region_name=arn.split(":")[3], config=limits)
        found = client.get_secret_value(SecretId=arn).get("SecretString")
    except (BotoCoreError, ClientError) as error:
        raise Fault(
            f"secret {arn} cannot be read: {error}; see that it exists and that this instance's role may read it"
        ) from None
    if not found:
        raise Fault(f"secret {arn} holds no text; give it a SecretString")
    return str(found)


def write(
    secrets: Mapping[str, str], user: str, directory: Path = DIRECTORY, without_line_end: Collection[str] = ()
) -> None:
    """One file a secret, for `user` alone. All are read before the first is written; what was there before goes.

    Raises Fault, and then nothing has changed.
    """
    found = {name: secret(arn) for name, arn in sorted(secrets.items())}
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise Fault(f"there is no user {user} on this machine; run: api-host converge") from None
    remove(directory)
    directory.mkdir(mode=0o700)
    for name, text in found.items():
        descriptor = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            os.fchown(file.fileno(), account.pw_uid, account.pw_gid)
            file.write(text.rstrip("\r\n") if name in without_line_end else text)
    os.chown(directory, account.pw_uid, account.pw_gid)


def remove(directory: Path = DIRECTORY) -> None:
    if directory.is_symlink():
        raise Fault(f"{directory} is a link; remove it")
    if directory.exists():
        shutil.rmtree(directory)
