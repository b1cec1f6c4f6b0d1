"""FSx file systems with ids, state and network interfaces like AWS's.

Replaces `moto.fsx.models.FileSystem` by a subclass, wraps delete_file_system and describe_file_systems of its backend. Without it:
ids of 8 digits, which ParallelCluster's schema refuses ("String does not match expected pattern"); no Lifecycle, for which
providers wait; no interface, so that the validator of the network finds nothing to check; an empty list instead of
FileSystemNotFound, which ParallelCluster shows as "list index out of range".
"""

import secrets
from typing import Any

import moto.fsx.models as models
from moto.ec2.models import ec2_backends
from moto.fsx.exceptions import FileSystemNotFound


class FileSystem(models.FileSystem):
    """A file system that is available at once and has one interface in its first subnet."""

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
            self.lustre_configuration = {"MountName": "fsx", **(self.lustre_configuration or {})}

    def to_dict(self) -> dict[str, Any]:
        return {
            **super().to_dict(),
            "Lifecycle": "AVAILABLE",
            "VpcId": self.vpc_id,
            "NetworkInterfaceIds": [self.interface.id],
        }


def install() -> None:
    delete = models.FSxBackend.delete_file_system

    def delete_with_interface(self: Any, file_system_id: str, *arguments: Any, **keywords: Any) -> Any:
        file_system = self.file_systems.get(file_system_id)
        answer = delete(self, file_system_id, *arguments, **keywords)
        if file_system is not None:
            file_system.interface.ec2_backend.delete_network_interface(file_system.interface.id)
        return answer

    models.FileSystem = FileSystem
    models.FSxBackend.delete_file_system = delete_with_interface
    _install_absence()


def _install_absence() -> None:
    describe = models.FSxBackend.describe_file_systems

    def describe_known(self: Any, file_system_ids: list[str] | None, **page: Any) -> Any:
        for file_system_id in file_system_ids or []:
            if file_system_id not in self.file_systems:
                raise FileSystemNotFound(file_system_id)
        return describe(self, file_system_ids=file_system_ids, **page)

    models.FSxBackend.describe_file_systems = describe_known
