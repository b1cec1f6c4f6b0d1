"""A directory of AWS's."""

from typing import Any

import pulumi

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import Clients, Ground


def _directory(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.bucket import Bucket, BucketArgs
    from components.directory import Directory, DirectoryArgs

    wanted = settings(
        directory={"kind": "simple-ad", "size": arguments["size"], "serverName": "ad.example.org"},
        jumpHost={"kind": "ec2"},
    )
    subnets = pulumi.Output.from_input(ground.subnets)
    args = DirectoryArgs(
        settings=wanted,
        vpc_id=ground.vpc,
        subnet_ids=subnets,
        clients={"nodes": ground.groups[0]},
        vpc_cidrs=["10.0.0.0/16"],
        bucket=Bucket(f"{name}-scripts", BucketArgs(files={}, expiring={}, protected=False), opts),
        partition=pulumi.Output.from_input("aws"),
        needs=[],
    )
    return Directory(name, args, opts)


def _size(aws: Clients, parts: Parts) -> str:
    directory = parts["Directory::directory"].id
    return aws("ds").describe_directories(DirectoryIds=[directory])["DirectoryDescriptions"][0]["Size"]


ROWS = [
    Component(
        token="hpcstack:index:Directory",
        make=_directory,
        first=lambda g: {"size": "Small"},
        change=No("of a directory itself only tags change in place, and its secrets as the component Secret proves"),
        replace=lambda g: {"size": "Large"},
        replaced=frozenset({"Directory::directory"}),
        look=_size,
        looks=lambda a: a["size"],
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts["Secret::directory-admin"].id, Description="by hand"
        ),
        drifted="Secret::directory-admin",
        vanish=lambda aws, parts: aws("ds").delete_directory(DirectoryId=parts["Directory::directory"].id),
        vanished=frozenset({"Directory::directory"}),
    ),
]
