"""What serves shared folders: EFS and FSx for Lustre, each with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import lustre
from settings.folders import EfsFolder
from settings.lustre import DataRepositoryAssociation, LustreFolder


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where file systems stand."""

    zones: int
    private_subnet_ids: pulumi.Output[list[str]]
    security_group_ids: Mapping[str, pulumi.Input[str]]
    """By the folder's kind."""
    data_paths: Mapping[str, pulumi.Output[str]]
    """`s3://…` of the team's buckets, by bucket and prefix."""
    protected: bool


@dataclass(frozen=True, kw_only=True)
class Mounted:
    """Values are known once what nodes need for a mount is there."""

    file_system_id: pulumi.Output[str]
    """Of ONTAP and OpenZFS the volume's."""
    access_point_id: pulumi.Output[str] | None = None
    server_id: pulumi.Output[str] | None = None
    """The file system behind a volume that is made."""


def efs(name: str, folder: EfsFolder, place: Place, child: pulumi.ResourceOptions) -> Mounted:
    """Encrypted, with a mount target in every private subnet."""
    # State name: renaming a folder destroys its file system.
    system = aws.efs.FileSystem(
        name,
        encrypted=True,
        kms_key_id=folder.kms_key_id,
        performance_mode=folder.performance_mode if folder.performance_mode != "generalPurpose" else None,
        throughput_mode=folder.throughput_mode,
        provisioned_throughput_in_mibps=folder.provisioned_throughput,
        lifecycle_policies=_lifecycle(folder) or None,
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=place.protected)),
    )
    targets = [
        aws.efs.MountTarget(
            f"{name}-{index}",
            file_system_id=system.id,
            subnet_id=place.private_subnet_ids[index],
            security_groups=[place.security_group_ids["efs"]],
            opts=child,
        )
        for index in range(place.zones)
    ]
    if place.protected if folder.backup is None else folder.backup:
        aws.efs.BackupPolicy(name, file_system_id=system.id, backup_policy={"status": "ENABLED"}, opts=child)
    ready = pulumi.Output.all(system.id, *[target.id for target in targets]).apply(lambda ids: str(ids[0]))
    return Mounted(file_system_id=ready, access_point_id=_access_point(name, folder, system, child))


def _lifecycle(folder: EfsFolder) -> list[aws.efs.FileSystemLifecyclePolicyArgsDict]:
    """One policy for each move, as EFS has it."""
    found: list[aws.efs.FileSystemLifecyclePolicyArgsDict] = []
    if folder.transition_to_ia:
        found.append({"transition_to_ia": folder.transition_to_ia})
    if folder.transition_to_archive:
        found.append({"transition_to_archive": folder.transition_to_archive})
    if folder.transition_to_primary_storage_class:
        found.append({"transition_to_primary_storage_class": folder.transition_to_primary_storage_class})
    return found


def _access_point(
    name: str, folder: EfsFolder, system: aws.efs.FileSystem, child: pulumi.ResourceOptions
) -> pulumi.Output[str] | None:
    """No POSIX user: it would make everybody's files one user's."""
    if folder.access_point is None:
        return None
    point = folder.access_point
    owner: aws.efs.AccessPointRootDirectoryCreationInfoArgsDict = {
        "owner_uid": point.owner_uid,
        "owner_gid": point.owner_gid,
        "permissions": point.permissions,
    }
    made = aws.efs.AccessPoint(
        name,
        file_system_id=system.id,
        root_directory={"path": point.path, "creation_info": owner},
        tags={"Name": name},
        opts=child,
    )
    return made.id


def lustre_system(name: str, folder: LustreFolder, place: Place, child: pulumi.ResourceOptions) -> Mounted:
    """In the first private subnet, where the queues are, with its links to S3."""
    older, days = lustre.has_older_paths(folder), lustre.backup_days(folder, place.protected)
    # State name: renaming a folder destroys its file system.
    system = aws.fsx.LustreFileSystem(
        name,
        subnet_ids=place.private_subnet_ids[0],
        security_group_ids=[place.security_group_ids["lustre"]],
        deployment_type=folder.deployment_type,
        file_system_type_version=folder.file_system_type_version,
        storage_capacity=folder.storage_capacity,
        storage_type=folder.storage_type,
        per_unit_storage_throughput=folder.per_unit_storage_throughput,
        # FSx wants the word with HDD, and takes none with SSD.
        drive_cache_type=(folder.drive_cache_type or "NONE") if folder.storage_type == "HDD" else None,
        data_compression_type=folder.data_compression_type or "NONE",
        kms_key_id=folder.kms_key_id,
        automatic_backup_retention_days=days,
        daily_automatic_backup_start_time=folder.daily_automatic_backup_start_time,
        copy_tags_to_backups=folder.copy_tags_to_backups,
        skip_final_backup=not (days and place.protected),
        weekly_maintenance_start_time=folder.weekly_maintenance_start_time,
        import_path=folder.import_path if older else None,
        export_path=folder.export_path if older else None,
        imported_file_chunk_size=folder.imported_file_chunk_size if older else None,
        auto_import_policy=folder.auto_import_policy if older else None,
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=place.protected)),
    )
    links = [_link(f"{name}-{one.name}", one, system, place, child) for one in lustre.associations(folder)]
    ready = pulumi.Output.all(system.id, *[link.id for link in links]).apply(lambda ids: str(ids[0]))
    return Mounted(file_system_id=ready)


def _link(
    name: str,
    link: DataRepositoryAssociation,
    system: aws.fsx.LustreFileSystem,
    place: Place,
    child: pulumi.ResourceOptions,
) -> aws.fsx.DataRepositoryAssociation:
    imports, exports = link.auto_import_policy, link.auto_export_policy
    policies: aws.fsx.DataRepositoryAssociationS3ArgsDict = {}
    if imports:
        policies["auto_import_policy"] = {"events": list(imports)}
    if exports:
        policies["auto_export_policy"] = {"events": list(exports)}
    return aws.fsx.DataRepositoryAssociation(
        name,
        file_system_id=system.id,
        file_system_path=link.file_system_path,
        data_repository_path=link.data_repository_path or place.data_paths[f"{link.bucket}/{link.prefix or ''}"],
        batch_import_meta_data_on_create=link.batch_import_meta_data_on_create,
        imported_file_chunk_size=link.imported_file_chunk_size,
        delete_data_in_filesystem=False,
        s3=policies or None,
        tags={"Name": name},
        # Two links of one directory cannot stand side by side.
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(delete_before_replace=True)),
    )
