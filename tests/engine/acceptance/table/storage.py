"""EFS: file systems and mount targets."""

from typing import Any

from tests.engine.acceptance.case import Case, Kept, Values
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


CASES = [
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
