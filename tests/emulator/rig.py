"""Emulators for tests: processes of their own, with short times and boto3 pointed at them."""

import atexit
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import paths, ports

REGION = "us-east-1"
_START_SECONDS = 60


@dataclass(frozen=True)
class Emulator:
    """One that answers."""

    endpoint: str
    process: "subprocess.Popen[bytes]"

    def environment(self) -> dict[str, str]:
        """The variables that point AWS clients to it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def stop(self) -> int:
        """End it by SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(10)


def start(
    folder: Path,
    boot_seconds: str = "1",
    build_seconds: str = "1",
    step_seconds: str = "1",
    variables: dict[str, str] | None = None,
) -> Emulator:
    """Start one that keeps its state in `folder` and writes its errors to `folder`/log. `variables` are further ones for it."""
    endpoint = f"http://127.0.0.1:{(port := ports.free_port())}"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    ours = {
        "PYTHONPATH": str(paths.ROOT),
        "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state"),
        "LOCALCLOUD_BOOT_SECONDS": boot_seconds,
        "LOCALCLOUD_BUILD_SECONDS": build_seconds,
        "LOCALCLOUD_STEP_SECONDS": step_seconds,
        "LOCALCLOUD_FLEET_STEP_SECONDS": "0.3",
        **(variables or {}),
    }
    command = [sys.executable, "-m", "localcloud.emulator", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=plain | ours, cwd=paths.ROOT, stdout=subprocess.DEVNULL, stderr=log)
    emulator = Emulator(endpoint, process)
    try:
        until(lambda: process.poll() is not None or _answers(endpoint), _START_SECONDS)
    except BaseException:
        emulator.stop()
        raise
    assert process.poll() is None, (folder / "log").read_text()
    return emulator


@cache
def shared() -> Emulator:
    """One for all tests that leave each other's things alone; it ends with the test run."""
    folder = tempfile.TemporaryDirectory()
    emulator = start(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(emulator.stop)
    return emulator


def refusal_code(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error with which a call must end."""
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    return str(refusal.value.response["Error"]["Code"])


def until(found: Callable[[], Any], seconds: float = 30) -> Any:
    """The first answer of `found` that is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(0.1)
    return answer


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/localcloud/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
