"""Shared folders: a file system each, made or existing. What ParallelCluster makes itself is not here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import file_systems
from components.file_systems import Mounted, Place
from components.nfs_systems import nfs_volume
from planning import team_data
from settings.folders import EfsFolder
from settings.nfs import NfsFolder
from settings.storage import Folder


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    folders: tuple[Folder, ...]
    zones: int
    private_subnet_ids: pulumi.Output[list[str]]
    security_group_ids: Mapping[str, pulumi.Input[str]]
    """Of mount targets and file servers, by the folder's kind; of kinds that are made."""
    data_paths: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]])
    """`s3://…` of the team's buckets that folders show, by bucket and prefix."""
    arn_prefix: pulumi.Input[str] = ""
    """ARNs of EFS up to the region; for folders with iamAuthorization."""
    protected: bool


class Storage(pulumi.ComponentResource):
    file_system_ids: dict[str, pulumi.Output[str]]
    """By the folder's name; of ONTAP and OpenZFS the volume's. A value is known once nodes can mount it."""
    access_point_ids: dict[str, pulumi.Output[str]]
    """Of EFS, by the folder's name."""
    server_ids: dict[str, pulumi.Output[str]]
    """File systems behind made volumes of ONTAP and OpenZFS, by the folder's name."""
    policy_arn: pulumi.Output[str] | None
    """What nodes may mount by their role; None where no folder asks for that."""

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Storage", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = Place(
            zones=args.zones,
            private_subnet_ids=args.private_subnet_ids,
            security_group_ids=args.security_group_ids,
            data_paths=args.data_paths,
            protected=args.protected,
        )
        made = {folder.name: _mounted(f"{name}-{folder.name}", folder, place, child) for folder in args.folders}
        found = {folder: one for folder, one in made.items() if one is not None}
        self.file_system_ids = {folder: one.file_system_id for folder, one in found.items()}
        self.access_point_ids = {folder: one.access_point_id for folder, one in found.items() if one.access_point_id}
        self.server_ids = {folder: one.server_id for folder, one in found.items() if one.server_id}
        by_role = [one.name for one in args.folders if isinstance(one, EfsFolder) and one.iam_authorization]
        ids = [self.file_system_ids[folder] for folder in by_role if folder in found]
        self.policy_arn = _policy(f"{name}-mounts", args.arn_prefix, ids, child) if ids else None
        self.register_outputs(
            {
                "file_system_ids": self.file_system_ids,
                "access_point_ids": self.access_point_ids,
                "server_ids": self.server_ids,
                "policy_arn": self.policy_arn,
            }
        )


def _policy(
    name: str, prefix: pulumi.Input[str], ids: list[pulumi.Output[str]], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    # Of any account: an existing file system may be another one's.
    arns = [pulumi.Output.concat(prefix, ":*:file-system/", one) for one in ids]
    document = pulumi.Output.all(*arns).apply(lambda found: json.dumps(team_data.mounts(found)))
    return aws.iam.Policy(name, policy=document, opts=child).arn


def _mounted(name: str, folder: Folder, place: Place, child: pulumi.ResourceOptions) -> Mounted | None:
    """None for what ParallelCluster makes itself."""
    if isinstance(folder, NfsFolder):
        existing = folder.volume_id
        if existing is None:
            return nfs_volume(name, folder, place, child)
        return Mounted(file_system_id=pulumi.Output.from_input(existing))
    if folder.file_system_id:
        point = folder.access_point_id if isinstance(folder, EfsFolder) else None
        return Mounted(
            file_system_id=pulumi.Output.from_input(folder.file_system_id),
            access_point_id=pulumi.Output.from_input(point) if point else None,
        )
    if folder.managed_by_cluster:
        return None
    if isinstance(folder, EfsFolder):
        return file_systems.efs(name, folder, place, child)
    return file_systems.lustre_system(name, folder, place, child)
