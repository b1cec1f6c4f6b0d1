"""FSx for Lustre: file systems."""

from typing import Any

from localcloud.plugins.aws.base import given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.resources.fsx_systems import KEPT, KEPT_RULES, FsxSystem
from localcloud.plugins.rules import APPLY, Length, OneOf, Refused, Within
from localcloud.plugins.values import Plain

_PERSISTENT = ("PERSISTENT_1", "PERSISTENT_2")
_SCRATCH = (None, "SCRATCH_1", "SCRATCH_2")
_LUSTRE = {
    "DeploymentType": "deploymentType",
    "PerUnitStorageThroughput": "perUnitStorageThroughput",
    "DriveCacheType": "driveCacheType",
    "DataCompressionType": "dataCompressionType",
    "CopyTagsToBackups": "copyTagsToBackups",
    **KEPT,
}
_LINK = {
    "ImportPath": "importPath",
    "ExportPath": "exportPath",
    "ImportedFileChunkSize": "importedFileChunkSize",
    "AutoImportPolicy": "autoImportPolicy",
}
_CHANGING = (
    "PerUnitStorageThroughput",
    "DataCompressionType",
    "AutomaticBackupRetentionDays",
    "DailyAutomaticBackupStartTime",
    "WeeklyMaintenanceStartTime",
    "AutoImportPolicy",
)
"""What UpdateFileSystem takes."""


_DEFAULTS = {
    "skipFinalBackup": True,
    "dataCompressionType": "NONE",
    "storageType": "SSD",
    "deploymentType": "SCRATCH_1",
}
"""The official plugin's own."""


class LustreFileSystem(FsxSystem):
    kind, section = "LUSTRE", "LustreConfiguration"
    token = "aws:fsx/lustreFileSystem:LustreFileSystem"
    inputs = frozenset(
        {
            *_LUSTRE.values(),
            *_LINK.values(),
            *("subnetIds", "securityGroupIds", "storageCapacity", "storageType", "kmsKeyId", "fileSystemTypeVersion"),
            *("skipFinalBackup", "tags"),
        }
    )
    computed = frozenset(
        {
            *("autoImportPolicy", "automaticBackupRetentionDays", "dailyAutomaticBackupStartTime", "copyTagsToBackups"),
            *("fileSystemTypeVersion", "importedFileChunkSize", "exportPath", "kmsKeyId", "weeklyMaintenanceStartTime"),
        }
    )
    replace = frozenset(
        {
            *("subnetIds", "securityGroupIds", "storageType", "kmsKeyId", "fileSystemTypeVersion", "deploymentType"),
            *("driveCacheType", "copyTagsToBackups", "importPath", "exportPath", "importedFileChunkSize"),
        }
    )
    rules = (
        OneOf("deploymentType", ("SCRATCH_1", "SCRATCH_2", *_PERSISTENT)),
        OneOf("storageType", ("SSD", "HDD"), ours="the stand-in has no intelligent tiering"),
        OneOf("perUnitStorageThroughput", (12, 40, 50, 100, 125, 200, 250, 500, 1000)),
        OneOf("driveCacheType", ("NONE", "READ")),
        OneOf("dataCompressionType", ("NONE", "LZ4")),
        OneOf("autoImportPolicy", ("NONE", "NEW", "NEW_CHANGED", "NEW_CHANGED_DELETED")),
        OneOf("fileSystemTypeVersion", ("2.10", "2.12", "2.15")),
        Within("importedFileChunkSize", 1, 512_000),
        Within("storageCapacity", 1200, 2**31 - 1),
        Length("importPath", 3, 900),
        Length("exportPath", 3, 900),
        *KEPT_RULES,
        Refused("perUnitStorageThroughput", when="deploymentType", has=_SCRATCH, stage=APPLY),
        Refused("kmsKeyId", when="deploymentType", has=_SCRATCH, stage=APPLY),
        Refused("automaticBackupRetentionDays", when="deploymentType", has=_SCRATCH, stage=APPLY),
        Refused("driveCacheType", when="storageType", has=(None, "SSD"), stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {**_DEFAULTS, **super().normalise(inputs)}

    def replaces(self, key: str, old: Plain, new: Plain) -> bool:
        # FSx makes a file system larger in place, never smaller.
        if key == "storageCapacity":
            return _number(new.get(key)) < _number(old.get(key))
        return super().replaces(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        version = given(inputs, FileSystemTypeVersion="fileSystemTypeVersion")
        return self.make(context, inputs, given(inputs, **_LUSTRE, **_LINK), **version)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        system = self.describe(aws, resource_id)
        lustre = system.get("LustreConfiguration", {})
        state = self.told(aws, system) | picked(system, fileSystemTypeVersion="FileSystemTypeVersion")
        state |= picked(lustre, mountName="MountName", **{key: api for api, key in _LUSTRE.items()})
        state |= picked(lustre.get("DataRepositoryConfiguration", {}), **{key: api for api, key in _LINK.items()})
        return state | {
            "efaEnabled": lustre.get("EfaEnabled", False),
            "logConfiguration": picked(lustre.get("LogConfiguration", {}), level="Level", destination="Destination"),
            "subnetIds": system["SubnetIds"][0],
            # What only a deletion is told, no answer has.
            "skipFinalBackup": inputs.get("skipFinalBackup", True),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        names = {api: key for api, key in {**_LUSTRE, **_LINK}.items() if api in _CHANGING}
        self.change(aws, resource_id, new, changed, names)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        scratch = str(state.get("deploymentType", "SCRATCH_1")).startswith("SCRATCH")
        final = {} if scratch else {"LustreConfiguration": {"SkipFinalBackup": state.get("skipFinalBackup", True)}}
        aws.client("fsx").delete_file_system(FileSystemId=resource_id, **final)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


ALL = (LustreFileSystem,)
