"""Emulators for tests: processes of their own, with short times and boto3 pointed at them."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import paths
from localcloud.emulator import background

REGION = "us-east-1"
_START_SECONDS = 180
_END_SECONDS = 60


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
        return self.process.wait(_END_SECONDS)

    def held(self) -> AbstractContextManager[None]:
        """What goes on by itself, such as a boot or the deletion of a stack, does not end before this block."""
        return held(self.endpoint)


def start(
    folder: Path,
    boot_seconds: str = "1",
    build_seconds: str = "1",
    step_seconds: str = "1",
    variables: dict[str, str] | None = None,
) -> Emulator:
    """Start one that keeps its state in `folder` and writes its errors to `folder`/log. `variables` are further ones for it."""
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
    with (folder / "log").open("wb") as log:
        process, endpoint = serving(plain | ours, log)
    assert endpoint, (folder / "log").read_text()
    return Emulator(endpoint, process)


def serving(environment: dict[str, str], errors: Any) -> "tuple[subprocess.Popen[bytes], str]":
    """An emulator on a port that it takes itself, which nobody else gets meanwhile; without an endpoint if it ended at once."""
    command = [sys.executable, "-m", "localcloud.emulator", "--port", "0"]
    process = subprocess.Popen(command, env=environment, cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=errors)
    return process, first_line(process).removeprefix("ready at ")


def first_line(process: "subprocess.Popen[bytes]") -> str:
    """By which a server tells where it serves. Empty, and the server ended, if it tells nothing in time."""
    assert process.stdout is not None
    limit = threading.Timer(_START_SECONDS, process.kill)
    limit.start()
    try:
        told = process.stdout.readline().decode().strip()
    finally:
        limit.cancel()
    if not told:
        process.wait()
    return told


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


def until(found: Callable[[], Any], seconds: float = 120, pause: float = 0.1) -> Any:
    """The first answer of `found` that is true; fails after `seconds`, which leave room for a machine that is slow and busy.

    A longer `pause` is for what takes much of the machine to find out.
    """
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(pause)
    return answer


@contextmanager
def held(endpoint: str) -> Iterator[None]:
    """As `Emulator.held`."""
    _hold(endpoint, True)
    try:
        yield
    finally:
        _hold(endpoint, False)


def _hold(endpoint: str, held: bool) -> None:
    data = json.dumps({"held": held}).encode()
    with urllib.request.urlopen(f"{endpoint}{background.PATH}", data, timeout=60) as answer:
        assert json.load(answer) == {"held": held}
