"""EFS: access points and backups."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import APPLY, Length, Matches, OneOf, Within
from localcloud.plugins.values import Plain

_USER = {"uid": "Uid", "gid": "Gid", "secondaryGids": "SecondaryGids"}
_OWNER = {"ownerUid": "OwnerUid", "ownerGid": "OwnerGid", "permissions": "Permissions"}
_MOST = 2**32 - 1


class AccessPoint(AwsType):
    token = "aws:efs/accessPoint:AccessPoint"
    inputs = frozenset({"fileSystemId", "posixUser", "rootDirectory", "tags"})
    computed, replace = frozenset({"rootDirectory"}), frozenset({"fileSystemId", "posixUser", "rootDirectory"})
    rules = (
        *(Within(f"posixUser.{key}", 0, _MOST, stage=APPLY) for key in ("uid", "gid")),
        *(Within(f"rootDirectory.creationInfo.{key}", 0, _MOST, stage=APPLY) for key in ("ownerUid", "ownerGid")),
        Matches("rootDirectory.creationInfo.permissions", r"[0-7]{3,4}", "be an octal mode such as 0755", stage=APPLY),
        Length("rootDirectory.path", 1, 100, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments: dict[str, Any] = {}
        if user := inputs.get("posixUser"):
            arguments["PosixUser"] = given(user, **{api: key for key, api in _USER.items()})
        if root := inputs.get("rootDirectory"):
            arguments["RootDirectory"] = given(root, Path="path")
            if owner := root.get("creationInfo"):
                asked = given(owner, **{api: key for key, api in _OWNER.items()})
                arguments["RootDirectory"]["CreationInfo"] = asked
        tags = tag_list(context.all_tags(inputs.get("tags")))
        made = context.client("efs").create_access_point(FileSystemId=inputs["fileSystemId"], Tags=tags, **arguments)
        return made["AccessPointId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self._describe(context, resource_id)["LifeCycleState"] == "available"

        wait_until(available, f"access point {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        point = self._describe(aws, resource_id)
        state = picked(point, arn="AccessPointArn", fileSystemId="FileSystemId", ownerId="OwnerId")
        root = picked(point.get("RootDirectory", {}), path="Path")
        if owner := point.get("RootDirectory", {}).get("CreationInfo"):
            root["creationInfo"] = picked(owner, **_OWNER)
        if user := point.get("PosixUser"):
            state["posixUser"] = picked(user, **_USER)
        return state | {
            "fileSystemArn": aws.arn("elasticfilesystem", f"file-system/{state['fileSystemId']}"),
            "rootDirectory": root,
            "tagsAll": tag_map(point.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("efs").delete_access_point(AccessPointId=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("efs").untag_resource(ResourceId=resource_id, TagKeys=drop)
        if add:
            aws.client("efs").tag_resource(ResourceId=resource_id, Tags=tag_list(add))

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        return first(aws.client("efs").describe_access_points(AccessPointId=resource_id)["AccessPoints"])


class BackupPolicy(AwsType):
    """Its id is the file system's. Deleting it switches backups off."""

    token = "aws:efs/backupPolicy:BackupPolicy"
    inputs, replace = frozenset({"fileSystemId", "backupPolicy"}), frozenset({"fileSystemId"})
    rules = (OneOf("backupPolicy.status", ("ENABLED", "DISABLED")),)

    def create(self, context: Aws, inputs: Plain) -> str:
        self._put(context, inputs["fileSystemId"], inputs["backupPolicy"]["status"])
        return inputs["fileSystemId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        status = aws.client("efs").describe_backup_policy(FileSystemId=resource_id)["BackupPolicy"]["Status"]
        # While backups are being switched the answer names what comes.
        status = {"ENABLING": "ENABLED", "DISABLING": "DISABLED"}.get(status, status)
        return {"fileSystemId": resource_id, "backupPolicy": {"status": status}}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._put(aws, resource_id, new["backupPolicy"]["status"])

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        # A file system always has some policy: no wait for its absence.
        if self.read(context, resource_id, state) is not None:
            self._put(context, resource_id, "DISABLED")

    def _put(self, aws: Aws, system: str, status: str) -> None:
        aws.client("efs").put_backup_policy(FileSystemId=system, BackupPolicy={"Status": status})


ALL = (AccessPoint, BackupPolicy)
