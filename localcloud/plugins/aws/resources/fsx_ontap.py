"""FSx for NetApp ONTAP: file systems of one zone with one pair of file servers, storage virtual machines, volumes."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.resources.fsx_systems import KEPT, KEPT_RULES, FsxSystem, tag_fsx
from localcloud.plugins.resource import Autoname, wait_until
from localcloud.plugins.rules import ExactlyOne, Items, Length, OneOf, Within
from localcloud.plugins.values import Plain

_RATES = {
    "ThroughputCapacity": "throughputCapacity",
    "ThroughputCapacityPerHAPair": "throughputCapacityPerHaPair",
    "HAPairs": "haPairs",
}
_ONTAP = {"DeploymentType": "deploymentType", "PreferredSubnetId": "preferredSubnetId", **_RATES, **KEPT}
_STYLES = ("UNIX", "NTFS", "MIXED")
_VOLUME = {
    "StorageVirtualMachineId": "storageVirtualMachineId",
    "JunctionPath": "junctionPath",
    "SizeInMegabytes": "sizeInMegabytes",
    "SecurityStyle": "securityStyle",
    "StorageEfficiencyEnabled": "storageEfficiencyEnabled",
    "SnapshotPolicy": "snapshotPolicy",
    "CopyTagsToBackups": "copyTagsToBackups",
}


class OntapFileSystem(FsxSystem):
    token = "aws:fsx/ontapFileSystem:OntapFileSystem"
    kind, section = "ONTAP", "OntapConfiguration"
    inputs = frozenset(
        {
            *_ONTAP.values(),
            *("subnetIds", "securityGroupIds", "storageCapacity", "storageType", "kmsKeyId", "tags"),
        }
    )
    computed = frozenset(
        {"dailyAutomaticBackupStartTime", "kmsKeyId", "weeklyMaintenanceStartTime", *_RATES.values()},
    )
    replace = frozenset(
        {"subnetIds", "preferredSubnetId", "securityGroupIds", "storageType", "kmsKeyId", "deploymentType"},
    )
    rules = (
        OneOf("deploymentType", ("SINGLE_AZ_1", "SINGLE_AZ_2"), ours="the stand-in has file systems of one zone"),
        OneOf("storageType", ("SSD",), ours="the stand-in has SSD only"),
        OneOf("throughputCapacity", (128, 256, 512, 1024, 2048, 4096)),
        OneOf("throughputCapacityPerHaPair", (128, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144)),
        ExactlyOne(("throughputCapacity", "throughputCapacityPerHaPair")),
        OneOf("haPairs", (1,), ours="the stand-in has one pair"),
        Within("storageCapacity", 1024, 1_048_576),
        Items("subnetIds", 1, 2),
        *KEPT_RULES,
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"storageType": "SSD", "automaticBackupRetentionDays": 0, **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        return self.make(context, inputs, given(inputs, **_ONTAP))

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        system = self.describe(aws, resource_id)
        ontap = system.get("OntapConfiguration", {})
        disks, found = ontap.get("DiskIopsConfiguration", {}), ontap.get("Endpoints", {})
        endpoints = {f"{kind}s": [_endpoint(found[api])] for kind, api in _OF_SYSTEM.items() if api in found}
        return {
            **self.told(aws, system),
            **picked(ontap, **{key: api for api, key in _ONTAP.items()}),
            "diskIopsConfiguration": picked(disks, mode="Mode", iops="Iops"),
            "endpoints": [endpoints] if endpoints else [],
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self.change(aws, resource_id, new, changed, {**_RATES, **KEPT})

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("fsx").delete_file_system(FileSystemId=resource_id)


_OF_SYSTEM = {"intercluster": "Intercluster", "management": "Management"}
_OF_MACHINE = {"iscsis": "Iscsi", "managements": "Management", "nfs": "Nfs", "smbs": "Smb"}


class OntapStorageVirtualMachine(AwsType):
    token = "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine"
    autoname = Autoname()
    inputs = frozenset({"fileSystemId", "name", "rootVolumeSecurityStyle", "tags"})
    replace = frozenset({"fileSystemId", "name", "rootVolumeSecurityStyle"})
    rules = (
        Length("fileSystemId", 11, 21),
        Length("name", 1, 47),
        OneOf("rootVolumeSecurityStyle", _STYLES),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("fsx").create_storage_virtual_machine(
            Tags=tag_list(context.all_tags(inputs.get("tags"))),
            **given(
                inputs, FileSystemId="fileSystemId", Name="name", RootVolumeSecurityStyle="rootVolumeSecurityStyle"
            ),
        )
        return made["StorageVirtualMachine"]["StorageVirtualMachineId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def there() -> bool:
            return self._describe(context, resource_id)["Lifecycle"] in ("CREATED", "MISCONFIGURED")

        wait_until(there, f"storage virtual machine {resource_id} is there", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        one = self._describe(aws, resource_id)
        found = one.get("Endpoints", {})
        names = {
            "arn": "ResourceARN",
            "fileSystemId": "FileSystemId",
            "name": "Name",
            "subtype": "Subtype",
            "uuid": "UUID",
        }
        return {
            **picked(one, **names),
            # FSx takes it and never tells it.
            **(
                {"rootVolumeSecurityStyle": inputs["rootVolumeSecurityStyle"]}
                if "rootVolumeSecurityStyle" in inputs
                else {}
            ),
            "endpoints": [{key: [_endpoint(found[api])] for key, api in _OF_MACHINE.items() if api in found}],
            "tagsAll": tag_map(one.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("fsx").delete_storage_virtual_machine(StorageVirtualMachineId=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        found = aws.client("fsx").describe_storage_virtual_machines(StorageVirtualMachineIds=[resource_id])
        return first(found["StorageVirtualMachines"])


class OntapVolume(AwsType):
    token = "aws:fsx/ontapVolume:OntapVolume"
    autoname = Autoname()
    inputs = frozenset({*_VOLUME.values(), "name", "tieringPolicy", "skipFinalBackup", "tags"})
    computed = frozenset({"securityStyle", "snapshotPolicy", "tieringPolicy"})
    replace = frozenset({"storageVirtualMachineId", "name"})
    opened = frozenset({"tieringPolicy"})
    rules = (
        Length("storageVirtualMachineId", 21, 21),
        Length("name", 1, 203),
        Length("junctionPath", 1, 255),
        Length("snapshotPolicy", 1, 255),
        Within("sizeInMegabytes", 0, 2**31 - 1),
        OneOf("securityStyle", _STYLES),
        OneOf("tieringPolicy.name", ("SNAPSHOT_ONLY", "AUTO", "ALL", "NONE")),
        Within("tieringPolicy.coolingPeriod", 2, 183),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"copyTagsToBackups": False, "skipFinalBackup": False, **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("fsx").create_volume(
            VolumeType="ONTAP",
            Name=inputs["name"],
            OntapConfiguration={**given(inputs, **_VOLUME), **_tiering(inputs)},
            Tags=tag_list(context.all_tags(inputs.get("tags"))),
        )
        return made["Volume"]["VolumeId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def there() -> bool:
            return self._describe(context, resource_id)["Lifecycle"] in ("CREATED", "AVAILABLE", "MISCONFIGURED")

        wait_until(there, f"volume {resource_id} is there", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        one = self._describe(aws, resource_id)
        ontap = one["OntapConfiguration"]
        tiering = ontap.get("TieringPolicy", {})
        return {
            **picked(one, arn="ResourceARN", fileSystemId="FileSystemId", name="Name", volumeType="VolumeType"),
            **picked(ontap, ontapVolumeType="OntapVolumeType", uuid="UUID", volumeStyle="VolumeStyle"),
            **picked(ontap, **{key: api for api, key in _VOLUME.items()}),
            "sizeInBytes": str(ontap.get("SizeInBytes", "")),
            "tieringPolicy": picked(tiering, name="Name", coolingPeriod="CoolingPeriod"),
            # What only a deletion is told, no answer has.
            "skipFinalBackup": inputs.get("skipFinalBackup", False),
            "tagsAll": tag_map(one.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        configuration = given(new, **{api: key for api, key in _VOLUME.items() if key in changed})
        if "tieringPolicy" in changed:
            configuration |= _tiering(new)
        if configuration:
            aws.client("fsx").update_volume(VolumeId=resource_id, OntapConfiguration=configuration)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        last = {"SkipFinalBackup": state.get("skipFinalBackup", False)}
        aws.client("fsx").delete_volume(VolumeId=resource_id, OntapConfiguration=last)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("fsx").describe_volumes(VolumeIds=[resource_id])["Volumes"])


def _tiering(inputs: Plain) -> dict[str, Any]:
    asked = inputs.get("tieringPolicy")
    return {"TieringPolicy": given(asked, Name="name", CoolingPeriod="coolingPeriod")} if asked else {}


def _endpoint(found: dict[str, Any]) -> Plain:
    return picked(found, dnsName="DNSName", ipAddresses="IpAddresses")


ALL = (OntapFileSystem, OntapStorageVirtualMachine, OntapVolume)
