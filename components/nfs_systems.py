"""FSx for NetApp ONTAP and FSx for OpenZFS: a file system each, with the volume that nodes mount."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.file_systems import Mounted, Place
from planning import nfs
from settings.nfs import NfsFolder, OntapFolder, OpenZfsFolder

_EXPORTED: aws.fsx.OpenZfsFileSystemRootVolumeConfigurationNfsExportsClientConfigurationArgsDict = {
    "clients": "*",
    "options": ["rw", "crossmnt", "no_root_squash"],
}
"""To whom the security group lets in. Root of the nodes makes homes and gives them away, as on the other kinds."""


def nfs_volume(name: str, folder: NfsFolder, place: Place, child: pulumi.ResourceOptions) -> Mounted:
    """In the first private subnet, where the queues are."""
    kept = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=place.protected))
    if isinstance(folder, OntapFolder):
        return _ontap(name, folder, place, kept)
    assert isinstance(folder, OpenZfsFolder)
    return _openzfs(name, folder, place, kept)


def _ontap(name: str, folder: OntapFolder, place: Place, kept: pulumi.ResourceOptions) -> Mounted:
    days, second = nfs.backup_days(folder, place.protected), folder.deployment_type == "SINGLE_AZ_2"
    # State name: renaming a folder destroys its file system.
    system = aws.fsx.OntapFileSystem(
        name,
        subnet_ids=[place.private_subnet_ids[0]],
        preferred_subnet_id=place.private_subnet_ids[0],
        security_group_ids=[place.security_group_ids["ontap"]],
        deployment_type=folder.deployment_type,
        storage_capacity=folder.storage_capacity,
        throughput_capacity=None if second else nfs.throughput(folder),
        throughput_capacity_per_ha_pair=nfs.throughput(folder) if second else None,
        ha_pairs=1 if second else None,
        kms_key_id=folder.kms_key_id,
        automatic_backup_retention_days=days,
        daily_automatic_backup_start_time=folder.daily_automatic_backup_start_time,
        weekly_maintenance_start_time=folder.weekly_maintenance_start_time,
        tags={"Name": name},
        opts=kept,
    )
    machine = aws.fsx.OntapStorageVirtualMachine(
        name, name="svm", file_system_id=system.id, root_volume_security_style="UNIX", tags={"Name": name}, opts=kept
    )
    volume = aws.fsx.OntapVolume(
        name,
        name=nfs.volume_name(folder),
        storage_virtual_machine_id=machine.id,
        junction_path=nfs.junction_path(folder),
        size_in_megabytes=nfs.volume_size(folder),
        security_style="UNIX",
        storage_efficiency_enabled=folder.storage_efficiency_enabled,
        tiering_policy=_tiering(folder),
        snapshot_policy=folder.snapshot_policy,
        copy_tags_to_backups=folder.copy_tags_to_backups,
        skip_final_backup=not (days and place.protected),
        tags={"Name": name},
        opts=kept,
    )
    return Mounted(file_system_id=volume.id, server_id=system.id)


def _tiering(folder: OntapFolder) -> aws.fsx.OntapVolumeTieringPolicyArgsDict:
    policy: aws.fsx.OntapVolumeTieringPolicyArgsDict = {"name": folder.tiering_policy}
    if folder.cooling_period is not None:
        policy["cooling_period"] = folder.cooling_period
    return policy


def _openzfs(name: str, folder: OpenZfsFolder, place: Place, kept: pulumi.ResourceOptions) -> Mounted:
    days = nfs.backup_days(folder, place.protected)
    # State name: renaming a folder destroys its file system.
    system = aws.fsx.OpenZfsFileSystem(
        name,
        subnet_ids=[place.private_subnet_ids[0]],
        security_group_ids=[place.security_group_ids["openzfs"]],
        deployment_type=folder.deployment_type,
        storage_capacity=folder.storage_capacity,
        throughput_capacity=nfs.throughput(folder),
        kms_key_id=folder.kms_key_id,
        automatic_backup_retention_days=days,
        daily_automatic_backup_start_time=folder.daily_automatic_backup_start_time,
        copy_tags_to_backups=folder.copy_tags_to_backups,
        copy_tags_to_volumes=True,
        skip_final_backup=not (days and place.protected),
        # Without the word FSx deletes nothing that has volumes or snapshots of the team's own.
        delete_options=None if place.protected else ["DELETE_CHILD_VOLUMES_AND_SNAPSHOTS"],
        weekly_maintenance_start_time=folder.weekly_maintenance_start_time,
        root_volume_configuration={
            "data_compression_type": folder.data_compression_type,
            "record_size_kib": folder.record_size_kib,
            "nfs_exports": {"client_configurations": [_EXPORTED]},
        },
        tags={"Name": name},
        opts=kept,
    )
    return Mounted(file_system_id=system.root_volume_id, server_id=system.id)
