"""FSx file systems with ids, state and network interfaces like AWS's.

Replaces `moto.fsx.models.FileSystem` by a subclass, wraps delete_file_system and describe_file_systems of its backend. Without it:
ids of 8 digits, which ParallelCluster's schema refuses ("String does not match expected pattern"); no Lifecycle, for which
providers wait; no interface, so that the validator of the network finds nothing to check; an empty list instead of
FileSystemNotFound, which ParallelCluster shows as "list index out of range".
"""

import json
import secrets
from typing import Any

import moto.fsx.models as models
from moto.ec2.models import ec2_backends
from moto.fsx.exceptions import FileSystemNotFound
from moto.fsx.responses import FSxResponse


class FileSystem(models.FileSystem):
    """A file system that is available at once and has one interface in its first subnet."""

    type_version = ""

    def __init__(self, account_id: str, region_name: str, *arguments: Any, **keywords: Any) -> None:
        super().__init__(account_id, region_name, *arguments, **keywords)
        # The base class has filed the tags under the ARN with the short id.
        tags = self.backend.list_tags_for_resource(self.resource_arn)
        self.file_system_id = "fs-" + secrets.token_hex(9)[:17]
        self.dns_name = f"{self.file_system_id}.fsx.{region_name}.amazonaws.com"
        self.resource_arn = f"arn:aws:fsx:{region_name}:{account_id}:file-system/{self.file_system_id}"
        self.backend.tagger.tag_resource(self.resource_arn, tags)
        ec2 = ec2_backends[account_id][region_name]
        subnet = ec2.get_subnet(self.subnet_ids[0])
        self.vpc_id = subnet.vpc_id
        self.interface = ec2.create_network_interface(
            subnet, None, group_ids=self.security_group_ids or [], description="Created By Amazon FSx"
        )
        if self.file_system_type == "LUSTRE":
            self.lustre_configuration = _lustre(self.lustre_configuration or {})
        elif self.file_system_type == "ONTAP":
            self.ontap_configuration = {**self._ontap(), **_KEPT, **self._disks(), **(self.ontap_configuration or {})}
        elif self.file_system_type == "OPENZFS":
            defaults = {"CopyTagsToBackups": False, "CopyTagsToVolumes": False, **_KEPT, **self._disks()}
            self.open_zfs_configuration = {**defaults, **(self.open_zfs_configuration or {})}
            self.open_zfs_configuration["EndpointIpAddress"] = self.interface.private_ip_address

    def _disks(self) -> dict[str, Any]:
        return {"DiskIopsConfiguration": {"Mode": "AUTOMATIC", "Iops": 3 * self.storage_capacity}}

    def _ontap(self) -> dict[str, Any]:
        """What DescribeFileSystems adds. Throughput is told by both names, as there is one pair of file servers."""
        asked = self.ontap_configuration or {}
        throughput = asked.get("ThroughputCapacity") or asked.get("ThroughputCapacityPerHAPair")
        address = [self.interface.private_ip_address]
        endpoints = {
            kind: {"DNSName": f"{kind.lower()}.{self.dns_name}", "IpAddresses": address}
            for kind in ("Management", "Intercluster")
        }
        rates = {"ThroughputCapacity": throughput, "ThroughputCapacityPerHAPair": throughput}
        return {"HAPairs": 1, "Endpoints": endpoints, **(rates if throughput else {})}

    def to_dict(self) -> dict[str, Any]:
        # FSx does not tell groups; its interfaces bear them.
        told = {key: value for key, value in super().to_dict().items() if key != "SecurityGroupIds"}
        return {
            **told,
            "Lifecycle": "AVAILABLE",
            "VpcId": self.vpc_id,
            "OwnerId": self.backend.account_id,
            **({"FileSystemTypeVersion": self.type_version} if self.type_version else {}),
            "NetworkInterfaceIds": [self.interface.id],
        }


_KEPT = {
    "AutomaticBackupRetentionDays": 30,
    "DailyAutomaticBackupStartTime": "06:00",
    "WeeklyMaintenanceStartTime": "1:05:00",
}
"""Of ONTAP and OpenZFS, where nothing else is asked for."""
_LINKED = ("ImportPath", "ExportPath", "ImportedFileChunkSize", "AutoImportPolicy")
_TYPE_VERSION = "2.10"
"""Of Lustre, where none is asked for (FSx API Reference, CreateFileSystem)."""


def _lustre(asked: dict[str, Any]) -> dict[str, Any]:
    """As DescribeFileSystems tells it: the link to S3 is a part of its own."""
    linked = {key: asked[key] for key in _LINKED if key in asked}
    defaults: dict[str, Any] = {"MountName": "fsx", "DeploymentType": "SCRATCH_1", "DataCompressionType": "NONE"}
    defaults |= {"WeeklyMaintenanceStartTime": "1:05:00", "CopyTagsToBackups": False, "EfaEnabled": False}
    defaults["LogConfiguration"] = {"Level": "DISABLED"}
    if str(asked.get("DeploymentType", "")).startswith("PERSISTENT"):
        defaults |= {"AutomaticBackupRetentionDays": 0, "DailyAutomaticBackupStartTime": "06:00"}
    told = {**defaults, **{key: value for key, value in asked.items() if key not in _LINKED}}
    if linked:
        told["DataRepositoryConfiguration"] = {"Lifecycle": "AVAILABLE", "ImportedFileChunkSize": 1024, **linked}
    return told


def install() -> None:
    _install_versions()
    delete = models.FSxBackend.delete_file_system

    def delete_with_interface(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        file_system = self.file_systems.get(file_system_id)
        answer = delete(self, file_system_id, *arguments, **keywords)
        if file_system is not None:
            file_system.interface.ec2_backend.delete_network_interface(file_system.interface.id)
        return answer

    models.FileSystem = FileSystem
    FSxResponse.delete_file_system = _delete_file_system
    models.FSxBackend.delete_file_system = delete_with_interface
    _install_absence()


def _install_versions() -> None:
    """Moto forgets the version of Lustre."""
    create = models.FSxBackend.create_file_system

    def create_with_version(self: Any, *arguments: Any, **keywords: Any) -> Any:
        made = create(self, *arguments, **keywords)
        if made.file_system_type == "LUSTRE":
            made.type_version = keywords.get("file_system_type_version") or _TYPE_VERSION
        return made

    models.FSxBackend.create_file_system = create_with_version


def _delete_file_system(self: Any) -> str:
    """Moto's answer has members that FSx does not know."""
    asked = json.loads(self.body)
    parts = {"windows": "Windows", "lustre": "Lustre", "open_zfs": "OpenZFS"}
    given = {f"{mine}_configuration": asked.get(f"{theirs}Configuration") for mine, theirs in parts.items()}
    identity, token = asked["FileSystemId"], asked.get("ClientRequestToken")
    self.fsx_backend.delete_file_system(file_system_id=identity, client_request_token=token, **given)
    return json.dumps({"FileSystemId": identity, "Lifecycle": "DELETING"})


def _install_absence() -> None:
    describe = models.FSxBackend.describe_file_systems

    def describe_known(self: Any, file_system_ids: list[str] | None, **page: Any) -> Any:
        for file_system_id in file_system_ids or []:
            if file_system_id not in self.file_systems:
                raise FileSystemNotFound(file_system_id)
        return describe(self, file_system_ids=file_system_ids, **page)

    models.FSxBackend.describe_file_systems = describe_known
