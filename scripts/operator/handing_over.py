"""New passwords come home: over SSH from a file of the host, over Systems Manager from a secret of the stack or its bucket."""

from pathlib import Path

from scripts.operator import credentials, sealed, sealed_objects
from scripts.operator.reach.channel import Channel
from scripts.operator.reach.opening import clients
from scripts.operator.reach.ssh import Session
from scripts.operator.stack import Stack


def options(channel: Channel, found: Stack) -> list[str]:
    """Options of the tool that say where new passwords go."""
    if isinstance(channel, Session):
        return ["--credentials-file", credentials.remote_file(found.name)]
    assert found.region
    if found.new_passwords_uri:
        return ["--credentials-object", found.new_passwords_uri, "--region", found.region]
    assert found.new_passwords_secret
    return ["--credentials-secret", found.new_passwords_secret]


def fetch(channel: Channel, found: Stack, project: Path) -> Path | None:
    """Bring home what this run and others before it left; where it is now, None if there was nothing. Raises OperatorError."""
    if isinstance(channel, Session):
        return credentials.fetch(channel, found.name, project)
    assert found.region
    if found.new_passwords_uri:
        return sealed_objects.fetch(clients(found.region)("s3"), found.new_passwords_uri, found.name, project)
    assert found.new_passwords_secret
    return sealed.fetch(clients(found.region)("secretsmanager"), found.new_passwords_secret, found.name, project)
