"""A rig for the provider's tests: an emulator of its own, ids seeded by boto3, and tiny programs run by the real engine."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from localcloud import paths
from localcloud.engine import engine as engines
from tests.emulator import rig as emulators
from tests.engine.cutting import kill_tree

REGION = "us-east-1"
VERSION = "3.16.1"
PROGRAM = """
import json, sys
sys.path.insert(0, {root!r})
import pulumi
from provider.sdk import Cluster, Image, update_policy

for name, kind, arguments in json.load(open("resources.json")):
    if kind == "component":
        from tests.engine import cluster_component

        cluster_component.declare(name, arguments)
        continue
    if kind == "policy":
        pulumi.export(name, update_policy(**arguments))
        continue
    made = (Cluster if kind == "cluster" else Image)(name, **arguments)
    pulumi.export(name, made.cluster_name if kind == "cluster" else made.ami_id)
    if kind == "cluster":
        pulumi.export(name + "-head", made.head_node)
        pulumi.export(name + "-login", made.login_nodes)
"""


@dataclass(frozen=True)
class Cloud:
    """A running emulator and what is seeded in it."""

    endpoint: str
    variables: dict[str, str]
    subnet: str
    key: str = "rig"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def held(self) -> AbstractContextManager[None]:
        """What goes on by itself does not end before this block."""
        return emulators.held(self.endpoint)

    def stacks(self) -> dict[str, str]:
        """The status of each stack by its name."""
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in found}

    def stack_status(self, name: str) -> str | None:
        return self.stacks().get(name)

    def faults(self, method: str, **rule: Any) -> dict[str, Any]:
        """Add a rule of the emulator's injection (POST), remove all (DELETE), or just tell."""
        data = json.dumps(rule).encode() if rule else None
        request = urllib.request.Request(f"{self.endpoint}/localcloud/faults", method=method, data=data)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@contextmanager
def cloud(folder: Path, seconds: float = 0.5) -> Iterator[Cloud]:
    """Start an emulator, seed a private subnet and a key pair, and end it afterwards. All that takes time there takes `seconds`."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_"))}
    timings = {f"LOCALCLOUD_{what}_SECONDS": str(seconds) for what in ("BOOT", "BUILD", "STEP", "FLEET_STEP")}
    state = {"PYTHONPATH": str(paths.ROOT), "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state")}
    log = folder / "emulator.log"
    with log.open("wb") as errors:
        process, endpoint = emulators.serving(plain | timings | state, errors)
    try:
        assert endpoint, log.read_text()
        yield _seeded(endpoint)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def served(cloud: Cloud) -> Iterator[dict[str, str]]:
    """The provider as one process for many runs, whose workers stay warm: variables by which pulumi attaches to it.

    Once a run is called off it serves no other.
    """
    own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    command = [sys.executable, str(paths.ROOT / "provider")]
    process = subprocess.Popen(command, cwd=paths.ROOT, env=own | cloud.variables, stdout=subprocess.PIPE)
    try:
        yield {"PULUMI_DEBUG_PROVIDERS": f"parallelcluster:{int(emulators.first_line(process))}"}
    finally:
        process.terminate()
        process.wait(60)


def _seeded(endpoint: str) -> Cloud:
    variables = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    ec2 = Cloud(endpoint, variables, "").client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    zone = f"{REGION}a"
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.0.0/20", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.create_key_pair(KeyName="rig", KeyType="ed25519")
    return Cloud(endpoint, variables, subnet)


def document(subnet: str, *, maximum: int = 4, head: str = "t3.medium") -> dict[str, Any]:
    """A small cluster with one queue and one login pool."""
    network = {"SubnetIds": [subnet]}
    resource = {"Name": "cpu", "InstanceType": "c5.xlarge", "MinCount": 0, "MaxCount": maximum}
    pool = {"Name": "login", "InstanceType": "t3.medium", "Count": 1, "Networking": network}
    return {
        "Image": {"Os": "alinux2023"},
        "HeadNode": {"InstanceType": head, "Networking": {"SubnetId": subnet}, "Ssh": {"KeyName": "rig"}},
        "LoginNodes": {"Pools": [pool]},
        # The name of a log group holds the minute: one that is kept blocks a cluster of the same name in that minute.
        "Monitoring": {"Logs": {"CloudWatch": {"DeletionPolicy": "Delete"}}},
        "Scheduling": {
            "Scheduler": "slurm",
            "SlurmQueues": [{"Name": "cpu", "Networking": network, "ComputeResources": [resource]}],
        },
    }


@dataclass
class Program:
    """A Pulumi program of provider resources in a folder, with a backend of its own."""

    folder: Path
    cloud: Cloud
    engine: engines.Engine
    stack: str = "test"
    variables: dict[str, str] = field(default_factory=dict[str, str])
    """Of pulumi, besides those that lead to the cloud."""

    def start(self) -> "Program":
        """Write the project and make the stack."""
        (self.folder / "backend").mkdir(parents=True)
        project = {
            "name": "rig",
            "runtime": {"name": "python", "options": {"virtualenv": str(paths.ROOT / ".venv")}},
            "plugins": {"providers": [{"name": "parallelcluster", "path": str(paths.ROOT / "provider")}]},
        }
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (self.folder / "__main__.py").write_text(PROGRAM.format(root=str(paths.ROOT)))
        self.pulumi("stack", "init", self.stack)
        return self

    def of(self, *resources: tuple[str, str, dict[str, Any]]) -> "Program":
        """Set what the program declares: (name; cluster, image, component or policy; arguments)."""
        (self.folder / "resources.json").write_text(json.dumps(resources))
        return self

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        """Run pulumi and return all that it printed; asserts that it succeeds, or fails."""
        done = subprocess.run(**self.call(*arguments), capture_output=True, timeout=600, check=False)
        text = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, text
        return text

    def interrupted(self, *arguments: str, at: str) -> str:
        """Run pulumi until it prints `at`, interrupt it there as Ctrl-C does, and return all that it printed."""
        return self._ended(arguments, at, lambda process: process.send_signal(signal.SIGINT))

    def killed(self, *arguments: str, at: str) -> str:
        """The same with SIGKILL for pulumi and all that it started: nobody gets to write anything down."""
        return self._ended(arguments, at, lambda process: kill_tree(process.pid))

    def _ended(self, arguments: tuple[str, ...], at: str, end: Callable[["subprocess.Popen[str]"], None]) -> str:
        process = subprocess.Popen(**self.call(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if at in line:
                end(process)
                break
        rest, _ = process.communicate(timeout=600)
        assert process.returncode != 0
        return "".join(lines) + rest

    def call(self, *arguments: str) -> dict[str, Any]:
        """How pulumi is run, as keyword arguments of subprocess."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
        variables = self.engine.environment(own) | self.cloud.variables
        variables |= {
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": (self.folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "rig",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        variables |= self.variables
        command = [str(self.engine.pulumi), *arguments, "--non-interactive"]
        return {"args": command, "cwd": self.folder, "env": variables, "text": True}

    def outputs(self) -> dict[str, Any]:
        return json.loads(self.pulumi("stack", "output", "--json"))

    def state(self) -> list[dict[str, Any]]:
        """The provider's resources in the state."""
        exported = json.loads(self.pulumi("stack", "export"))["deployment"].get("resources", [])
        return [resource for resource in exported if resource["type"].startswith("parallelcluster:")]
