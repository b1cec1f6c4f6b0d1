"""FSx for Lustre: file systems, and what they show of S3."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import APPLY, Items, Length, Matches, OneOf, Refused, Within
from localcloud.plugins.values import Plain

_PERSISTENT = ("PERSISTENT_1", "PERSISTENT_2")
_SCRATCH = (None, "SCRATCH_1", "SCRATCH_2")
_WEEKLY = r"[1-7]:([01]\d|2[0-3]):[0-5]\d"
_DAILY = r"([01]\d|2[0-3]):[0-5]\d"
_LUSTRE = {
    "DeploymentType": "deploymentType",
    "PerUnitStorageThroughput": "perUnitStorageThroughput",
    "DriveCacheType": "driveCacheType",
    "DataCompressionType": "dataCompressionType",
    "AutomaticBackupRetentionDays": "automaticBackupRetentionDays",
    "DailyAutomaticBackupStartTime": "dailyAutomaticBackupStartTime",
    "CopyTagsToBackups": "copyTagsToBackups",
    "WeeklyMaintenanceStartTime": "weeklyMaintenanceStartTime",
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


class LustreFileSystem(AwsType):
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
    unordered = frozenset({"securityGroupIds"})
    rules = (
        OneOf("deploymentType", ("SCRATCH_1", "SCRATCH_2", *_PERSISTENT)),
        OneOf("storageType", ("SSD", "HDD"), ours="the stand-in has no intelligent tiering"),
        OneOf("perUnitStorageThroughput", (12, 40, 50, 100, 125, 200, 250, 500, 1000)),
        OneOf("driveCacheType", ("NONE", "READ")),
        OneOf("dataCompressionType", ("NONE", "LZ4")),
        OneOf("autoImportPolicy", ("NONE", "NEW", "NEW_CHANGED", "NEW_CHANGED_DELETED")),
        OneOf("fileSystemTypeVersion", ("2.10", "2.12", "2.15")),
        Within("automaticBackupRetentionDays", 0, 90),
        Within("importedFileChunkSize", 1, 512_000),
        Within("storageCapacity", 1200, 2**31 - 1),
        Matches("weeklyMaintenanceStartTime", _WEEKLY, "be a day and a time such as 7:03:00"),
        Matches("dailyAutomaticBackupStartTime", _DAILY, "be a time such as 03:00"),
        Length("importPath", 3, 900),
        Length("exportPath", 3, 900),
        Items("securityGroupIds", 1, 50),
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
        subnet = inputs["subnetIds"]
        arguments = given(
            inputs,
            SecurityGroupIds="securityGroupIds",
            StorageCapacity="storageCapacity",
            StorageType="storageType",
            KmsKeyId="kmsKeyId",
            FileSystemTypeVersion="fileSystemTypeVersion",
        )
        made = context.client("fsx").create_file_system(
            FileSystemType="LUSTRE",
            SubnetIds=[subnet] if isinstance(subnet, str) else subnet,
            LustreConfiguration=given(inputs, **_LUSTRE, **_LINK),
            Tags=tag_list(context.all_tags(inputs.get("tags"))),
            **arguments,
        )
        return made["FileSystem"]["FileSystemId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self._describe(context, resource_id)["Lifecycle"] == "AVAILABLE"

        wait_until(available, f"file system {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        system = self._describe(aws, resource_id)
        lustre = system.get("LustreConfiguration", {})
        interfaces = system.get("NetworkInterfaceIds", [])
        state = picked(
            system,
            arn="ResourceARN",
            dnsName="DNSName",
            fileSystemTypeVersion="FileSystemTypeVersion",
            kmsKeyId="KmsKeyId",
            networkInterfaceIds="NetworkInterfaceIds",
            ownerId="OwnerId",
            storageCapacity="StorageCapacity",
            vpcId="VpcId",
        )
        state |= picked(lustre, mountName="MountName", **{key: api for api, key in _LUSTRE.items()})
        state |= picked(lustre.get("DataRepositoryConfiguration", {}), **{key: api for api, key in _LINK.items()})
        return state | {
            "storageType": system.get("StorageType", "SSD"),
            "efaEnabled": lustre.get("EfaEnabled", False),
            "logConfiguration": picked(lustre.get("LogConfiguration", {}), level="Level", destination="Destination"),
            "subnetIds": system["SubnetIds"][0],
            "securityGroupIds": self._groups(aws, interfaces),
            # What only a deletion is told, no answer has.
            "skipFinalBackup": inputs.get("skipFinalBackup", True),
            "tagsAll": tag_map(system.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        names = {api: key for api, key in {**_LUSTRE, **_LINK}.items() if api in _CHANGING and key in changed}
        configuration = given(new, **names)
        arguments: dict[str, Any] = {"LustreConfiguration": configuration} if configuration else {}
        if "storageCapacity" in changed:
            arguments["StorageCapacity"] = new["storageCapacity"]
        if arguments:
            aws.client("fsx").update_file_system(FileSystemId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        scratch = str(state.get("deploymentType", "SCRATCH_1")).startswith("SCRATCH")
        final = {} if scratch else {"LustreConfiguration": {"SkipFinalBackup": state.get("skipFinalBackup", True)}}
        aws.client("fsx").delete_file_system(FileSystemId=resource_id, **final)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("fsx").describe_file_systems(FileSystemIds=[resource_id])["FileSystems"])

    def _groups(self, aws: Aws, interfaces: list[str]) -> list[str]:
        """FSx does not tell groups; its interfaces bear them."""
        if not interfaces:
            return []
        found = aws.client("ec2").describe_network_interfaces(NetworkInterfaceIds=interfaces)["NetworkInterfaces"]
        return sorted({group["GroupId"] for one in found for group in one["Groups"]})


class DataRepositoryAssociation(AwsType):
    token = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
    inputs = frozenset(
        {
            *("fileSystemId", "fileSystemPath", "dataRepositoryPath", "batchImportMetaDataOnCreate"),
            *("importedFileChunkSize", "s3", "deleteDataInFilesystem", "tags"),
        }
    )
    computed = frozenset({"importedFileChunkSize", "s3"})
    replace = frozenset({"fileSystemId", "fileSystemPath", "dataRepositoryPath", "batchImportMetaDataOnCreate"})
    rules = (
        Length("fileSystemPath", 1, 4096),
        Matches("fileSystemPath", r"/.*", "begin with /"),
        Length("dataRepositoryPath", 3, 900),
        Matches("dataRepositoryPath", r"s3://.*", "begin with s3://"),
        Within("importedFileChunkSize", 1, 512_000),
        *(
            rule
            for way in ("autoImportPolicy", "autoExportPolicy")
            for rule in (
                Items(f"s3.{way}.events", 0, 3),
                OneOf(f"s3.{way}.events[]", ("NEW", "CHANGED", "DELETED")),
            )
        ),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"batchImportMetaDataOnCreate": False, "deleteDataInFilesystem": False, **super().normalise(inputs)}

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key == "s3" and isinstance(old, dict) and isinstance(new, dict):
            return all(_events(old, way) == _events(new, way) for way in ("autoImportPolicy", "autoExportPolicy"))
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            FileSystemId="fileSystemId",
            FileSystemPath="fileSystemPath",
            DataRepositoryPath="dataRepositoryPath",
            BatchImportMetaDataOnCreate="batchImportMetaDataOnCreate",
            ImportedFileChunkSize="importedFileChunkSize",
        )
        if "s3" in inputs:
            arguments["S3"] = _policies(inputs["s3"])
        tags = tag_list(context.all_tags(inputs.get("tags")))
        made = context.client("fsx").create_data_repository_association(Tags=tags, **arguments)
        return made["Association"]["AssociationId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self._describe(context, resource_id)["Lifecycle"] == "AVAILABLE"

        wait_until(available, f"association {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        one = self._describe(aws, resource_id)
        policies = one.get("S3", {})
        told = {
            way: {"events": policies[api]["Events"]}
            for way, api in (("autoImportPolicy", "AutoImportPolicy"), ("autoExportPolicy", "AutoExportPolicy"))
            if api in policies
        }
        state = picked(
            one,
            arn="ResourceARN",
            associationId="AssociationId",
            fileSystemId="FileSystemId",
            fileSystemPath="FileSystemPath",
            dataRepositoryPath="DataRepositoryPath",
            batchImportMetaDataOnCreate="BatchImportMetaDataOnCreate",
            importedFileChunkSize="ImportedFileChunkSize",
        )
        return state | {
            "s3": told,
            "deleteDataInFilesystem": inputs.get("deleteDataInFilesystem", False),
            "tagsAll": tag_map(one.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        arguments: dict[str, Any] = {}
        if "importedFileChunkSize" in changed and "importedFileChunkSize" in new:
            arguments["ImportedFileChunkSize"] = new["importedFileChunkSize"]
        if "s3" in changed:
            arguments["S3"] = _policies(new.get("s3", {}))
        if arguments:
            aws.client("fsx").update_data_repository_association(AssociationId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("fsx").delete_data_repository_association(
            AssociationId=resource_id, DeleteDataInFileSystem=state.get("deleteDataInFilesystem", False)
        )

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        fsx = aws.client("fsx")
        return first(fsx.describe_data_repository_associations(AssociationIds=[resource_id])["Associations"])


def tag_fsx(aws: Aws, arn: str, add: dict[str, str], drop: list[str]) -> None:
    """Set and remove tags of something of FSx."""
    if drop:
        aws.client("fsx").untag_resource(ResourceARN=arn, TagKeys=drop)
    if add:
        aws.client("fsx").tag_resource(ResourceARN=arn, Tags=tag_list(add))


def _policies(s3: Plain) -> dict[str, Any]:
    """Both, so that one that is gone is taken back."""
    return {
        api: {"Events": _events(s3, way)}
        for way, api in (("autoImportPolicy", "AutoImportPolicy"), ("autoExportPolicy", "AutoExportPolicy"))
    }


def _events(s3: Plain, way: str) -> list[str]:
    return sorted((s3.get(way) or {}).get("events") or [])


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


ALL = (LustreFileSystem, DataRepositoryAssociation)
