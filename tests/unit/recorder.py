"""Runs the whole program on a mock engine that records every resource."""

import asyncio
import json
import os
import runpy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pulumi
from pulumi.runtime import mocks

PROGRAM = Path(__file__).parent.parent.parent / "__main__.py"
REGION = "eu-west-1"
_CONFIGURATION = {"team": "genomics", "email": "hpc@example.org", "region": REGION}


@dataclass(frozen=True)
class Recorded:
    token: str
    name: str
    inputs: dict[str, Any]


@dataclass
class Recorder(mocks.Mocks):
    """Outputs of a resource are its inputs and an id; a few have what the program reads of them."""

    resources: list[Recorded] = field(default_factory=list[Recorded])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    exit_code: int = 0

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.resources.append(Recorded(args.typ, args.name, dict(args.inputs)))
        return f"{args.name}-id", {"arn": f"arn:{args.name}", **args.inputs, **self._computed(args)}

    def call(self, args: mocks.MockCallArgs) -> Any:
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getPartition:getPartition": {"partition": "aws"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": [f"{REGION}{letter}" for letter in "cba"]},
            "aws:ec2/getAmi:getAmi": {"id": "ami-newest"},
            "aws:ec2/getVpc:getVpc": {"cidrBlock": "10.9.0.0/16"},
            "aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretString": "administrators-own"},
        }
        return answers[args.token]

    def named(self, token: str) -> list[Recorded]:
        return [one for one in self.resources if one.token == token]

    def one(self, token: str) -> Recorded:
        (only,) = self.named(token)
        return only

    @staticmethod
    def _computed(args: mocks.MockResourceArgs) -> dict[str, Any]:
        match args.typ:
            case "aws:s3/bucket:Bucket":
                return {"bucket": f"{args.name}-bucket"}
            case "aws:rds/instance:Instance":
                return {"address": f"{args.name}.rds", "endpoint": f"{args.name}.rds:1", "port": 1}
            case "aws:directoryservice/directory:Directory":
                return {"dnsIpAddresses": ["10.0.1.2", "10.0.0.2"], "accessUrl": "corp.awsapps.com"}
            case "aws:ec2/instance:Instance":
                return {
                    "privateIp": "10.0.0.9",
                    "privateDns": "ip-10-0-0-9",
                    "publicIp": "192.0.2.9",
                    "publicDns": "ec2",
                }
            case "parallelcluster:index:Image":
                return {"amiId": "ami-built", "imageId": "image"}
            case "parallelcluster:index:Cluster":
                return {
                    "clusterName": args.name,
                    "clusterStatus": "CREATE_COMPLETE",
                    "headNode": {"privateIpAddress": "10.0.0.4"},
                    "loginNodes": [{"poolName": "login", "address": "login.elb"}],
                }
            case _:
                return {}


def run(secrets: Mapping[str, str] | None = None, stack: str = "dev", **sections: Any) -> Recorder:
    """The program with a stack file of these sections; every registration has landed when it returns."""
    recorder = Recorder()
    values = {**_CONFIGURATION, **sections, **(secrets or {})}
    config = {
        f"hpcstack:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    environment = {
        "PULUMI_CONFIG": json.dumps(config),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([f"hpcstack:{key}" for key in secrets or {}]),
    }
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(recorder, project="hpcstack", stack=stack, preview=False)

    def export(name: str, value: Any) -> None:
        pulumi.Output.from_input(value).apply(lambda found: recorder.outputs.__setitem__(name, found))

    @pulumi.runtime.test
    def program() -> None:
        try:
            runpy.run_path(str(PROGRAM))
        except SystemExit as ended:
            recorder.exit_code = int(ended.code or 0)

    with patch.dict(os.environ, environment), patch("pulumi.export", export):
        program()
    loop.close()
    return recorder
