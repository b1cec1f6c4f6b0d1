"""The stack files on which every contract is held, and what the program declares for each."""

import functools
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from tests.unit.everything import EVERYTHING, EXISTING_DIRECTORY
from tests.unit.recorder import Recorder, run

ROOT = Path(__file__).resolve().parent.parent.parent.parent
CANARY = "canary-"
"""What every secret of a recording begins with: generated, given, or read from an existing directory's secret."""
_GIVEN = {
    "directoryAdminPassword": f"{CANARY}given-directory-1A",
    "applicationsDatabasePassword": f"{CANARY}given-applications",
    "slurmDatabasePassword": f"{CANARY}given-slurm",
    "jumpHostPrivateKey": f"{CANARY}given-key",
}
_HOST = {"kind": "existing", "host": "10.0.0.9", "port": 2222, "user": "me", "hostKey": "ssh-ed25519 AAAA"}
_NETWORK = {
    "vpcId": "vpc-0123456789abcdef0",
    "publicSubnetIds": ["subnet-0123456789abcdef0"],
    "privateSubnetIds": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
}


def _committed(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix("hpcstack:"): value for key, value in config.items()}


def _local() -> dict[str, Any]:
    """The committed file and what the local cloud adds to it."""
    file = _committed("local")
    directory = {**EXISTING_DIRECTORY, **file["directory"]}
    for key in ("adminSecretArn", "readOnlySecretArn"):
        directory[key] = directory[key].replace("eu-west-1", file["region"])
    return {**file, "directory": directory, "jumpHost": {**_HOST, **file["jumpHost"]}}


@dataclass(frozen=True, kw_only=True)
class StackFile:
    sections: dict[str, Any]
    secrets: dict[str, str]
    stack: str = "dev"

    @property
    def protected(self) -> bool:
        return self.sections.get("environment") == "prod"

    @property
    def words(self) -> set[str]:
        """Address ranges that the file lets in."""
        return {
            range_ for key in ("network", "apiHost") for range_ in self.sections.get(key, {}).get("allowedCidrs", ())
        }


def _file(secrets: dict[str, str] | None = None, stack: str = "dev", **sections: Any) -> StackFile:
    return StackFile(sections=sections, secrets=secrets or {}, stack=stack)


STORAGE: dict[str, Any] = {
    "folders": [
        {"name": "home", "mountDir": "/home", "accessPoint": {"path": "/home"}, "iamAuthorization": True},
        {
            "name": "fast",
            "mountDir": "/fast",
            "kind": "lustre",
            "dataRepositoryAssociations": [
                {"name": "in", "fileSystemPath": "/in", "bucket": "reference", "autoImportPolicy": ["NEW"]},
                {"name": "out", "fileSystemPath": "/out", "bucket": "results", "prefix": "runs/"},
            ],
        },
        {
            "name": "data",
            "mountDir": "/data",
            "kind": "lustre",
            "deploymentType": "PERSISTENT_2",
            "perUnitStorageThroughput": 250,
            "dataCompressionType": "LZ4",
        },
        {"name": "own", "mountDir": "/own", "managedByCluster": True, "throughputMode": "bursting"},
        {"name": "there", "mountDir": "/there", "fileSystemId": "fs-0123456789abcdef0"},
        {"name": "ontap", "mountDir": "/ontap", "kind": "ontap", "volumeId": "fsvol-0123456789abcdef0"},
        {"name": "zfs", "mountDir": "/zfs", "kind": "openzfs", "volumeId": "fsvol-0123456789abcdef1"},
        {"name": "lab", "mountDir": "/lab", "kind": "ontap", "tieringPolicy": "AUTO", "coolingPeriod": 9},
        {"name": "db", "mountDir": "/db", "kind": "openzfs", "deploymentType": "SINGLE_AZ_HA_2"},
    ],
    "buckets": [
        {"name": "results", "access": "write", "prefixes": ["runs/"]},
        {"name": "reference", "bucketName": "genomes"},
    ],
}
_MANAGED = {**EVERYTHING, "directory": {"kind": "managed-ad"}}
STACK_FILES: dict[str, StackFile] = {
    "minimal": _file(),
    "dev": _file(**_committed("dev")),
    "local": _file(stack="local", **_local()),
    "everything": _file(**EVERYTHING, tags={"costCenter": "4711"}),
    "prod": _file(stack="prod", environment="prod", **_MANAGED),
    "prod, secrets given": _file(_GIVEN, "prod", environment="prod", **{**_MANAGED, "jumpHost": _HOST}),
    "managed-ad, a rule for its names": _file(
        directory={"kind": "managed-ad", "resolution": "resolver-rule"}, jumpHost={"kind": "ec2"}
    ),
    "managed-ad, LDAPS of another": _file(
        directory={"kind": "managed-ad", "serverName": "ad.example.org"}, jumpHost={"kind": "ec2"}
    ),
    "existing network": _file(network=_NETWORK),
    "existing network, everything": _file(**{**EVERYTHING, "network": {**_NETWORK, "allowedCidrs": ["10.0.0.0/8"]}}),
    "simple-ad, secrets given": _file(
        _GIVEN, directory={"kind": "simple-ad"}, jumpHost={"kind": "ec2", "public": True}
    ),
    "samba-ad": _file(directory={"kind": "samba-ad", "instanceType": "t4g.small"}, jumpHost={"kind": "ec2"}),
    "samba-ad, prod": _file(
        _GIVEN, "prod", environment="prod", directory={"kind": "samba-ad"}, jumpHost=_HOST, network=_NETWORK
    ),
    "existing directory, no users": _file(directory=EXISTING_DIRECTORY),
    "isolated": _file(
        network={"layout": "isolated", "endpoints": ["sts"]},
        cluster={"loginNodes": {"count": 1}},
        storage={"folders": [{"name": "home", "mountDir": "/home"}]},
        databases={"slurm": {}},
    ),
    "all public": _file(network={"layout": "all-public"}, databases={"slurm": {}}, jumpHost={"kind": "ec2"}),
    "public head, one zone": _file(network={"layout": "public-head", "zones": 1}),
    "shared storage": _file(storage=STORAGE),
    "shared storage, prod": _file(stack="prod", environment="prod", storage=STORAGE),
    "api host": _file(
        apiHost={
            "instanceType": "t4g.medium",
            "folders": [{"name": "home", "readOnly": True}],
            "service": {"command": ["/usr/bin/true"], "port": 8000},
            "allowedCidrs": ["10.0.0.0/8"],
        },
        storage=STORAGE,
    ),
    "three zones, open": _file(
        network={"zones": 3, "natGateways": "per-zone", "allowedCidrs": ["0.0.0.0/0"]},
        cluster={"headNode": {"public": True}, "loginNodes": {"count": 2, "public": True}},
        ssh={"keyName": "team"},
        jumpHost={"kind": "ec2", "access": "ssh", "public": True},
        image={"ami": "ami-0123456789abcdef0"},
    ),
}


@dataclass(frozen=True)
class Made:
    """A stack file and what the program declares for it."""

    file: StackFile
    recorder: Recorder


@functools.cache
def made(name: str) -> Made:
    file = STACK_FILES[name]
    numbers = count()
    with patch("components.secret.generate", lambda: f"{CANARY}generated-{next(numbers)}"):
        recorder = run(file.secrets, file.stack, **file.sections)
    assert recorder.exit_code == 0
    assert recorder.resources
    return Made(file, recorder)


every_stack_file = pytest.mark.parametrize("name", STACK_FILES)
