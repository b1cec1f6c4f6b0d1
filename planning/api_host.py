"""What the API host is told: the document that scripts/api_host/configuration.py reads. It holds no secret, but their ARNs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planning import slurm_rest
from settings import Settings
from settings.api_host import JWT_KEY_FILE, ApiHost
from settings.folders import EfsFolder
from settings.homes import shared_folders


@dataclass(frozen=True, kw_only=True)
class ApiEndpoints:
    """What exists besides the host. Values may be unresolved; they are placed, never looked into."""

    file_system_ids: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """By the folder's name."""
    access_point_ids: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """By the folder's name."""
    jwt_key_secret_arn: Any | None = None
    """Key of the tokens of Slurm's REST API."""
    slurm_ca_certificate: Any | None = None
    """PEM of the authority of that API's certificate, if clients do not know it by themselves."""


def configuration(settings: Settings, host: ApiHost, endpoints: ApiEndpoints) -> dict[str, Any]:
    """As JSON takes it."""
    return {
        "region": settings.region,
        "mounts": _mounts(settings, host, endpoints),
        "slurmUrl": slurm_url(settings),
        "slurmCaCertificate": endpoints.slurm_ca_certificate,
        "service": _service(host, endpoints),
        "runner": _runner(host),
    }


def slurm_url(settings: Settings) -> str | None:
    """Slurm's REST API by the head node's name, which stays when the cluster is replaced."""
    rest = settings.cluster.slurm_rest_api
    if rest is None or settings.cluster.dns_zone is None:
        return None
    return f"{slurm_rest.scheme(settings)}://{slurm_rest.head_name(settings)}:{rest.port}"


def secret_arns(host: ApiHost, endpoints: ApiEndpoints) -> list[Any]:
    """All that the host may read."""
    found: list[Any] = [*_secrets(host, endpoints).values()]
    if host.gitlab_runner:
        found.append(host.gitlab_runner.token_secret_arn)
    return found


def _secrets(host: ApiHost, endpoints: ApiEndpoints) -> dict[str, Any]:
    """ARNs by the names of files."""
    if host.service is None:
        return {}
    key = {JWT_KEY_FILE: endpoints.jwt_key_secret_arn} if host.service.slurm_key else {}
    return {**host.service.secrets, **key}


def _mounts(settings: Settings, host: ApiHost, endpoints: ApiEndpoints) -> list[dict[str, Any]]:
    known = {folder.name: folder for folder in shared_folders(settings) if isinstance(folder, EfsFolder)}
    return [
        {
            "fileSystemId": endpoints.file_system_ids[wanted.name],
            "accessPointId": endpoints.access_point_ids[wanted.name],
            "directory": known[wanted.name].mount_dir,
            "readOnly": wanted.read_only,
            "iam": known[wanted.name].iam_authorization,
        }
        for wanted in host.folders
    ]


def _service(host: ApiHost, endpoints: ApiEndpoints) -> dict[str, Any] | None:
    service = host.service
    if service is None:
        return None
    return {
        "image": service.image,
        "command": list(service.command),
        "user": service.user,
        "port": service.port,
        "environment": dict(service.environment),
        "secrets": _secrets(host, endpoints),
    }


def _runner(host: ApiHost) -> dict[str, Any] | None:
    runner = host.gitlab_runner
    if runner is None:
        return None
    return {
        "url": runner.url,
        "tokenSecretArn": runner.token_secret_arn,
        "version": runner.version,
        "sha256": runner.sha256,
    }
