"""EFS: the call UpdateFileSystem.

Adds `EFSResponse.update_file_system`. Without it a change of the throughput mode ends in HTTP 500.
"""

import json
from typing import Any

from moto.efs.responses import EFSResponse


def install() -> None:
    def update_file_system(self: Any) -> tuple[str, dict[str, Any]]:
        _, found = self.efs_backend.describe_file_systems(
            marker=None, max_items=1, creation_token=None, file_system_id=self._get_param("FileSystemId")
        )
        mode, throughput = self._get_param("ThroughputMode"), self._get_param("ProvisionedThroughputInMibps")
        file_system = found[0]
        file_system.throughput_mode = mode or file_system.throughput_mode
        if throughput is not None:
            file_system.provisioned_throughput_in_mibps = throughput
        return json.dumps(file_system.info_json()), {"status": 202, "Content-Type": "application/json"}

    EFSResponse.update_file_system = update_file_system
