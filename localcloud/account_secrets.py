"""The directory's passwords in the emulated account, which stand for secrets that it already had.

A room of its own: AWS's client library is more than half of what `python -m localcloud` imports, and a command needs it only
when the emulator is new.
"""

from typing import Any

from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

from localcloud.directory.layout import DirectoryInfo
from localcloud.emulator.clients import OWN


def ensure(endpoint: str, region: str, where: DirectoryInfo) -> dict[str, str]:
    """The ARNs: `admin` and `read-only`."""
    secrets = Session().create_client("secretsmanager", **_arguments(endpoint, region))
    files = {"admin": where.admin_password_file, "read-only": where.read_only_password_file}
    return {who: _secret(secrets, f"local-directory-{who}", file.read_text()) for who, file in files.items()}


def _arguments(endpoint: str, region: str) -> dict[str, Any]:
    return {
        "endpoint_url": endpoint,
        "region_name": region,
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
        "config": Config(user_agent_extra=OWN),
    }


def _secret(client: BaseClient, name: str, value: str) -> str:
    """The ARN of the emulator's secret `name`, made if it is not there."""
    try:
        return str(client.describe_secret(SecretId=name)["ARN"])
    except client.exceptions.ResourceNotFoundException:
        return str(client.create_secret(Name=name, SecretString=value.strip())["ARN"])
