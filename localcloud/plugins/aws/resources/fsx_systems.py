"""What file systems of FSx have in common: one subnet, groups, waiting, tags."""

from typing import Any, ClassVar

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import Items, Matches, Rule, Within
from localcloud.plugins.values import Plain

_WEEKLY = r"[1-7]:([01]\d|2[0-3]):[0-5]\d"
_DAILY = r"([01]\d|2[0-3]):[0-5]\d"
KEPT = {
    "AutomaticBackupRetentionDays": "automaticBackupRetentionDays",
    "DailyAutomaticBackupStartTime": "dailyAutomaticBackupStartTime",
    "WeeklyMaintenanceStartTime": "weeklyMaintenanceStartTime",
}
"""Backups and maintenance, in the configuration of each kind."""
KEPT_RULES: tuple[Rule, ...] = (
    Within("automaticBackupRetentionDays", 0, 90),
    Matches("weeklyMaintenanceStartTime", _WEEKLY, "be a day and a time such as 7:03:00"),
    Matches("dailyAutomaticBackupStartTime", _DAILY, "be a time such as 03:00"),
    Items("securityGroupIds", 1, 50),
)


class FsxSystem(AwsType):
    """A file system. Its kind has settings of its own."""

    kind: ClassVar[str]
    """FSx's FileSystemType."""
    section: ClassVar[str]
    """The key of its settings, in calls and answers."""
    unordered = frozenset({"securityGroupIds"})

    def make(self, context: Aws, inputs: Plain, configuration: dict[str, Any], **more: Any) -> str:
        subnets = inputs["subnetIds"]
        arguments = given(
            inputs,
            SecurityGroupIds="securityGroupIds",
            StorageCapacity="storageCapacity",
            StorageType="storageType",
            KmsKeyId="kmsKeyId",
        )
        made = context.client("fsx").create_file_system(
            FileSystemType=self.kind,
            SubnetIds=[subnets] if isinstance(subnets, str) else subnets,
            Tags=tag_list(context.all_tags(inputs.get("tags"))),
            **{self.section: configuration},
            **arguments,
            **more,
        )
        return made["FileSystem"]["FileSystemId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self.describe(context, resource_id)["Lifecycle"] == "AVAILABLE"

        wait_until(available, f"file system {resource_id} is available", context.stopping)

    def told(self, aws: Aws, system: dict[str, Any]) -> Plain:
        """What all kinds tell."""
        state = picked(
            system,
            arn="ResourceARN",
            dnsName="DNSName",
            kmsKeyId="KmsKeyId",
            networkInterfaceIds="NetworkInterfaceIds",
            ownerId="OwnerId",
            storageCapacity="StorageCapacity",
            vpcId="VpcId",
        )
        return state | {
            "storageType": system.get("StorageType", "SSD"),
            "subnetIds": system["SubnetIds"],
            "securityGroupIds": self._groups(aws, system.get("NetworkInterfaceIds", [])),
            "tagsAll": tag_map(system.get("Tags")),
        }

    def change(self, aws: Aws, resource_id: str, new: Plain, changed: set[str], names: dict[str, str]) -> None:
        """Tell FSx what stands in `changed`; `names` are the settings that it takes, `Api: input`."""
        configuration = given(new, **{api: key for api, key in names.items() if key in changed})
        arguments: dict[str, Any] = {self.section: configuration} if configuration else {}
        if "storageCapacity" in changed:
            arguments["StorageCapacity"] = new["storageCapacity"]
        if arguments:
            aws.client("fsx").update_file_system(FileSystemId=resource_id, **arguments)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("fsx").describe_file_systems(FileSystemIds=[resource_id])["FileSystems"])

    def _groups(self, aws: Aws, interfaces: list[str]) -> list[str]:
        """FSx does not tell groups; its interfaces bear them."""
        if not interfaces:
            return []
        found = aws.client("ec2").describe_network_interfaces(NetworkInterfaceIds=interfaces)["NetworkInterfaces"]
        return sorted({group["GroupId"] for one in found for group in one["Groups"]})


def tag_fsx(aws: Aws, arn: str, add: dict[str, str], drop: list[str]) -> None:
    """Set and remove tags of something of FSx."""
    if drop:
        aws.client("fsx").untag_resource(ResourceARN=arn, TagKeys=drop)
    if add:
        aws.client("fsx").tag_resource(ResourceARN=arn, Tags=tag_list(add))
