"""What all nodes mount."""

from planning.cluster.endpoints import Endpoints
from planning.merge import Document
from settings import Settings


def shared_storage(settings: Settings, endpoints: Endpoints) -> list[Document]:
    """ParallelCluster's `SharedStorage`."""
    return [
        {
            "Name": folder.name,
            "StorageType": "Efs",
            "MountDir": folder.mount_dir,
            "EfsSettings": {"FileSystemId": endpoints.file_system_ids[folder.name], "EncryptionInTransit": True},
        }
        for folder in settings.storage.folders
    ]
