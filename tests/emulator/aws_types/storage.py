"""Buckets and file systems."""

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from tests.emulator.aws_types.world import Inputs, Life, World, policy


def asset(text: str) -> PropertyValue:
    return PropertyValue(pulumi.StringAsset(text))


def algorithm(name: str) -> Inputs:
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": name}}]}


def ends(days: int) -> Inputs:
    return {"id": "old", "status": "Enabled", "filter": {"prefix": "old/"}, "expiration": {"days": days}}


def rare() -> Inputs:
    moved = [{"noncurrentDays": 30, "storageClass": "STANDARD_IA"}]
    classes = {
        "transitions": [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}],
        "noncurrentVersionTransitions": moved,
    }
    return {"id": "rare", "status": "Disabled", "filter": {"prefix": "rare/"}, **classes}


def root(path: str) -> Inputs:
    return {"path": path, "creationInfo": {"ownerUid": 0, "ownerGid": 0, "permissions": "0755"}}


def lustre(world: World, kind: str) -> Inputs:
    return {"subnetIds": world.subnets[0], "storageCapacity": 1200, "deploymentType": kind}


def zfs(world: World) -> Inputs:
    return {"subnetIds": world.subnets[:1], "securityGroupIds": world.groups[:1], "throughputCapacity": 64}


def exported(*options: str) -> Inputs:
    clients = [{"clients": "*", "options": list(options)}]
    return {"rootVolumeConfiguration": {"nfsExports": {"clientConfigurations": clients}}}


LIVES = [
    Life(
        "aws:s3/bucket:Bucket",
        lambda w: {"forceDestroy": True},
        lambda w: {"forceDestroy": False},
        lambda w: {"bucket": "another-name"},
        "bucket-",
        ("arn", "bucketRegionalDomainName"),
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda w: {"bucket": w.bucket, "versioningConfiguration": {"status": "Enabled"}},
        lambda w: {"versioningConfiguration": {"status": "Suspended"}},
        lambda w: {"bucket": "another"},
        "base-bucket-",
        stays=True,
    ),
    Life(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda w: {"bucket": w.bucket, **algorithm("aws:kms")},
        lambda w: algorithm("AES256"),
        lambda w: {"bucket": "another"},
        "base-bucket-",
        stays=True,
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda w: {"bucket": w.bucket, "blockPublicAcls": True},
        lambda w: {"ignorePublicAcls": True},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda w: {"bucket": w.bucket, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        lambda w: {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda w: {"bucket": w.bucket, "rules": [ends(7)]},
        lambda w: {"rules": [ends(30), rare()]},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda w: {"bucket": w.bucket, "policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"bucket": "another"},
        "base-bucket-",
    ),
    Life(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        lambda w: {"bucket": w.bucket, "key": "a/b.sh", "source": asset("one")},
        lambda w: {"source": asset("two")},
        lambda w: {"key": "a/c.sh"},
        "base-bucket-",
        ("etag", "arn", "contentType"),
    ),
    Life(
        "aws:efs/fileSystem:FileSystem",
        lambda w: {"encrypted": True, "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}]},
        lambda w: {"lifecyclePolicies": [{"transitionToIa": "AFTER_7_DAYS"}]},
        lambda w: {"performanceMode": "maxIO"},
        "fs-",
        ("arn", "dnsName", "creationToken"),
        more=(lambda w: {"throughputMode": "elastic"}, lambda w: {"lifecyclePolicies": None}),
    ),
    Life(
        "aws:efs/accessPoint:AccessPoint",
        lambda w: {"fileSystemId": w.files, "rootDirectory": root("/team")},
        None,
        lambda w: {"rootDirectory": root("/other"), "posixUser": {"uid": 1, "gid": 2, "secondaryGids": [3]}},
        "fsap-",
        ("arn", "fileSystemArn", "ownerId"),
    ),
    Life(
        "aws:efs/backupPolicy:BackupPolicy",
        lambda w: {"fileSystemId": w.files, "backupPolicy": {"status": "ENABLED"}},
        lambda w: {"backupPolicy": {"status": "DISABLED"}},
        lambda w: {"fileSystemId": w.other_files},
        "fs-",
        stays=True,
    ),
    Life(
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        lambda w: {**lustre(w, "PERSISTENT_2"), "perUnitStorageThroughput": 125, "automaticBackupRetentionDays": 1},
        lambda w: {"dataCompressionType": "LZ4", "weeklyMaintenanceStartTime": "7:03:00"},
        lambda w: {"deploymentType": "PERSISTENT_1"},
        "fs-",
        ("arn", "dnsName", "mountName", "networkInterfaceIds", "vpcId"),
        more=(lambda w: {"storageCapacity": 4800}, lambda w: {"dataCompressionType": None}),
    ),
    Life(
        "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
        lambda w: {
            "fileSystemId": w.lustre,
            "fileSystemPath": "/a",
            "dataRepositoryPath": f"s3://{w.bucket}/a/",
            "s3": {"autoImportPolicy": {"events": ["NEW", "CHANGED"]}},
        },
        lambda w: {"s3": {"autoExportPolicy": {"events": ["DELETED"]}}, "importedFileChunkSize": 512},
        lambda w: {"fileSystemPath": "/b"},
        "dra-",
        ("arn", "associationId"),
    ),
    Life(
        "aws:fsx/ontapFileSystem:OntapFileSystem",
        lambda w: {
            "subnetIds": w.subnets[:1],
            "preferredSubnetId": w.subnets[0],
            "securityGroupIds": w.groups[:1],
            "deploymentType": "SINGLE_AZ_1",
            "storageCapacity": 1024,
            "throughputCapacity": 128,
        },
        lambda w: {"throughputCapacity": 256, "automaticBackupRetentionDays": 7},
        lambda w: {"securityGroupIds": w.groups[1:]},
        "fs-",
        ("arn", "dnsName", "endpoints", "networkInterfaceIds", "vpcId"),
        more=(lambda w: {"storageCapacity": 2048, "weeklyMaintenanceStartTime": "7:03:00"},),
    ),
    Life(
        "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine",
        lambda w: {"fileSystemId": w.ontap, "name": "first", "rootVolumeSecurityStyle": "UNIX"},
        None,
        lambda w: {"name": "second"},
        "svm-",
        ("arn", "endpoints", "subtype", "uuid"),
    ),
    Life(
        "aws:fsx/ontapVolume:OntapVolume",
        lambda w: {
            "storageVirtualMachineId": w.storage_machine,
            "name": "lab",
            "junctionPath": "/lab",
            "sizeInMegabytes": 1024,
            "storageEfficiencyEnabled": True,
            "tieringPolicy": {"name": "AUTO"},
        },
        lambda w: {"sizeInMegabytes": 2048, "snapshotPolicy": "none", "skipFinalBackup": True},
        lambda w: {"name": "other"},
        "fsvol-",
        ("arn", "fileSystemId", "uuid", "volumeType"),
        more=(lambda w: {"tieringPolicy": {"name": "SNAPSHOT_ONLY", "coolingPeriod": 9}},),
    ),
    Life(
        "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        lambda w: {**zfs(w), "deploymentType": "SINGLE_AZ_1", "storageCapacity": 64, **exported("rw", "crossmnt")},
        lambda w: {"throughputCapacity": 128, **exported("rw", "crossmnt", "no_root_squash")},
        lambda w: {"deploymentType": "SINGLE_AZ_HA_1"},
        "fs-",
        ("arn", "dnsName", "endpointIpAddress", "networkInterfaceIds", "rootVolumeId", "vpcId"),
        more=(lambda w: {"storageCapacity": 128, "copyTagsToBackups": True},),
    ),
    Life(
        "aws:efs/mountTarget:MountTarget",
        lambda w: {"fileSystemId": w.files, "subnetId": w.subnets[0], "securityGroups": [w.groups[0]]},
        lambda w: {"securityGroups": [w.groups[1]]},
        lambda w: {"subnetId": w.subnets[1]},
        "fsmt-",
        ("ipAddress", "dnsName"),
    ),
]
