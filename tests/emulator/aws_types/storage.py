"""Buckets and file systems."""

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from tests.emulator.aws_types.world import Inputs, Life, policy


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
        "aws:efs/mountTarget:MountTarget",
        lambda w: {"fileSystemId": w.files, "subnetId": w.subnets[0], "securityGroups": [w.groups[0]]},
        lambda w: {"securityGroups": [w.groups[1]]},
        lambda w: {"subnetId": w.subnets[1]},
        "fsmt-",
        ("ipAddress", "dnsName"),
    ),
]
