"""CloudWatch Logs: keys of log groups.

Adds AssociateKmsKey and DisassociateKmsKey to `moto.logs`. Without it they end in HTTP 500. Whether the key is there, and whether
its policy lets the service use it, nobody looks at.
"""

from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


def install() -> None:
    LogsResponse.associate_kms_key = _associate
    LogsResponse.disassociate_kms_key = _disassociate


def _associate(self: Any) -> str:
    _group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


def _disassociate(self: Any) -> str:
    _group(self).kms_key_id = None
    return ""


def _group(self: Any) -> Any:
    name = self._get_param("logGroupName")
    if name not in self.logs_backend.groups:
        raise ResourceNotFoundException()
    return self.logs_backend.groups[name]
