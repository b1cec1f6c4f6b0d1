"""File systems and buckets."""

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from tests.unit.aws_rule_cases.form import POLICY, Case, Inputs, one, within

CASES: dict[str, list[Case]] = {
    "aws:efs/fileSystem:FileSystem": [
        one("creationToken", "a" * 65, "a" * 64),
        one("performanceMode", "fast", "maxIO"),
        one("throughputMode", "provisioned", "elastic"),
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
