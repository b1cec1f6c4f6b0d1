"""What all nodes mount."""

from typing import Any

from planning import lustre
from planning.cluster.parts import only
from planning.endpoints import Endpoints
from planning.merge import Document
from settings import Settings
from settings.folders import EfsFolder
from settings.homes import shared_folders
from settings.lustre import DataRepositoryAssociation, LustreFolder
from settings.storage import Folder

_TYPES = {"efs": "Efs", "lustre": "FsxLustre", "ontap": "FsxOntap", "openzfs": "FsxOpenZfs"}


def shared_storage(settings: Settings, endpoints: Endpoints) -> list[Document]:
    """ParallelCluster's `SharedStorage`: file systems by their ids, or those that it makes itself."""
    return [
        {
            "Name": folder.name,
            "StorageType": _TYPES[folder.kind],
            "MountDir": folder.mount_dir,
            f"{_TYPES[folder.kind]}Settings": _settings(folder, endpoints),
        }
        for folder in shared_folders(settings)
    ]


def _settings(folder: Folder, endpoints: Endpoints) -> Document:
    if isinstance(folder, EfsFolder):
        return _efs(folder, endpoints)
    if not isinstance(folder, LustreFolder):
        return {"VolumeId": endpoints.file_system_ids[folder.name]}
    return _lustre(folder, endpoints) if folder.managed_by_cluster else _by_id(folder, endpoints)


def _by_id(folder: Folder, endpoints: Endpoints) -> Document:
    return {"FileSystemId": endpoints.file_system_ids[folder.name]}


def _efs(folder: EfsFolder, endpoints: Endpoints) -> Document:
    mounted = {
        "EncryptionInTransit": folder.encryption_in_transit,
        **only(IamAuthorization=folder.iam_authorization or None),
    }
    if not folder.managed_by_cluster:
        point = endpoints.access_point_ids.get(folder.name)
        return {**_by_id(folder, endpoints), **mounted, **only(AccessPointId=point)}
    return {
        "Encrypted": True,
        "PerformanceMode": folder.performance_mode,
        "ThroughputMode": folder.throughput_mode,
        "DeletionPolicy": folder.deletion_policy,
        **mounted,
        **only(KmsKeyId=folder.kms_key_id, ProvisionedThroughput=folder.provisioned_throughput),
    }


def _lustre(folder: LustreFolder, endpoints: Endpoints) -> Document:
    older = lustre.has_older_paths(folder)
    links = [_link(link, endpoints) for link in lustre.associations(folder)]
    return {
        "DeploymentType": folder.deployment_type,
        "StorageCapacity": folder.storage_capacity,
        "DeletionPolicy": folder.deletion_policy,
        **only(
            StorageType=folder.storage_type if folder.storage_type == "HDD" else None,
            PerUnitStorageThroughput=folder.per_unit_storage_throughput,
            DriveCacheType=folder.drive_cache_type,
            DataCompressionType=folder.data_compression_type,
            KmsKeyId=folder.kms_key_id,
            AutomaticBackupRetentionDays=folder.automatic_backup_retention_days,
            DailyAutomaticBackupStartTime=folder.daily_automatic_backup_start_time,
            CopyTagsToBackups=folder.copy_tags_to_backups,
            WeeklyMaintenanceStartTime=folder.weekly_maintenance_start_time,
            DataRepositoryAssociations=links or None,
            ImportPath=folder.import_path if older else None,
            ExportPath=folder.export_path if older else None,
            ImportedFileChunkSize=folder.imported_file_chunk_size if older else None,
            AutoImportPolicy=folder.auto_import_policy if older else None,
        ),
    }


def _link(link: DataRepositoryAssociation, endpoints: Endpoints) -> Document:
    return {
        "Name": link.name,
        "FileSystemPath": link.file_system_path,
        "DataRepositoryPath": link.data_repository_path or _data(link, endpoints),
        "BatchImportMetaDataOnCreate": link.batch_import_meta_data_on_create,
        "ImportedFileChunkSize": link.imported_file_chunk_size,
        **only(
            AutoImportPolicy=list(link.auto_import_policy) or None,
            AutoExportPolicy=list(link.auto_export_policy) or None,
        ),
    }


def _data(link: DataRepositoryAssociation, endpoints: Endpoints) -> Any:
    return endpoints.data_paths[f"{link.bucket}/{link.prefix or ''}"]
