"""EFS: file systems and mount targets."""

from typing import Any

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed


def _file_system(aws: Clients, it: Kept) -> Values:
    (system,) = aws("efs").describe_file_systems(FileSystemId=it.id)["FileSystems"]
    policies = aws("efs").describe_lifecycle_configuration(FileSystemId=it.id)["LifecyclePolicies"]
    return {
        **found([system], encrypted="Encrypted", performanceMode="PerformanceMode"),
        "lifecyclePolicies": [{"transitionToIa": policy["TransitionToIA"]} for policy in policies],
        "tags": listed(system["Tags"]),
    }


def _mount_target(aws: Clients, it: Kept) -> Values:
    targets = aws("efs").describe_mount_targets(MountTargetId=it.id)["MountTargets"]
    groups = aws("efs").describe_mount_target_security_groups(MountTargetId=it.id)["SecurityGroups"]
    return {**found(targets, fileSystemId="FileSystemId", subnetId="SubnetId"), "securityGroups": groups}


def _after(days: str) -> dict[str, Any]:
    return {"lifecyclePolicies": [{"transitionToIa": f"AFTER_{days}_DAYS"}]}


def _access_point(aws: Clients, it: Kept) -> Values:
    (point,) = aws("efs").describe_access_points(AccessPointId=it.id)["AccessPoints"]
    owner = point["RootDirectory"]["CreationInfo"]
    root = {"path": point["RootDirectory"]["Path"], "creationInfo": found([owner], **_OWNER)}
    return {"fileSystemId": point["FileSystemId"], "rootDirectory": root, "tags": listed(point["Tags"])}


_OWNER = {"ownerUid": "OwnerUid", "ownerGid": "OwnerGid", "permissions": "Permissions"}


def _root(path: str) -> Values:
    return {"rootDirectory": {"path": path, "creationInfo": {"ownerUid": 0, "ownerGid": 0, "permissions": "0755"}}}


def _backups(aws: Clients, it: Kept) -> Values:
    policy = aws("efs").describe_backup_policy(FileSystemId=it.id)["BackupPolicy"]
    if policy["Status"] == "DISABLED" and it.outputs["backupPolicy"]["status"] == "ENABLED":
        raise Gone(it.id)
    return {"backupPolicy": {"status": policy["Status"]}}


def _switched_off(aws: Clients, it: Kept) -> None:
    aws("efs").put_backup_policy(FileSystemId=it.id, BackupPolicy={"Status": "DISABLED"})


def _lustre(aws: Clients, it: Kept) -> Values:
    (system,) = aws("fsx").describe_file_systems(FileSystemIds=[it.id])["FileSystems"]
    lustre = system["LustreConfiguration"]
    return {
        **found([system], storageCapacity="StorageCapacity", fileSystemTypeVersion="FileSystemTypeVersion"),
        **found([lustre], deploymentType="DeploymentType", dataCompressionType="DataCompressionType"),
        "tags": listed(system["Tags"]),
    }


def _compressed(aws: Clients, it: Kept) -> None:
    aws("fsx").update_file_system(FileSystemId=it.id, LustreConfiguration={"DataCompressionType": "LZ4"})


def _link(aws: Clients, it: Kept) -> Values:
    fsx = aws("fsx")
    (one,) = fsx.describe_data_repository_associations(AssociationIds=[it.id])["Associations"]
    events = {"autoImportPolicy": {"events": one["S3"]["AutoImportPolicy"]["Events"]}}
    told = found([one], fileSystemPath="FileSystemPath", importedFileChunkSize="ImportedFileChunkSize")
    return {**told, "s3": events, "tags": listed(one["Tags"])}


CASES = [
    Case(
        token="aws:efs/accessPoint:AccessPoint",
        inputs=lambda g: {"fileSystemId": g.files[0], **_root("/team"), **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: _root("/other"),
        look=_access_point,
        drift=lambda aws, it: aws("efs").untag_resource(ResourceId=it.id, TagKeys=["purpose"]),
        vanish=lambda aws, it: aws("efs").delete_access_point(AccessPointId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:efs/backupPolicy:BackupPolicy",
        inputs=lambda g: {"fileSystemId": g.files[0], "backupPolicy": {"status": "ENABLED"}},
        change=No("a policy that is switched off is what a deletion leaves"),
        replace=lambda g: {"fileSystemId": g.files[1]},
        look=_backups,
        drift=_switched_off,
        vanish=No("a file system always has a policy"),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:fsx/lustreFileSystem:LustreFileSystem",
        inputs=lambda g: {
            "subnetIds": g.subnets[0],
            "securityGroupIds": g.groups[:1],
            "storageCapacity": 1200,
            "deploymentType": "SCRATCH_2",
            "fileSystemTypeVersion": "2.15",
            "dataCompressionType": "NONE",
            **TAGS_FIRST,
        },
        change=lambda g: {"storageCapacity": 2400, **TAGS_CHANGED},
        replace=lambda g: {"deploymentType": "SCRATCH_1"},
        look=_lustre,
        drift=_compressed,
        vanish=lambda aws, it: aws("fsx").delete_file_system(FileSystemId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
        inputs=lambda g: {
            "fileSystemId": g.lustre,
            "fileSystemPath": "/a",
            "dataRepositoryPath": f"s3://{g.buckets[0]}/a/",
            "importedFileChunkSize": 1024,
            "s3": {"autoImportPolicy": {"events": ["NEW"]}},
            **TAGS_FIRST,
        },
        change=lambda g: {"s3": {"autoImportPolicy": {"events": ["CHANGED", "NEW"]}}, **TAGS_CHANGED},
        replace=lambda g: {"fileSystemPath": "/b"},
        look=_link,
        drift=lambda aws, it: aws("fsx").update_data_repository_association(
            AssociationId=it.id, ImportedFileChunkSize=512
        ),
        vanish=lambda aws, it: aws("fsx").delete_data_repository_association(AssociationId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:efs/fileSystem:FileSystem",
        inputs=lambda g: {"encrypted": True, "performanceMode": "generalPurpose", **_after("30"), **TAGS_FIRST},
        change=lambda g: {**_after("7"), **TAGS_CHANGED},
        replace=lambda g: {"performanceMode": "maxIO"},
        look=_file_system,
        drift=lambda aws, it: aws("efs").put_lifecycle_configuration(
            FileSystemId=it.id, LifecyclePolicies=[{"TransitionToIA": "AFTER_90_DAYS"}]
        ),
        vanish=lambda aws, it: aws("efs").delete_file_system(FileSystemId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:efs/mountTarget:MountTarget",
        inputs=lambda g: {"fileSystemId": g.files[0], "subnetId": g.subnets[0], "securityGroups": [g.groups[0]]},
        change=lambda g: {"securityGroups": [g.groups[1]]},
        replace=lambda g: {"subnetId": g.subnets[1]},
        look=_mount_target,
        drift=lambda aws, it: aws("efs").modify_mount_target_security_groups(
            MountTargetId=it.id,
            SecurityGroups=[aws("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]],
        ),
        vanish=lambda aws, it: aws("efs").delete_mount_target(MountTargetId=it.id),
        import_id=lambda it: it.id,
    ),
]
