"""FSx: volumes of ONTAP, and the root volume that each file system of OpenZFS has.

Adds the calls that make, describe, change and delete them to `moto.fsx`. Without it ParallelCluster's validators, which look up a
volume, its file system and its machine's address, end in HTTP 500.
"""

import json
import secrets
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.fsx.models import FSxBackend
from moto.fsx.responses import FSxResponse

from localcloud.emulator.additions.fsx_machines import machine

_ROOT = {"VolumePath": "/fsx", "RecordSizeKiB": 128, "DataCompressionType": "NONE", "ReadOnly": False}
_ROOT_EXPORTS = [{"ClientConfigurations": [{"Clients": "*", "Options": ["rw", "crossmnt"]}]}]
"""Of a root volume where none are asked for (FSx API Reference, OpenZFSCreateRootVolumeConfiguration)."""
_ONTAP = {
    "OntapVolumeType": "RW",
    "SecurityStyle": "UNIX",
    "SnapshotPolicy": "default",
    "StorageEfficiencyEnabled": False,
    "VolumeStyle": "FLEXVOL",
}
_COOLING = {"AUTO": 31, "SNAPSHOT_ONLY": 2}
"""Days where none are asked for (FSx API Reference, TieringPolicy)."""


def install() -> None:
    FSxResponse.create_volume = _create
    FSxResponse.describe_volumes = _describe
    FSxResponse.update_volume = _update
    FSxResponse.delete_volume = _delete
    _install_root_volumes()


def _install_root_volumes() -> None:
    create, delete = FSxBackend.create_file_system, FSxBackend.delete_file_system

    def create_with_root(self: Any, *arguments: Any, **keywords: Any) -> Any:
        made = create(self, *arguments, **keywords)
        if made.file_system_type == "OPENZFS":
            asked = dict(made.open_zfs_configuration or {})
            root = {"NfsExports": _ROOT_EXPORTS, **_ROOT, **asked.pop("RootVolumeConfiguration", {})}
            tags = keywords.get("tags") if asked.get("CopyTagsToVolumes") else None
            volume = _volume(self, made.file_system_id, "fsx", "OPENZFS", tags, OpenZFSConfiguration=root)
            made.open_zfs_configuration = {**asked, "RootVolumeId": volume["VolumeId"]}
        return made

    def delete_with_volumes(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        answer = delete(self, file_system_id, *arguments, **keywords)
        for one in [one for one in _volumes(self).values() if one["FileSystemId"] == file_system_id]:
            del _volumes(self)[one["VolumeId"]]
        return answer

    FSxBackend.create_file_system = create_with_root
    FSxBackend.delete_file_system = delete_with_volumes


def _create(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    if asked["VolumeType"] != "ONTAP":
        raise JsonRESTError("BadRequest", "The emulator makes volumes of ONTAP only; OpenZFS has its root volume")
    ontap = asked["OntapConfiguration"]
    on = machine(backend, ontap["StorageVirtualMachineId"])
    beside = [one for one in _volumes(backend).values() if one["FileSystemId"] == on["FileSystemId"]]
    if any(one["Name"] == asked["Name"] for one in beside):
        raise JsonRESTError("BadRequest", f"There is a volume {asked['Name']} already")
    told = {"UUID": secrets.token_hex(16), **_ONTAP, **_sized(ontap)}
    told["TieringPolicy"] = _tiering(ontap.get("TieringPolicy", {}))
    made = _volume(backend, on["FileSystemId"], asked["Name"], "ONTAP", asked.get("Tags"), OntapConfiguration=told)
    return json.dumps({"Volume": _told(backend, made)})


def _sized(asked: dict[str, Any]) -> dict[str, Any]:
    megabytes = asked.get("SizeInMegabytes")
    return {**asked, "SizeInBytes": megabytes * 2**20} if megabytes else asked


def _tiering(asked: dict[str, Any]) -> dict[str, Any]:
    name = asked.get("Name", "SNAPSHOT_ONLY")
    days = asked.get("CoolingPeriod", _COOLING.get(name))
    return {"Name": name, **({"CoolingPeriod": days} if days else {})}


def _describe(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    identities = asked.get("VolumeIds")
    found = [_one(backend, one) for one in identities] if identities else list(_volumes(backend).values())
    filters = {one["Name"]: one["Values"] for one in asked.get("Filters", [])}
    systems, on = filters.get("file-system-id"), filters.get("storage-virtual-machine-id")
    told = [
        _told(backend, one)
        for one in found
        if (systems is None or one["FileSystemId"] in systems)
        and (on is None or one.get("OntapConfiguration", {}).get("StorageVirtualMachineId") in on)
    ]
    return json.dumps({"Volumes": told})


def _update(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    one = _one(backend, asked["VolumeId"])
    for section in ("OntapConfiguration", "OpenZFSConfiguration"):
        changed = _sized(asked.get(section, {}))
        if "TieringPolicy" in changed:
            changed["TieringPolicy"] = _tiering(changed["TieringPolicy"])
        if changed:
            one[section] = {**one[section], **changed}
    return json.dumps({"Volume": _told(backend, one)})


def _delete(self: Any) -> str:
    backend, identity = self.fsx_backend, json.loads(self.body)["VolumeId"]
    if _one(backend, identity)["VolumeType"] == "OPENZFS":
        raise JsonRESTError("BadRequest", f"Volume {identity} is a root volume: delete its file system")
    del _volumes(backend)[identity]
    return json.dumps({"VolumeId": identity, "Lifecycle": "DELETING"})


def _volume(
    backend: Any, system: str, name: str, kind: str, tags: list[dict[str, str]] | None, **configuration: Any
) -> dict[str, Any]:
    identity = f"fsvol-{secrets.token_hex(9)[:17]}"
    made = {
        "VolumeId": identity,
        "ResourceARN": f"arn:aws:fsx:{backend.region_name}:{backend.account_id}:volume/{system}/{identity}",
        "FileSystemId": system,
        "Name": name,
        "VolumeType": kind,
        "Lifecycle": "AVAILABLE" if kind == "OPENZFS" else "CREATED",
        **configuration,
    }
    _volumes(backend)[identity] = made
    backend.tagger.tag_resource(made["ResourceARN"], tags or [])
    return made


def _told(backend: Any, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "Tags": backend.list_tags_for_resource(one["ResourceARN"])}


def _volumes(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("volumes", {})


def _one(backend: Any, identity: str) -> dict[str, Any]:
    if identity not in _volumes(backend):
        raise JsonRESTError("VolumeNotFound", f"Volume '{identity}' does not exist.")
    return _volumes(backend)[identity]
