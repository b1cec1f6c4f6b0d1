"""What the platform tells the host: a document of its bucket, which planning/api_host.py makes. It holds ARNs, and no secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..node.library.faults import Fault

PATH = Path("/etc/hpcstack/api-host.json")


@dataclass(frozen=True)
class Mount:
    """A folder of EFS, by its access point and with TLS."""

    file_system_id: str
    access_point_id: str
    directory: str
    read_only: bool
    iam: bool
    """Whether EFS asks for the instance's role."""


@dataclass(frozen=True)
class Service:
    image: str | None
    """None runs `command` on the host itself."""
    command: list[str]
    user: str
    port: int | None
    environment: dict[str, str]
    secrets: dict[str, str]
    """ARNs by the names of files."""


@dataclass(frozen=True)
class Runner:
    url: str
    token_secret_arn: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Configuration:
    region: str
    mounts: list[Mount]
    slurm_url: str | None
    """Of Slurm's REST API, by the head node's name."""
    slurm_ca_certificate: str | None
    """PEM of the authority that signed that API's certificate, if nobody knows it by himself."""
    service: Service | None
    runner: Runner | None


def read(path: Path = PATH) -> Configuration:
    """Raises Fault where the file is not there or not whole."""
    try:
        found = json.loads(path.read_text())
        return Configuration(
            region=found["region"],
            mounts=[_mount(one) for one in found["mounts"]],
            slurm_url=found["slurmUrl"],
            slurm_ca_certificate=found["slurmCaCertificate"],
            service=_service(found["service"]) if found["service"] else None,
            runner=_runner(found["runner"]) if found["runner"] else None,
        )
    except OSError as error:
        raise Fault(
            f"{path} cannot be read: {error.strerror}; it comes with the first boot, see cloud-init's log"
        ) from None
    except ValueError as error:
        raise Fault(f"{path} is no JSON: {error}; it comes with the first boot, see cloud-init's log") from None
    except (KeyError, TypeError) as error:
        raise Fault(f"{path} is not whole: {error}; the program is of another version than its configuration") from None


def _mount(found: dict[str, Any]) -> Mount:
    return Mount(
        file_system_id=found["fileSystemId"],
        access_point_id=found["accessPointId"],
        directory=found["directory"],
        read_only=found["readOnly"],
        iam=found["iam"],
    )


def _service(found: dict[str, Any]) -> Service:
    return Service(
        image=found["image"],
        command=found["command"],
        user=found["user"],
        port=found["port"],
        environment=found["environment"],
        secrets=found["secrets"],
    )


def _runner(found: dict[str, Any]) -> Runner:
    return Runner(
        url=found["url"], token_secret_arn=found["tokenSecretArn"], version=found["version"], sha256=found["sha256"]
    )
