"""What a file system of ONTAP or OpenZFS is made with where the stack file leaves it open."""

from settings.nfs import NfsFolder, OntapFolder, OpenZfsFolder
from settings.rules.nfs import backup_days as backup_days
from settings.rules.nfs import throughputs

_LARGEST = 307_200
"""GiB of a volume of one aggregate (FSx for ONTAP User Guide, "Volume styles": 300 TiB)."""


def throughput(folder: NfsFolder) -> int:
    """MB/s; the least of the type where the stack file says none."""
    return folder.throughput_capacity or throughputs(folder)[0]


def volume_name(folder: OntapFolder) -> str:
    """ONTAP's volumes have letters, digits and underscores."""
    return folder.name.replace("-", "_")


def junction_path(folder: OntapFolder) -> str:
    return folder.junction_path or f"/{folder.name}"


def volume_size(folder: OntapFolder) -> int:
    """MiB that nodes see."""
    return (folder.volume_size or min(folder.storage_capacity, _LARGEST)) * 1024


def addresses(folder: NfsFolder) -> int:
    """Of the subnet, at most: file servers, and of ONTAP the endpoints of file system and storage virtual machine."""
    if isinstance(folder, OpenZfsFolder):
        return 3 if "_HA_" in folder.deployment_type else 1
    return 8
