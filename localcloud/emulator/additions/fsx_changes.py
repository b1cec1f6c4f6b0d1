"""FSx: changes of file systems, and data repository associations.

Adds UpdateFileSystem and the four calls about associations to `moto.fsx`. Without it both end in HTTP 500.
"""

import json
import secrets
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.fsx.exceptions import FileSystemNotFound
from moto.fsx.models import FSxBackend
from moto.fsx.responses import FSxResponse

_SECTIONS = {
    "LustreConfiguration": "lustre_configuration",
    "OntapConfiguration": "ontap_configuration",
    "OpenZFSConfiguration": "open_zfs_configuration",
}
_MOST = 8
"""Associations of one file system (FSx API Reference, CreateDataRepositoryAssociation)."""


def install() -> None:
    FSxResponse.update_file_system = _update_file_system
    FSxResponse.create_data_repository_association = _create
    FSxResponse.describe_data_repository_associations = _describe
    FSxResponse.update_data_repository_association = _update
    FSxResponse.delete_data_repository_association = _delete
    delete = FSxBackend.delete_file_system

    def delete_with_associations(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        answer = delete(self, file_system_id, *arguments, **keywords)
        known = _associations(self)
        for one in [one for one in known.values() if one["FileSystemId"] == file_system_id]:
            del known[one["AssociationId"]]
        return answer

    FSxBackend.delete_file_system = delete_with_associations


def _update_file_system(self: Any) -> str:
    asked = json.loads(self.body)
    system = _system(self.fsx_backend, asked["FileSystemId"])
    if asked.get("StorageCapacity", system.storage_capacity) < system.storage_capacity:
        raise JsonRESTError("BadRequest", f"File system {asked['FileSystemId']} can be made larger, never smaller")
    system.storage_capacity = asked.get("StorageCapacity", system.storage_capacity)
    for section, attribute in _SECTIONS.items():
        if section in asked:
            changed = _with_both_rates(asked[section]) if section == "OntapConfiguration" else asked[section]
            setattr(system, attribute, _merged(getattr(system, attribute) or {}, changed))
    return json.dumps({"FileSystem": system.to_dict()})


def _with_both_rates(asked: dict[str, Any]) -> dict[str, Any]:
    """One pair of file servers has the throughput of the whole."""
    rate = asked.get("ThroughputCapacity") or asked.get("ThroughputCapacityPerHAPair")
    return {**asked, "ThroughputCapacity": rate, "ThroughputCapacityPerHAPair": rate} if rate else asked


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    if "AutoImportPolicy" in new:
        linked = {**old.get("DataRepositoryConfiguration", {}), "AutoImportPolicy": new["AutoImportPolicy"]}
        old = {**old, "DataRepositoryConfiguration": linked}
    return {**old, **{key: value for key, value in new.items() if key != "AutoImportPolicy"}}


def _create(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    system = _system(backend, asked["FileSystemId"])
    if system.file_system_type != "LUSTRE" or (system.lustre_configuration or {}).get("DeploymentType") == "SCRATCH_1":
        raise JsonRESTError("BadRequest", "Data repository associations are not supported on this file system")
    beside = [one for one in _associations(backend).values() if one["FileSystemId"] == asked["FileSystemId"]]
    if len(beside) >= _MOST:
        raise JsonRESTError("ServiceLimitExceeded", f"A file system has {_MOST} data repository associations at most")
    if any(_overlap(one["FileSystemPath"], asked["FileSystemPath"]) for one in beside):
        raise JsonRESTError("BadRequest", f"File system path {asked['FileSystemPath']} overlaps with another one")
    identity = f"dra-{secrets.token_hex(9)[:17]}"
    place = f"{backend.region_name}:{backend.account_id}:association/{asked['FileSystemId']}/{identity}"
    made = {
        "AssociationId": identity,
        "ResourceARN": f"arn:aws:fsx:{place}",
        "Lifecycle": "AVAILABLE",
        "BatchImportMetaDataOnCreate": False,
        "ImportedFileChunkSize": 1024,
        "S3": {},
        **{key: value for key, value in asked.items() if key not in ("ClientRequestToken", "Tags")},
    }
    _associations(backend)[identity] = made
    backend.tagger.tag_resource(made["ResourceARN"], asked.get("Tags", []))
    return json.dumps({"Association": _told(backend, made)})


def _describe(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    known = _associations(backend)
    found = [_one(backend, identity) for identity in asked["AssociationIds"]] if asked.get("AssociationIds") else None
    filters = {one["Name"]: one["Values"] for one in asked.get("Filters", [])}
    of_systems = filters.get("file-system-id")
    told = [
        _told(backend, one)
        for one in (found if found is not None else list(known.values()))
        if of_systems is None or one["FileSystemId"] in of_systems
    ]
    return json.dumps({"Associations": told})


def _update(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    one = _one(backend, asked["AssociationId"])
    one["ImportedFileChunkSize"] = asked.get("ImportedFileChunkSize", one["ImportedFileChunkSize"])
    one["S3"] = {**one["S3"], **asked.get("S3", {})}
    return json.dumps({"Association": _told(backend, one)})


def _delete(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    one = _one(backend, asked["AssociationId"])
    del _associations(backend)[one["AssociationId"]]
    kept = bool(asked.get("DeleteDataInFileSystem"))
    return json.dumps({"AssociationId": one["AssociationId"], "Lifecycle": "DELETING", "DeleteDataInFileSystem": kept})


def _associations(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("data_repository_associations", {})


def _told(backend: Any, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "Tags": backend.list_tags_for_resource(one["ResourceARN"])}


def _one(backend: Any, identity: str) -> dict[str, Any]:
    if identity not in _associations(backend):
        raise JsonRESTError(
            "DataRepositoryAssociationNotFound", f"Data repository association '{identity}' does not exist."
        )
    return _associations(backend)[identity]


def _system(backend: Any, identity: str) -> Any:
    if identity not in backend.file_systems:
        raise FileSystemNotFound(identity)
    return backend.file_systems[identity]


def _overlap(one: str, other: str) -> bool:
    left, right = f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"
    return left.startswith(right) or right.startswith(left)
