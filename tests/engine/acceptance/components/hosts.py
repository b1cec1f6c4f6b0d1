"""API host and jump host, as far as the service goes: tests/nodes and tests/directory have their programs run on a machine."""

import base64
import json
from pathlib import Path
from typing import Any

import pulumi

from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import REGION, Clients, Ground


def _host(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.api_host import PROGRAM, ApiHost, ApiHostArgs
    from components.bucket import Bucket, BucketArgs
    from planning.api_host import ApiEndpoints
    from scripts.api_host import bundle

    files = BucketArgs(files={PROGRAM: bundle.write(Path(ground.folder))}, expiring={}, protected=False)
    service = {"command": ["/usr/bin/true"], "port": 8000, "secrets": {"token": ground.secrets[0]}}
    chosen = settings(apiHost={"instanceType": arguments["type"], "service": service})
    assert chosen.api_host
    args = ApiHostArgs(
        settings=chosen,
        host=chosen.api_host,
        endpoints=ApiEndpoints(),
        bucket=Bucket(f"{name}-bucket", files, opts),
        partition=pulumi.Output.from_input("aws"),
        permissions_boundary=None,
        subnet_id=arguments["subnet"],
        security_group_id=ground.groups[0],
        policy_arns=[],
        # A record would turn to another address with each step that makes another machine.
        zone_id=None,
        needs=[],
    )
    return ApiHost(name, args, opts)


def _look(aws: Clients, parts: Parts) -> dict[str, Any]:
    """Of the machine, and what its bucket tells it."""
    (found,) = aws("ec2").describe_instances(InstanceIds=[parts[_INSTANCE].id])["Reservations"]
    (machine,) = found["Instances"]
    assert "PublicIpAddress" not in machine
    asked = {"InstanceId": machine["InstanceId"], "Attribute": "userData"}
    data = base64.b64decode(aws("ec2").describe_instance_attribute(**asked)["UserData"]["Value"]).decode()
    _, configuration, region = data.splitlines()[1].removeprefix("set -- ").split()
    assert region == REGION
    bucket, _, key = configuration.removeprefix("s3://").partition("/")
    told = json.loads(aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    assert told["service"]["port"] == 8000
    return {"type": machine["InstanceType"], "subnet": machine["SubnetId"]}


def _rename(aws: Clients, parts: Parts) -> None:
    aws("ec2").create_tags(Resources=[parts[_INSTANCE].id], Tags=[{"Key": "Name", "Value": "by hand"}])


def _jump_host(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.jump_host import JumpHost, JumpHostArgs
    from settings.directory import JumpHost as JumpHostSettings

    wanted = {"kind": "ec2", "instanceType": arguments["type"], "ami": ground.image}
    args = JumpHostArgs(
        settings=JumpHostSettings.model_validate(wanted),
        public=False,
        private_key=None,
        key_name=None,
        partition=pulumi.Output.from_input("aws"),
        public_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        private_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        security_group_id=ground.groups[0],
        permissions_boundary=None,
        needs=[],
    )
    return JumpHost(name, args, opts)


_JUMP_HOST = "Instance::jumphost"


def _jump_host_seen(aws: Clients, parts: Parts) -> list[str]:
    (reservation,) = aws("ec2").describe_instances(InstanceIds=[parts[_JUMP_HOST].id])["Reservations"]
    (instance,) = reservation["Instances"]
    return [instance["InstanceType"], instance["SubnetId"], instance["MetadataOptions"]["HttpTokens"]]


def _regroup(aws: Clients, parts: Parts) -> None:
    other = aws("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["ground-1"]}])
    groups = [group["GroupId"] for group in other["SecurityGroups"]]
    aws("ec2").modify_instance_attribute(InstanceId=parts[_JUMP_HOST].id, Groups=groups)


_INSTANCE = "Instance::apihost"

ROWS = [
    Component(
        token="hpcstack:index:ApiHost",
        make=_host,
        first=lambda g: {"type": "t3.medium", "subnet": g.subnets[0]},
        change=lambda g: {"type": "t3.large"},
        changed={_INSTANCE: frozenset({"instanceType"})},
        # Another configuration does too, with another object in a bucket that is no part of it.
        replace=lambda g: {"subnet": g.subnets[1]},
        replaced=frozenset({_INSTANCE}),
        look=_look,
        looks=lambda a: a,
        drift=_rename,
        drifted=_INSTANCE,
        vanish=lambda aws, parts: aws("ec2").terminate_instances(InstanceIds=[parts[_INSTANCE].id]),
        vanished=frozenset({_INSTANCE}),
    ),
    Component(
        token="hpcstack:index:JumpHost",
        make=_jump_host,
        first=lambda g: {"type": "t3.small", "subnets": [g.subnets[0]]},
        change=lambda g: {"type": "t3.medium"},
        changed={_JUMP_HOST: frozenset({"instanceType"})},
        replace=lambda g: {"subnets": [g.subnets[1]]},
        replaced=frozenset({_JUMP_HOST}),
        look=_jump_host_seen,
        looks=lambda a: [a["type"], a["subnets"][0], "required"],
        drift=_regroup,
        drifted=_JUMP_HOST,
        vanish=lambda aws, parts: aws("ec2").terminate_instances(InstanceIds=[parts[_JUMP_HOST].id]),
        vanished=frozenset({_JUMP_HOST}),
    ),
]
