"""Runs the whole program on a mock engine that records every resource."""

import asyncio
import json
import os
import runpy
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pulumi
from botocore.exceptions import NoCredentialsError
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks

from tests.unit import existing_file_systems
from tests.unit.existing_networks import fitting

PROGRAM = Path(__file__).parent.parent.parent / "__main__.py"
REGION = "eu-west-1"
_VPC = {
    "cidrBlock": "10.9.0.0/16",
    "cidrBlockAssociations": [
        {"associationId": "a", "cidrBlock": "10.9.0.0/16", "state": "associated"},
        {"associationId": "b", "cidrBlock": "100.64.0.0/16", "state": "associated"},
        {"associationId": "c", "cidrBlock": "100.65.0.0/16", "state": "disassociated"},
    ],
}
_CONFIGURATION = {"team": "genomics", "email": "hpc@example.org", "region": REGION}

_ARNS = {
    "aws:secretsmanager/secret:Secret": "secretsmanager:{region}:123456789012:secret:{name}-AbCdEf",
    "aws:cloudwatch/logGroup:LogGroup": "logs:{region}:123456789012:log-group:{inputs[name]}",
}


@dataclass(frozen=True)
class Recorded:
    """One registration, as the engine would get it."""

    token: str
    name: str
    inputs: dict[str, Any]
    urn: str
    parent: str
    """URN."""
    raw: dict[str, Any]
    """Inputs as they are sent: a secret is a mapping with a signature, an asset too."""
    options: dict[str, Any]
    """The request's other fields that are set, by their names in the protocol: protect, provider, aliases, ignoreChanges, …"""


@dataclass(frozen=True)
class Outputs:
    """One call of `register_outputs`."""

    component: pulumi.ComponentResource
    values: dict[str, Any]


class Monitor(mocks.MockMonitor):
    """Keeps each request whole, and makes URNs as the engine does, with the types of all parents."""

    def __init__(self, recorder: "Recorder") -> None:
        super().__init__(recorder)
        self._recorder = recorder

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.split("::")[2] if parent else ""
        qualified = f"{above}${type_}" if above and above != "pulumi:pulumi:Stack" else type_
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        answer = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            sent = MessageToDict(request)
            raw = sent.pop("object", {})
            inputs = self._recorder.inputs.pop((request.type, request.name))
            self._recorder.resources.append(
                Recorded(request.type, request.name, inputs, answer.urn, request.parent, raw, sent)
            )
        return answer


@dataclass
class Recorder(mocks.Mocks):
    """Outputs of a resource are its inputs and an id; a few have what the program reads of them."""

    resources: list[Recorded] = field(default_factory=list[Recorded])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    """The stack's."""
    registered: list[Outputs] = field(default_factory=list[Outputs])
    inputs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str], dict[str, Any]])
    exit_code: int = 0

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.inputs[args.typ, args.name] = dict(args.inputs)
        return f"{args.name}-id", {"arn": f"arn:{args.name}", **args.inputs, **self._computed(args)}

    def call(self, args: mocks.MockCallArgs) -> Any:
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getPartition:getPartition": {"partition": "aws"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": [f"{REGION}{letter}" for letter in "cba"]},
            "aws:ec2/getAmi:getAmi": {"id": "ami-newest"},
            "aws:ec2/getVpc:getVpc": _VPC,
            "aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretString": "canary-administrators-own"},
        }
        return answers[args.token]

    def named(self, token: str) -> list[Recorded]:
        return [one for one in self.resources if one.token == token]

    def one(self, token: str) -> Recorded:
        (only,) = self.named(token)
        return only

    @staticmethod
    def _computed(args: mocks.MockResourceArgs) -> dict[str, Any]:
        if args.typ in _ARNS:
            return {"arn": f"arn:aws:{_ARNS[args.typ].format(region=REGION, name=args.name, inputs=args.inputs)}"}
        match args.typ:
            case "aws:s3/bucket:Bucket":
                return {"bucket": f"{args.name}-bucket", "arn": f"arn:aws:s3:::{args.name}-bucket"}
            case "aws:rds/instance:Instance":
                return {"address": f"{args.name}.rds", "endpoint": f"{args.name}.rds:1", "port": 1}
            case "aws:directoryservice/directory:Directory":
                return {"dnsIpAddresses": ["10.0.1.2", "10.0.0.2"], "accessUrl": "corp.awsapps.com"}
            case "aws:lb/loadBalancer:LoadBalancer":
                return {"dnsName": f"{args.name}.elb", "zoneId": "ZELB"}
            case "aws:fsx/openZfsFileSystem:OpenZfsFileSystem":
                return {"rootVolumeId": f"{args.name}-root"}
            case "aws:route53/record:Record":
                return {"fqdn": args.inputs["name"]}
            case "aws:ec2/instance:Instance":
                return {
                    "privateIp": "10.0.0.9",
                    "privateDns": "ip-10-0-0-9",
                    "publicIp": "192.0.2.9",
                    "publicDns": "ec2",
                }
            case "aws:ec2/networkInterface:NetworkInterface":
                return {"privateIp": "10.0.1.7" if args.name.endswith("dc1") else "10.0.2.7"}
            case "parallelcluster:index:Image":
                return {"amiId": "ami-built", "imageId": "image"}
            case "parallelcluster:index:Cluster":
                return {
                    "clusterName": args.name,
                    "clusterStatus": "CREATE_COMPLETE",
                    "headNode": {"instanceId": "i-head", "privateIpAddress": "10.0.0.4"},
                    "loginNodes": [{"poolName": "login", "address": "login.elb"}],
                }
            case _:
                return {}


def record(program: Callable[[], None], stack: str = "dev", *, preview: bool = False) -> Recorder:
    """What a program declares; every registration has landed when it returns."""
    recorder = Recorder()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(recorder, project="hpcstack", stack=stack, preview=preview, monitor=Monitor(recorder))

    later: list[Callable[[], Awaitable[None]]] = []

    @pulumi.runtime.test
    async def whole() -> None:
        try:
            program()
        except SystemExit as ended:
            recorder.exit_code = int(ended.code or 0)
        for main in later:
            await main()

    # Pulumi's executor awaits what `pulumi.run` gets once the program's own module is done.
    with _outputs_kept(recorder), patch("pulumi.run", later.append):
        whole()
    loop.close()
    return recorder


@contextmanager
def _outputs_kept(recorder: Recorder) -> Iterator[None]:
    def export(name: str, value: Any) -> None:
        pulumi.Output.from_input(value).apply(lambda found: recorder.outputs.__setitem__(name, found))

    def register(component: pulumi.ComponentResource, values: dict[str, Any]) -> None:
        recorder.registered.append(Outputs(component, dict(values)))
        original(component, values)

    original = pulumi.ComponentResource.register_outputs
    with patch("pulumi.export", export), patch.object(pulumi.ComponentResource, "register_outputs", register):
        yield


def run(secrets: Mapping[str, str] | None = None, stack: str = "dev", **sections: Any) -> Recorder:
    """The program with a stack file of these sections. AWS is not asked about an image that it names."""
    values = {**_CONFIGURATION, **sections, **(secrets or {})}
    config = {
        f"hpcstack:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    environment = {
        "PULUMI_CONFIG": json.dumps(config),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([f"hpcstack:{key}" for key in secrets or {}]),
    }
    # AWS is not there to be asked.
    nobody = patch("components.machine_image._described", side_effect=NoCredentialsError())
    unread = patch("components.rest_certificate._text", side_effect=NoCredentialsError())
    folders = patch("components.existing_folders.begin", existing_file_systems.begun(existing_file_systems.fitting))
    with (
        patch.dict(os.environ, environment),
        patch("components.existing_network.look", fitting),
        nobody,
        unread,
        folders,
    ):
        return record(_main, stack)


def _main() -> None:
    runpy.run_path(str(PROGRAM))
