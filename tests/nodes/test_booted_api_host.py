"""An API host of the emulated AWS boots from its user data: program and configuration from the bucket, secrets by its role.

A service of two lines stands for one that serves an API. Packages and the EFS mount helper are the booted local cloud's own.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import paths
from scripts.api_host import bundle
from tests.emulator import documents, rig
from tests.emulator.rig import Emulator, until
from tests.nodes import image_root

pytestmark = pytest.mark.nodes
_SECONDS = 600
_COMMAND = 'test "$(cat "$SECRETS_DIRECTORY/db")" = right && mountpoint -q /shared && exec sleep infinity'


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Path]]:
    image_root.ensured()
    folder = tmp_path_factory.mktemp("hosts")
    found = rig.start(folder, variables={"LOCALCLOUD_BOOTED": "1"})
    try:
        yield found, folder
    finally:
        found.process.kill()
        found.process.wait()
        _python(folder, "from localcloud.machines import cleanup\ncleanup.remove_all()\nassert not cleanup.left()")


def test_an_api_host_boots_mounts_and_runs_its_service(emulator: tuple[Emulator, Path]) -> None:
    cloud, folder = emulator
    site = documents.prepare(cloud)
    arn = cloud.client("secretsmanager").create_secret(Name="db", SecretString="right")["ARN"]
    mount = {"fileSystemId": "fs-0123456789abcdef0", "accessPointId": "fsap-0123456789abcdef0", "directory": "/shared"}
    told = {
        "region": rig.REGION,
        "mounts": [{**mount, "readOnly": False, "iam": False}],
        "slurmUrl": "http://head.cluster.internal:8082",
        "service": {
            "image": None,
            "command": ["/bin/sh", "-c", _COMMAND],
            "user": "api",
            "port": 8000,
            "environment": {},
            "secrets": {"db": arn},
        },
        "runner": None,
    }
    uris = [_put(cloud, "api-host.pyz", bundle.build()), _put(cloud, "configuration.json", json.dumps(told).encode())]
    script = (paths.ROOT / "scripts/api_host/user-data.sh").read_text()
    made = cloud.client("ec2").run_instances(
        ImageId=cloud.client("ec2").describe_images()["Images"][0]["ImageId"],
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.medium",
        SubnetId=site.subnet,
        UserData=f"#!/usr/bin/env bash\nset -- {uris[0]} {uris[1]} {rig.REGION} \n{script}",
    )["Instances"][0]
    until(lambda: _on_host(folder, "pgrep", "-u", "api", "-x", "sleep").returncode == 0, _SECONDS)
    assert _on_host(folder, "findmnt", "-no", "FSTYPE", "/run").stdout.strip() == "tmpfs"
    cloud.client("ec2").terminate_instances(InstanceIds=[made["InstanceId"]])
    until(lambda: _on_host(folder, "true").returncode != 0, _SECONDS)


def _put(cloud: Emulator, name: str, content: bytes) -> str:
    key = f"scripts/{hashlib.sha256(content).hexdigest()[:16]}/api_host/{name}"
    cloud.client("s3").put_object(Bucket=documents.BUCKET, Key=key, Body=content)
    return f"s3://{documents.BUCKET}/{key}"


def _on_host(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "localcloud", "ssh", "root@api", "--", *command],
        env=_environment(folder),
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def _python(folder: Path, code: str) -> None:
    subprocess.run([sys.executable, "-c", code], env=_environment(folder), cwd=paths.ROOT, check=True)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state")}
