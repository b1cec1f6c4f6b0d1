"""FSx: storage virtual machines and volumes of ONTAP, volumes of OpenZFS.

Adds the calls that make, describe and delete them to `moto.fsx`, and the root volume that each OpenZFS file system has. Without it
ParallelCluster's validators, which look up a volume, its file system and its machine's address, end in HTTP 500.
"""

import json
import secrets
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.fsx.exceptions import FileSystemNotFound
from moto.fsx.models import FSxBackend
from moto.fsx.responses import FSxResponse


def install() -> None:
    FSxResponse.create_storage_virtual_machine = _create_machine
    FSxResponse.describe_storage_virtual_machines = _describe_machines
    FSxResponse.delete_storage_virtual_machine = _delete_machine
    FSxResponse.create_volume = _create_volume
    FSxResponse.describe_volumes = _describe_volumes
    FSxResponse.delete_volume = _delete_volume
    _install_root_volumes()


def _install_root_volumes() -> None:
    create, delete = FSxBackend.create_file_system, FSxBackend.delete_file_system

    def create_with_root(self: Any, *arguments: Any, **keywords: Any) -> Any:
        made = create(self, *arguments, **keywords)
        if made.file_system_type == "OPENZFS":
            root = _volume(self, made.file_system_id, "fsx", "OPENZFS", OpenZFSConfiguration={"VolumePath": "/fsx"})
            made.open_zfs_configuration = {**(made.open_zfs_configuration or {}), "RootVolumeId": root["VolumeId"]}
            made.open_zfs_configuration.pop("RootVolumeConfiguration", None)
        return made

    def delete_with_volumes(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        mine = [one for one in _volumes(self).values() if one["FileSystemId"] == file_system_id]
        if any(one["VolumeType"] == "ONTAP" for one in mine):
            raise JsonRESTError("BadRequest", f"File system {file_system_id} has volumes: delete these first")
        answer = delete(self, file_system_id, *arguments, **keywords)
        for one in mine:
            del _volumes(self)[one["VolumeId"]]
        return answer

    FSxBackend.create_file_system = create_with_root
    FSxBackend.delete_file_system = delete_with_volumes


def _create_machine(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    system = asked["FileSystemId"]
    if system not in backend.file_systems:
        raise FileSystemNotFound(system)
    identity = f"svm-{secrets.token_hex(9)[:17]}"
    place = f"{identity}.{system}.fsx.{backend.region_name}.amazonaws.com"
    made = {
        "StorageVirtualMachineId": identity,
        "ResourceARN": _arn(backend, f"storage-virtual-machine/{system}/{identity}"),
        "FileSystemId": system,
        "Name": asked["Name"],
        "Lifecycle": "CREATED",
        "Subtype": "DEFAULT",
        "Endpoints": {kind: {"DNSName": place} for kind in ("Nfs", "Management")},
        "RootVolumeSecurityStyle": asked.get("RootVolumeSecurityStyle", "UNIX"),
    }
    _machines(backend)[identity] = made
    return json.dumps({"StorageVirtualMachine": made})


def _describe_machines(self: Any) -> str:
    known = _machines(self.fsx_backend)
    asked = json.loads(self.body).get("StorageVirtualMachineIds")
    found = [_one(known, one, "StorageVirtualMachine") for one in asked] if asked else list(known.values())
    return json.dumps({"StorageVirtualMachines": found})


def _delete_machine(self: Any) -> str:
    backend, identity = self.fsx_backend, json.loads(self.body)["StorageVirtualMachineId"]
    _one(_machines(backend), identity, "StorageVirtualMachine")
    del _machines(backend)[identity]
    return json.dumps({"StorageVirtualMachineId": identity, "Lifecycle": "DELETING"})


def _create_volume(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    if asked["VolumeType"] != "ONTAP":
        raise JsonRESTError("BadRequest", "The emulator makes volumes of ONTAP only; OpenZFS has its root volume")
    ontap = asked["OntapConfiguration"]
    machine = _one(_machines(backend), ontap["StorageVirtualMachineId"], "StorageVirtualMachine")
    made = _volume(backend, machine["FileSystemId"], asked["Name"], "ONTAP", OntapConfiguration=ontap)
    return json.dumps({"Volume": made})


def _describe_volumes(self: Any) -> str:
    known = _volumes(self.fsx_backend)
    asked = json.loads(self.body).get("VolumeIds")
    found = [_one(known, one, "Volume") for one in asked] if asked else list(known.values())
    return json.dumps({"Volumes": found})


def _delete_volume(self: Any) -> str:
    backend, identity = self.fsx_backend, json.loads(self.body)["VolumeId"]
    _one(_volumes(backend), identity, "Volume")
    del _volumes(backend)[identity]
    return json.dumps({"VolumeId": identity, "Lifecycle": "DELETING"})


def _volume(backend: Any, system: str, name: str, kind: str, **configuration: Any) -> dict[str, Any]:
    identity = f"fsvol-{secrets.token_hex(9)[:17]}"
    made = {
        "VolumeId": identity,
        "ResourceARN": _arn(backend, f"volume/{system}/{identity}"),
        "FileSystemId": system,
        "Name": name,
        "VolumeType": kind,
        "Lifecycle": "CREATED",
        **configuration,
    }
    _volumes(backend)[identity] = made
    return made


def _arn(backend: Any, resource: str) -> str:
    return f"arn:aws:fsx:{backend.region_name}:{backend.account_id}:{resource}"


def _machines(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("storage_virtual_machines", {})


def _volumes(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("volumes", {})


def _one(known: dict[str, dict[str, Any]], identity: str, what: str) -> dict[str, Any]:
    if identity not in known:
        raise JsonRESTError(f"{what}NotFound", f"{what} '{identity}' does not exist.")
    return known[identity]
