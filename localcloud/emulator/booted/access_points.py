"""An access point of EFS is its folder in the file system, with the owner and the rights of its creation.

EFS User Guide, "Enforcing a root directory with an access point". Wraps `EFSBackend.create_access_point`; the POSIX user is not
acted out.
"""

import os
from pathlib import Path
from typing import Any

from moto.efs.models import EFSBackend

from localcloud.machines import place


def install() -> None:
    create = EFSBackend.create_access_point

    def create_with_folder(self: Any, *arguments: Any, **keywords: Any) -> Any:
        point = create(self, *arguments, **keywords)
        _make(point.file_system_id, point.access_point_id, point.root_directory)
        return point

    EFSBackend.create_access_point = create_with_folder


def _make(file_system: str, access_point: str, root: dict[str, Any]) -> None:
    """The folder, and the name beside the file system's by which machines mount it."""
    path = str(root.get("Path") or "/").strip("/")
    folder = place.SHARED / file_system / path
    created = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if created and (info := root.get("CreationInfo")):
        os.chown(folder, int(info["OwnerUid"]), int(info["OwnerGid"]))
        folder.chmod(int(str(info["Permissions"]), 8))
    # Below the same folder in machines, so that it leads there too.
    link = place.SHARED / f"{file_system}-{access_point}"
    if not link.is_symlink():
        link.symlink_to(Path(file_system, path))
