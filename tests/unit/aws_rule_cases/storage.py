"""File systems and buckets."""

from typing import Any

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from tests.unit.aws_rule_cases.form import POLICY, Case, Inputs, one, within


def _root(**owner: Any) -> Inputs:
    return {"path": "/", "creationInfo": {"ownerUid": 0, "ownerGid": 0, "permissions": "755", **owner}}


def _events(way: str, *events: str) -> Inputs:
    return {way: {"events": list(events)}}


def _exported(*clients: tuple[str, list[str]]) -> Inputs:
    found = [{"clients": whom, "options": options} for whom, options in clients]
    return {"nfsExports": {"clientConfigurations": found}}


def _kept(**more: str) -> list[Case]:
    return [
        one("automaticBackupRetentionDays", 91, 90, **more),
        one("weeklyMaintenanceStartTime", "8:00:00", "7:00:00"),
        one("dailyAutomaticBackupStartTime", "24:00", "23:59"),
        one("securityGroupIds", ["sg-1"] * 51, ["sg-1"] * 50),
    ]


CASES: dict[str, list[Case]] = {
    "aws:efs/fileSystem:FileSystem": [
        one("creationToken", "a" * 65, "a" * 64),
        one("performanceMode", "fast", "maxIO"),
        one("throughputMode", "fast", "provisioned"),
        ({"provisionedThroughputInMibps": 5}, {"provisionedThroughputInMibps": 5, "throughputMode": "provisioned"}),
        one("performanceMode", "maxIO", "generalPurpose", throughputMode="elastic"),
        one("lifecyclePolicies", [{}] * 4, [{}] * 3),
        one("lifecyclePolicies", [{}, {"transitionToIa": "AFTER_2_DAYS"}], [{"transitionToIa": "AFTER_1_DAY"}]),
        one("lifecyclePolicies", [{"transitionToArchive": "NEVER"}], [{"transitionToArchive": "AFTER_90_DAYS"}]),
        one(
            "lifecyclePolicies",
            [{"transitionToPrimaryStorageClass": "AFTER_2_ACCESSES"}],
            [{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}],
        ),
    ],
    "aws:efs/accessPoint:AccessPoint": [
        one("posixUser", {"uid": -1, "gid": 1}, {"uid": 1, "gid": 1}),
        one("posixUser", {"uid": 1, "gid": -1}, {"uid": 1, "gid": 1}),
        one("rootDirectory", _root(ownerUid=-1), _root()),
        one("rootDirectory", _root(ownerGid=2**32), _root(ownerGid=2**32 - 1)),
        one("rootDirectory", _root(permissions="rwx"), _root(permissions="0750")),
        one("rootDirectory", {"path": "/" * 101}, {"path": "/" * 100}),
    ],
    "aws:efs/backupPolicy:BackupPolicy": [within("backupPolicy", "status", "ON", "ENABLED")],
    "aws:fsx/lustreFileSystem:LustreFileSystem": [
        one("deploymentType", "SCRATCH_3", "SCRATCH_2"),
        one("storageType", "INTELLIGENT_TIERING", "SSD"),
        one("perUnitStorageThroughput", 300, 250, deploymentType="PERSISTENT_2"),
        one("driveCacheType", "WRITE", "READ", storageType="HDD"),
        one("dataCompressionType", "ZSTD", "LZ4"),
        one("autoImportPolicy", "ALL", "NEW_CHANGED_DELETED"),
        one("fileSystemTypeVersion", "2.14", "2.15"),
        one("importedFileChunkSize", 0, 1),
        one("storageCapacity", 1199, 1200),
        one("importPath", "s3://" + "a" * 896, "s3://" + "a" * 895),
        one("exportPath", "s3://" + "a" * 896, "s3://" + "a" * 895),
        *_kept(deploymentType="PERSISTENT_1"),
        one("perUnitStorageThroughput", 125, None, deploymentType="SCRATCH_2"),
        one("kmsKeyId", "key", None, deploymentType="SCRATCH_1"),
        one("automaticBackupRetentionDays", 7, None, deploymentType="SCRATCH_2"),
        one("driveCacheType", "READ", None),
    ],
    "aws:fsx/ontapFileSystem:OntapFileSystem": [
        one("deploymentType", "MULTI_AZ_1", "SINGLE_AZ_1"),
        one("storageType", "HDD", "SSD"),
        one("throughputCapacity", 100, 128),
        (
            {"throughputCapacity": None, "throughputCapacityPerHaPair": 200},
            {"throughputCapacity": None, "throughputCapacityPerHaPair": 384},
        ),
        one("throughputCapacityPerHaPair", 384, None),
        one("haPairs", 2, 1),
        one("storageCapacity", 1023, 1024),
        one("subnetIds", ["subnet-1"] * 3, ["subnet-1"] * 2),
        *_kept(),
    ],
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": [
        one("fileSystemId", "fs-1", "fs-01234567"),
        one("name", "a" * 48, "a" * 47),
        one("rootVolumeSecurityStyle", "POSIX", "UNIX"),
    ],
    "aws:fsx/ontapVolume:OntapVolume": [
        one("storageVirtualMachineId", "svm-1", "svm-0123456789abcdef0"),
        one("name", "a" * 204, "a" * 203),
        one("junctionPath", "/" * 256, "/" * 255),
        one("snapshotPolicy", "a" * 256, "a" * 255),
        one("sizeInMegabytes", -1, 1024),
        one("securityStyle", "POSIX", "UNIX"),
        within("tieringPolicy", "name", "SOME", "AUTO"),
        within("tieringPolicy", "coolingPeriod", 1, 2),
    ],
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": [
        one("deploymentType", "MULTI_AZ_1", "SINGLE_AZ_HA_2"),
        one("storageType", "INTELLIGENT_TIERING", "SSD"),
        one("throughputCapacity", 7, 8),
        one("storageCapacity", 63, 64),
        one("subnetIds", ["subnet-1"] * 2, ["subnet-1"]),
        one("deleteOptions", ["DELETE_CHILD_VOLUMES_AND_SNAPSHOTS"] * 2, []),
        one("deleteOptions", ["ALL"], ["DELETE_CHILD_VOLUMES_AND_SNAPSHOTS"]),
        within("rootVolumeConfiguration", "dataCompressionType", "GZIP", "ZSTD"),
        within("rootVolumeConfiguration", "recordSizeKib", 3, 4),
        one("rootVolumeConfiguration", _exported(*[("*", ["rw"])] * 26), _exported(*[("*", ["rw"])] * 25)),
        one("rootVolumeConfiguration", _exported(("", ["rw"])), _exported(("*", ["rw"]))),
        one("rootVolumeConfiguration", _exported(("*", [])), _exported(("*", ["rw"]))),
        *_kept(),
    ],
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": [
        one("fileSystemPath", "/" * 4097, "/" * 4096),
        one("fileSystemPath", "a", "/a"),
        one("dataRepositoryPath", "s3://" + "a" * 896, "s3://" + "a" * 895),
        one("dataRepositoryPath", "https://a", "s3://a"),
        one("importedFileChunkSize", 512_001, 512_000),
        one("s3", _events("autoImportPolicy", *["NEW"] * 4), _events("autoImportPolicy", "NEW")),
        one("s3", _events("autoImportPolicy", "OLD"), _events("autoImportPolicy", "DELETED")),
        one("s3", _events("autoExportPolicy", *["NEW"] * 4), _events("autoExportPolicy", "NEW")),
        one("s3", _events("autoExportPolicy", "OLD"), _events("autoExportPolicy", "CHANGED")),
    ],
    "aws:efs/mountTarget:MountTarget": [one("securityGroups", ["sg-1"] * 6, ["sg-1"] * 5)],
    "aws:s3/bucket:Bucket": [
        ({"bucket": "one", "bucketPrefix": "two"}, {"bucketPrefix": "two"}),
        one("bucket", "a" * 64, "a" * 63),
        one("bucketPrefix", "a" * 38, "a" * 37),
        one("bucket", "a--x-s3", "a-x-s3"),
        one("bucket", "10.0.0.1", "10-0-0-1"),
    ],
    "aws:s3/bucketObjectv2:BucketObjectv2": [
        one("key", None, "k"),
        one("key", "é" * 513, "é" * 512),
        one("source", PropertyValue(pulumi.StringAsset("x")), None),
        one("tags", {f"k{n}": "v" for n in range(11)}, {f"k{n}": "v" for n in range(10)}),
    ],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
        within("rule", "objectOwnership", "Nobody", "BucketOwnerEnforced")
    ],
    "aws:s3/bucketPolicy:BucketPolicy": [one("policy", "{", POLICY)],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
        one("rules", [{}, {}], [{}]),
        one(
            "rules",
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "ROT13"}}],
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        ),
        one("rules", [{"blockedEncryptionTypes": ["SSE-C"]}], [{}]),
    ],
    "aws:s3/bucketVersioning:BucketVersioning": [
        within("versioningConfiguration", "status", "Disabled", "Suspended"),
        one("versioningConfiguration", {"status": "Enabled", "mfaDelete": "Enabled"}, {"status": "Enabled"}),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:efs/accessPoint:AccessPoint": {"fileSystemId": "fs-1"},
    "aws:efs/backupPolicy:BackupPolicy": {"fileSystemId": "fs-1", "backupPolicy": {"status": "ENABLED"}},
    "aws:fsx/lustreFileSystem:LustreFileSystem": {"subnetIds": "subnet-1", "storageCapacity": 1200},
    "aws:fsx/ontapFileSystem:OntapFileSystem": {
        "deploymentType": "SINGLE_AZ_1",
        "preferredSubnetId": "subnet-1",
        "subnetIds": ["subnet-1"],
        "storageCapacity": 1024,
        "throughputCapacity": 128,
    },
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": {"fileSystemId": "fs-01234567", "name": "svm"},
    "aws:fsx/ontapVolume:OntapVolume": {"storageVirtualMachineId": "svm-0123456789abcdef0", "name": "vol"},
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {
        "deploymentType": "SINGLE_AZ_1",
        "subnetIds": ["subnet-1"],
        "storageCapacity": 64,
        "throughputCapacity": 64,
    },
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": {
        "fileSystemId": "fs-1",
        "fileSystemPath": "/a",
        "dataRepositoryPath": "s3://a",
    },
    "aws:efs/mountTarget:MountTarget": {"fileSystemId": "fs-1", "subnetId": "subnet-1"},
    "aws:s3/bucketObjectv2:BucketObjectv2": {"bucket": "b", "key": "k", "content": "x"},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": "b",
        "rule": {"objectOwnership": "ObjectWriter"},
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "b", "policy": POLICY},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": "b"},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": "b",
        "rules": [{}],
    },
    "aws:s3/bucketVersioning:BucketVersioning": {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}},
}
