"""Folders."""

from typing import Any

import pulumi

from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import Clients, Ground


def _storage(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.storage import Storage, StorageArgs

    home = {"name": "home", "mountDir": "/home", "backup": True, "accessPoint": {"path": "/home"}}
    link = {"name": "in", "fileSystemPath": "/in", "bucket": "data", "autoImportPolicy": ("NEW",)}
    scratch = {"name": "fast", "mountDir": "/fast", "kind": "lustre", "dataRepositoryAssociations": (link,)}
    lab = {"name": "lab", "mountDir": "/lab", "kind": "ontap"}
    work = {"name": "work", "mountDir": "/work", "kind": "openzfs"}
    wanted = settings(storage={"folders": (home, scratch, lab, work), "buckets": ({"name": "data"},)})
    args = StorageArgs(
        folders=wanted.storage.folders,
        zones=1,
        private_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        security_group_ids={
            **dict.fromkeys(("lustre", "ontap", "openzfs"), ground.groups[0]),
            "efs": arguments["group"],
        },
        data_paths={"data/": pulumi.Output.from_input(f"s3://{ground.buckets[0]}/")},
        protected=False,
    )
    return Storage(name, args, opts)


def _mount_target(aws: Clients, parts: Parts) -> list[str]:
    target = parts["MountTarget::storage-home-0"].id
    (found,) = aws("efs").describe_mount_targets(MountTargetId=target)["MountTargets"]
    groups = aws("efs").describe_mount_target_security_groups(MountTargetId=target)["SecurityGroups"]
    return [found["SubnetId"], *groups]


def _regroup(aws: Clients, parts: Parts) -> None:
    other = aws("ec2").describe_security_groups(GroupNames=["ground-0"])["SecurityGroups"][0]["GroupId"]
    aws("efs").modify_mount_target_security_groups(
        MountTargetId=parts["MountTarget::storage-home-0"].id, SecurityGroups=[other]
    )


ROWS = [
    Component(
        token="hpcstack:index:Storage",
        make=_storage,
        first=lambda g: {"subnets": [g.subnets[0]], "group": g.groups[0]},
        change=lambda g: {"group": g.groups[1]},
        changed={"MountTarget::storage-home-0": frozenset({"securityGroups"})},
        replace=lambda g: {"subnets": [g.subnets[1]]},
        replaced=frozenset(
            {
                "MountTarget::storage-home-0",
                "LustreFileSystem::storage-fast",
                "DataRepositoryAssociation::storage-fast-in",
                "OntapFileSystem::storage-lab",
                "OntapStorageVirtualMachine::storage-lab",
                "OntapVolume::storage-lab",
                "OpenZfsFileSystem::storage-work",
            }
        ),
        look=_mount_target,
        looks=lambda a: [a["subnets"][0], a["group"]],
        drift=_regroup,
        drifted="MountTarget::storage-home-0",
        vanish=lambda aws, parts: aws("efs").delete_mount_target(MountTargetId=parts["MountTarget::storage-home-0"].id),
        vanished=frozenset({"MountTarget::storage-home-0"}),
    ),
]
