"""A local cloud of the tests' own, driven as the recipes drive it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from localcloud.emulator.inventory import LEFT_BY_PARALLELCLUSTER, inventory

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class LocalCloud:
    """`state` is a folder that stands for the project's `.localcloud`."""

    state: Path

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`python -m localcloud …`; output and errors together. Fails the test with them unless `check` is off."""
        done = subprocess.run(
            [sys.executable, "-m", "localcloud", *arguments],
            cwd=ROOT,
            env={**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(self.state)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stdout
        return done

    def pulumi(self, command: str, *arguments: str, check: bool = True) -> str:
        return self.run("pulumi", command, *arguments, check=check).stdout

    def outputs(self) -> dict[str, Any]:
        text = self.pulumi("outputs", "local", "--json")
        return json.loads(text[text.index("\n{") if not text.startswith("{") else 0 :])

    def endpoint(self) -> str:
        return str(json.loads((self.state / "run" / "emulator.json").read_text())["info"]["endpoint"])

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint(),
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def left(self) -> dict[str, list[str]]:
        """What is in the emulated account, but for what ParallelCluster leaves there by design and the account's own secrets."""
        found = inventory(self.endpoint(), "us-east-1")
        found.pop(LEFT_BY_PARALLELCLUSTER, None)
        secrets = [name for name in found.pop("secrets", []) if "local-directory-" not in name]
        return {**found, **({"secrets": secrets} if secrets else {})}
