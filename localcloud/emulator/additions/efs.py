"""EFS: the calls UpdateFileSystem and PutBackupPolicy, and access points with ids like AWS's.

Adds both to `EFSResponse`, wraps AccessPoint and describe_backup_policy. Without it a change of the throughput mode or of backups
ends in HTTP 500, ParallelCluster's schema refuses access points ("String does not match expected pattern": moto's ids have 8
digits), and a file system without backups has no policy, where AWS's says that they are off.
"""

import json
import secrets
from typing import Any

from moto.efs.models import AccessPoint, EFSBackend
from moto.efs.responses import EFSResponse


def install() -> None:
    _install_backups()
    _install_access_points()

    def update_file_system(self: Any) -> tuple[str, dict[str, Any]]:
        _, found = self.efs_backend.describe_file_systems(
            marker=None, max_items=1, creation_token=None, file_system_id=self._get_param("FileSystemId")
        )
        mode, throughput = self._get_param("ThroughputMode"), self._get_param("ProvisionedThroughputInMibps")
        file_system = found[0]
        file_system.throughput_mode = mode or file_system.throughput_mode
        if mode:
            # Another mode has none.
            file_system.provisioned_throughput_in_mibps = throughput
        return json.dumps(file_system.info_json()), {"status": 202, "Content-Type": "application/json"}

    EFSResponse.update_file_system = update_file_system


def _install_backups() -> None:
    def put_backup_policy(self: Any) -> tuple[str, dict[str, Any]]:
        system = self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")]
        system._backup = self._get_param("BackupPolicy")["Status"] == "ENABLED"
        policy = {"Status": "ENABLED" if system._backup else "DISABLED"}
        return json.dumps({"BackupPolicy": policy}), {"Content-Type": "application/json"}

    def describe_backup_policy(self: Any, file_system_id: str) -> dict[str, str]:
        return {"Status": "ENABLED" if self.file_systems_by_id[file_system_id]._backup else "DISABLED"}

    EFSResponse.put_backup_policy = put_backup_policy
    EFSBackend.describe_backup_policy = describe_backup_policy


def _install_access_points() -> None:
    begin = AccessPoint.__init__

    def begin_with_long_id(self: Any, *arguments: Any, **keywords: Any) -> None:
        begin(self, *arguments, **keywords)
        short, self.access_point_id = self.access_point_id, f"fsap-{secrets.token_hex(9)[:17]}"
        self.access_point_arn = self.access_point_arn.replace(short, self.access_point_id)

    AccessPoint.__init__ = begin_with_long_id
