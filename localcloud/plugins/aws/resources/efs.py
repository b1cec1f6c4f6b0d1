"""EFS file systems and mount targets."""

import time
from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import APPLY, Items, Length, OneOf, Refused
from localcloud.plugins.values import Plain

AFTER = tuple(f"AFTER_{days}" for days in ("1_DAY", *(f"{n}_DAYS" for n in (7, 14, 30, 60, 90, 180, 270, 365))))

_LIFECYCLE = {
    "transitionToIa": "TransitionToIA",
    "transitionToPrimaryStorageClass": "TransitionToPrimaryStorageClass",
    "transitionToArchive": "TransitionToArchive",
}


class FileSystem(AwsType):
    token = "aws:efs/fileSystem:FileSystem"
    computed = frozenset({"creationToken", "encrypted", "performanceMode", "kmsKeyId"})
    inputs = frozenset(
        {
            *("encrypted", "performanceMode", "throughputMode", "provisionedThroughputInMibps", "creationToken"),
            *("kmsKeyId", "lifecyclePolicies", "tags"),
        }
    )
    replace = frozenset({"encrypted", "performanceMode", "creationToken", "kmsKeyId"})
    rules = (
        Length("creationToken", 0, 64),
        OneOf("performanceMode", ("generalPurpose", "maxIO")),
        OneOf("throughputMode", ("bursting", "elastic", "provisioned")),
        Refused("provisionedThroughputInMibps", when="throughputMode", has=(None, "bursting", "elastic"), stage=APPLY),
        Refused("performanceMode", ("generalPurpose",), when="throughputMode", has=("elastic",), stage=APPLY),
        Items("lifecyclePolicies", 0, 3),
        OneOf("lifecyclePolicies[].transitionToIa", AFTER),
        OneOf("lifecyclePolicies[].transitionToArchive", AFTER),
        OneOf("lifecyclePolicies[].transitionToPrimaryStorageClass", ("AFTER_1_ACCESS",)),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"throughputMode": "bursting", **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            Encrypted="encrypted",
            KmsKeyId="kmsKeyId",
            PerformanceMode="performanceMode",
            ProvisionedThroughputInMibps="provisionedThroughputInMibps",
            ThroughputMode="throughputMode",
        )
        token = inputs.get("creationToken") or f"pulumi-{time.time_ns()}"
        tags = tag_list(context.all_tags(inputs.get("tags")))
        efs = context.client("efs")
        try:
            return efs.create_file_system(CreationToken=token, Tags=tags, **arguments)["FileSystemId"]
        except efs.exceptions.FileSystemAlreadyExists:
            # Of a token of this very call it says that an earlier try was done whose answer was lost.
            if "creationToken" in inputs:
                raise
            return first(efs.describe_file_systems(CreationToken=token)["FileSystems"])["FileSystemId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        efs = context.client("efs")

        def available() -> bool:
            found = first(efs.describe_file_systems(FileSystemId=resource_id)["FileSystems"])
            return found["LifeCycleState"] == "available"

        wait_until(available, f"file system {resource_id} is available", context.stopping)
        live = (self.fetch(context, resource_id, inputs) or {}).get("lifecyclePolicies", [])
        if (wanted := inputs.get("lifecyclePolicies", [])) != live:
            policies = [given(one, **{api: k for k, api in _LIFECYCLE.items()}) for one in wanted]
            efs.put_lifecycle_configuration(FileSystemId=resource_id, LifecyclePolicies=policies)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        efs = aws.client("efs")
        system = first(efs.describe_file_systems(FileSystemId=resource_id)["FileSystems"])
        if system["LifeCycleState"] in ("deleting", "deleted"):
            return None
        state = picked(
            system,
            arn="FileSystemArn",
            creationToken="CreationToken",
            encrypted="Encrypted",
            performanceMode="PerformanceMode",
            throughputMode="ThroughputMode",
            kmsKeyId="KmsKeyId",
            provisionedThroughputInMibps="ProvisionedThroughputInMibps",
            name="Name",
            numberOfMountTargets="NumberOfMountTargets",
            ownerId="OwnerId",
        )
        sizes = picked(
            system.get("SizeInBytes", {}), value="Value", valueInIa="ValueInIA", valueInStandard="ValueInStandard"
        )
        policies = efs.describe_lifecycle_configuration(FileSystemId=resource_id).get("LifecyclePolicies", [])
        return state | {
            "dnsName": f"{resource_id}.efs.{aws.region}.amazonaws.com",
            "sizeInBytes": [sizes],
            "lifecyclePolicies": [picked(policy, **_LIFECYCLE) for policy in policies],
            "tagsAll": tag_map(system.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed & {"throughputMode", "provisionedThroughputInMibps"}:
            mode = new.get("throughputMode", "bursting")
            speed = given(new, ProvisionedThroughputInMibps="provisionedThroughputInMibps")
            aws.client("efs").update_file_system(FileSystemId=resource_id, ThroughputMode=mode, **speed)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("efs").delete_file_system(FileSystemId=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("efs").untag_resource(ResourceId=resource_id, TagKeys=drop)
        if add:
            aws.client("efs").tag_resource(ResourceId=resource_id, Tags=tag_list(add))


class MountTarget(AwsType):
    token = "aws:efs/mountTarget:MountTarget"
    computed = frozenset({"securityGroups"})
    inputs, unordered = frozenset({"fileSystemId", "subnetId", "securityGroups"}), frozenset({"securityGroups"})
    # A file system takes one mount target an availability zone.
    replace, delete_before_replace = frozenset({"fileSystemId", "subnetId"}), True
    rules = (Items("securityGroups", 0, 5),)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, FileSystemId="fileSystemId", SubnetId="subnetId", SecurityGroups="securityGroups")
        return context.client("efs").create_mount_target(**arguments)["MountTargetId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self._describe(context, resource_id)["LifeCycleState"] == "available"

        wait_until(available, f"mount target {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        target = self._describe(aws, resource_id)
        if target["LifeCycleState"] in ("deleting", "deleted"):
            return None
        state = picked(
            target,
            fileSystemId="FileSystemId",
            subnetId="SubnetId",
            ipAddress="IpAddress",
            networkInterfaceId="NetworkInterfaceId",
            availabilityZoneId="AvailabilityZoneId",
            availabilityZoneName="AvailabilityZoneName",
            ownerId="OwnerId",
        )
        system, zone = state["fileSystemId"], state.get("availabilityZoneName", "")
        groups = aws.client("efs").describe_mount_target_security_groups(MountTargetId=resource_id)
        return state | {
            "fileSystemArn": aws.arn("elasticfilesystem", f"file-system/{system}"),
            "dnsName": f"{system}.efs.{aws.region}.amazonaws.com",
            "mountTargetDnsName": f"{zone}.{system}.efs.{aws.region}.amazonaws.com",
            "securityGroups": groups["SecurityGroups"],
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "securityGroups" in new and "securityGroups" in changed:
            aws.client("efs").modify_mount_target_security_groups(
                MountTargetId=resource_id, SecurityGroups=new["securityGroups"]
            )

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("efs").delete_mount_target(MountTargetId=resource_id)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("efs").describe_mount_targets(MountTargetId=resource_id)["MountTargets"])


ALL = (FileSystem, MountTarget)
