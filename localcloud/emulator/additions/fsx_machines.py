"""FSx: storage virtual machines of ONTAP.

Adds the calls that make, describe and delete them to `moto.fsx`. Without it they end in HTTP 500.
"""

import json
import secrets
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.fsx.exceptions import FileSystemNotFound
from moto.fsx.models import FSxBackend
from moto.fsx.responses import FSxResponse


def install() -> None:
    FSxResponse.create_storage_virtual_machine = _create
    FSxResponse.describe_storage_virtual_machines = _describe
    FSxResponse.delete_storage_virtual_machine = _delete
    delete = FSxBackend.delete_file_system

    def delete_without_machines(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        if any(one["FileSystemId"] == file_system_id for one in machines(self).values()):
            raise JsonRESTError(
                "BadRequest", f"File system {file_system_id} has storage virtual machines: delete these"
            )
        return delete(self, file_system_id, *arguments, **keywords)

    FSxBackend.delete_file_system = delete_without_machines


def machines(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("storage_virtual_machines", {})


def machine(backend: Any, identity: str) -> dict[str, Any]:
    if identity not in machines(backend):
        raise JsonRESTError("StorageVirtualMachineNotFound", f"Storage virtual machine '{identity}' does not exist.")
    return machines(backend)[identity]


def _create(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    system = asked["FileSystemId"]
    if system not in backend.file_systems:
        raise FileSystemNotFound(system)
    if backend.file_systems[system].file_system_type != "ONTAP":
        raise JsonRESTError("UnsupportedOperation", f"File system {system} is not one of ONTAP")
    identity = f"svm-{secrets.token_hex(9)[:17]}"
    place = f"{identity}.{system}.fsx.{backend.region_name}.amazonaws.com"
    addresses = [backend.file_systems[system].interface.private_ip_address]
    arn = f"arn:aws:fsx:{backend.region_name}:{backend.account_id}:storage-virtual-machine/{system}/{identity}"
    made = {
        "StorageVirtualMachineId": identity,
        "ResourceARN": arn,
        "FileSystemId": system,
        "Name": asked["Name"],
        "Lifecycle": "CREATED",
        "Subtype": "DEFAULT",
        "UUID": secrets.token_hex(16),
        "Endpoints": {kind: {"DNSName": place, "IpAddresses": addresses} for kind in ("Nfs", "Management")},
        "RootVolumeSecurityStyle": asked.get("RootVolumeSecurityStyle", "UNIX"),
    }
    machines(backend)[identity] = made
    backend.tagger.tag_resource(arn, asked.get("Tags", []))
    return json.dumps({"StorageVirtualMachine": _told(backend, made)})


def _describe(self: Any) -> str:
    backend, asked = self.fsx_backend, json.loads(self.body)
    identities = asked.get("StorageVirtualMachineIds")
    found = [machine(backend, one) for one in identities] if identities else list(machines(backend).values())
    filters = {one["Name"]: one["Values"] for one in asked.get("Filters", [])}
    systems = filters.get("file-system-id")
    told = [_told(backend, one) for one in found if systems is None or one["FileSystemId"] in systems]
    return json.dumps({"StorageVirtualMachines": told})


def _delete(self: Any) -> str:
    backend, identity = self.fsx_backend, json.loads(self.body)["StorageVirtualMachineId"]
    machine(backend, identity)
    volumes = backend.__dict__.get("volumes", {}).values()
    if any(one.get("OntapConfiguration", {}).get("StorageVirtualMachineId") == identity for one in volumes):
        raise JsonRESTError("BadRequest", f"Storage virtual machine {identity} has volumes: delete these first")
    del machines(backend)[identity]
    return json.dumps({"StorageVirtualMachineId": identity, "Lifecycle": "DELETING"})


def _told(backend: Any, one: dict[str, Any]) -> dict[str, Any]:
    """Without the style of the root volume, which no answer has."""
    told = {key: value for key, value in one.items() if key != "RootVolumeSecurityStyle"}
    return {**told, "Tags": backend.list_tags_for_resource(one["ResourceARN"])}
