"""FSx for OpenZFS: file systems of one zone, each with its root volume."""

from typing import Any

from localcloud.plugins.aws.base import first, given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.resources.fsx_systems import KEPT, KEPT_RULES, FsxSystem
from localcloud.plugins.rules import Items, Length, OneOf, Within
from localcloud.plugins.values import Plain

_CHANGING = {
    "ThroughputCapacity": "throughputCapacity",
    "CopyTagsToBackups": "copyTagsToBackups",
    "CopyTagsToVolumes": "copyTagsToVolumes",
    **KEPT,
}
_ZFS = {"DeploymentType": "deploymentType", **_CHANGING}
_ROOT = {
    "RecordSizeKiB": "recordSizeKib",
    "DataCompressionType": "dataCompressionType",
    "ReadOnly": "readOnly",
    "CopyTagsToSnapshots": "copyTagsToSnapshots",
}
_EXPORTS = "rootVolumeConfiguration.nfsExports.clientConfigurations"


class OpenZfsFileSystem(FsxSystem):
    token = "aws:fsx/openZfsFileSystem:OpenZfsFileSystem"
    kind, section = "OPENZFS", "OpenZFSConfiguration"
    inputs = frozenset(
        {
            *_ZFS.values(),
            *("subnetIds", "securityGroupIds", "storageCapacity", "storageType", "kmsKeyId", "tags"),
            *("rootVolumeConfiguration", "deleteOptions", "skipFinalBackup"),
        }
    )
    computed = frozenset(
        {"dailyAutomaticBackupStartTime", "kmsKeyId", "weeklyMaintenanceStartTime", "rootVolumeConfiguration"},
    )
    replace = frozenset({"subnetIds", "securityGroupIds", "storageType", "kmsKeyId", "deploymentType"})
    opened = frozenset({"rootVolumeConfiguration"})
    rules = (
        OneOf(
            "deploymentType",
            ("SINGLE_AZ_1", "SINGLE_AZ_2", "SINGLE_AZ_HA_1", "SINGLE_AZ_HA_2"),
            ours="the stand-in has file systems of one zone",
        ),
        OneOf("storageType", ("SSD",), ours="the stand-in has SSD only"),
        Within("throughputCapacity", 8, 2**31 - 1),
        Within("storageCapacity", 64, 524_288),
        Items("subnetIds", 1, 1),
        Items("deleteOptions", 0, 1),
        OneOf("deleteOptions[]", ("DELETE_CHILD_VOLUMES_AND_SNAPSHOTS",)),
        OneOf("rootVolumeConfiguration.dataCompressionType", ("NONE", "ZSTD", "LZ4")),
        OneOf("rootVolumeConfiguration.recordSizeKib", (4, 8, 16, 32, 64, 128, 256, 512, 1024)),
        Items(_EXPORTS, 0, 25),
        Length(f"{_EXPORTS}[].clients", 1, 128),
        Items(f"{_EXPORTS}[].options", 1, 20),
        *KEPT_RULES,
    )

    def normalise(self, inputs: Plain) -> Plain:
        no = dict.fromkeys(("copyTagsToBackups", "copyTagsToVolumes", "skipFinalBackup"), False)
        return {"storageType": "SSD", "automaticBackupRetentionDays": 0, **no, **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        root = _root(inputs)
        settings = {**given(inputs, **_ZFS), **({"RootVolumeConfiguration": root} if root else {})}
        return self.make(context, inputs, settings)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        system = self.describe(aws, resource_id)
        zfs = system["OpenZFSConfiguration"]
        volume = first(aws.client("fsx").describe_volumes(VolumeIds=[zfs["RootVolumeId"]])["Volumes"])
        disks = zfs.get("DiskIopsConfiguration", {})
        return {
            **self.told(aws, system),
            **picked(zfs, **{key: api for api, key in _ZFS.items()}),
            **picked(zfs, rootVolumeId="RootVolumeId", endpointIpAddress="EndpointIpAddress"),
            "diskIopsConfiguration": picked(disks, mode="Mode", iops="Iops"),
            "rootVolumeConfiguration": _told_root(volume["OpenZFSConfiguration"]),
            # What only a deletion is told, no answer has.
            "skipFinalBackup": inputs.get("skipFinalBackup", False),
            **({"deleteOptions": inputs["deleteOptions"]} if "deleteOptions" in inputs else {}),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self.change(aws, resource_id, new, changed, _CHANGING)
        if "rootVolumeConfiguration" in changed and (root := _root(new)):
            zfs = self.describe(aws, resource_id)["OpenZFSConfiguration"]
            root.pop("CopyTagsToSnapshots", None)
            aws.client("fsx").update_volume(VolumeId=zfs["RootVolumeId"], OpenZFSConfiguration=root)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        last = {"SkipFinalBackup": state.get("skipFinalBackup", False), **given(state, Options="deleteOptions")}
        aws.client("fsx").delete_file_system(FileSystemId=resource_id, OpenZFSConfiguration=last)


def _root(inputs: Plain) -> dict[str, Any]:
    asked = inputs.get("rootVolumeConfiguration") or {}
    exports = (asked.get("nfsExports") or {}).get("clientConfigurations")
    clients = [given(one, Clients="clients", Options="options") for one in exports or []]
    return {**given(asked, **_ROOT), **({"NfsExports": [{"ClientConfigurations": clients}]} if clients else {})}


def _told_root(volume: dict[str, Any]) -> Plain:
    told = picked(volume, **{key: api for api, key in _ROOT.items()})
    for exports in volume.get("NfsExports", []):
        clients = [picked(one, clients="Clients", options="Options") for one in exports["ClientConfigurations"]]
        told["nfsExports"] = {"clientConfigurations": clients}
    return told


ALL = (OpenZfsFileSystem,)
