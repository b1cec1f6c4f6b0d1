"""S3: buckets, their settings, objects."""

import json

from tests.engine.acceptance.case import Case, Kept, No, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, listed

_OTHER_BUCKET = "ground-bucket-1"


def _bucket(aws: Clients, it: Kept) -> Values:
    aws("s3").head_bucket(Bucket=it.id)
    return {"tags": listed(aws("s3").get_bucket_tagging(Bucket=it.id)["TagSet"])}


def _tag_bucket(aws: Clients, it: Kept) -> None:
    aws("s3").put_bucket_tagging(Bucket=it.id, Tagging={"TagSet": [{"Key": "team", "Value": "genomics"}]})


def _versioning(aws: Clients, it: Kept) -> Values:
    status = aws("s3").get_bucket_versioning(Bucket=it.id)["Status"]
    return {"bucket": it.id, "versioningConfiguration": {"status": status}}


def _enable(aws: Clients, it: Kept) -> None:
    aws("s3").put_bucket_versioning(Bucket=it.id, VersioningConfiguration={"Status": "Enabled"})


def _rules(algorithm: str) -> Values:
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]}


def _encryption(aws: Clients, it: Kept) -> Values:
    (rule,) = aws("s3").get_bucket_encryption(Bucket=it.id)["ServerSideEncryptionConfiguration"]["Rules"]
    return {"bucket": it.id, **_rules(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])}


def _encrypt_by_kms(aws: Clients, it: Kept) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    aws("s3").put_bucket_encryption(Bucket=it.id, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _block(aws: Clients, it: Kept) -> Values:
    found = aws("s3").get_public_access_block(Bucket=it.id)["PublicAccessBlockConfiguration"]
    return {"bucket": it.id, **{key[0].lower() + key[1:]: value for key, value in found.items()}}


def _open(aws: Clients, it: Kept) -> None:
    flags = {"BlockPublicAcls": False, "BlockPublicPolicy": False}
    aws("s3").put_public_access_block(Bucket=it.id, PublicAccessBlockConfiguration=flags)


def _flags(**changed: bool) -> Values:
    all_on = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return {**dict.fromkeys(all_on, True), **changed}


def _ownership(aws: Clients, it: Kept) -> Values:
    (rule,) = aws("s3").get_bucket_ownership_controls(Bucket=it.id)["OwnershipControls"]["Rules"]
    return {"bucket": it.id, "rule": {"objectOwnership": rule["ObjectOwnership"]}}


def _own_by_writer(aws: Clients, it: Kept) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    aws("s3").put_bucket_ownership_controls(Bucket=it.id, OwnershipControls=rules)


def _deny(action: str, bucket: str = "ground-bucket-0") -> str:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{bucket}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Condition": insecure}]})


def _policy(aws: Clients, it: Kept) -> Values:
    return {"bucket": it.id, "policy": json.dumps(json.loads(aws("s3").get_bucket_policy(Bucket=it.id)["Policy"]))}


def _ends(days: int, **more: Values) -> Values:
    expiry = {"expiration": {"days": days}, "noncurrentVersionExpiration": {"noncurrentDays": days}}
    return {"rules": [{"id": "old", "status": "Enabled", "filter": {"prefix": "backups/"}, **expiry, **more}]}


def _lifecycle(aws: Clients, it: Kept) -> Values:
    (rule,) = aws("s3").get_bucket_lifecycle_configuration(Bucket=it.id)["Rules"]
    assert (rule["ID"], rule["Filter"]) == ("old", {"Prefix": "backups/"})
    days = rule["Expiration"]["Days"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": days}
    uploads = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    more = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": uploads}} if uploads else {}
    return {"bucket": it.id, **_ends(days, **more)}


def _keep_longer(aws: Clients, it: Kept) -> None:
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "backups/"}, "Expiration": {"Days": 99}}
    rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": 99}
    aws("s3").put_bucket_lifecycle_configuration(Bucket=it.id, LifecycleConfiguration={"Rules": [rule]})


def _object(aws: Clients, it: Kept) -> Values:
    bucket, _, key = it.id.partition("/")
    found = aws("s3").get_object(Bucket=bucket, Key=key)
    tags = aws("s3").get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    body = found["Body"].read().decode()
    return {"source": {"asset": body}, "contentType": found["ContentType"], "tags": listed(tags)}


def _retype(aws: Clients, it: Kept) -> None:
    bucket, _, key = it.id.partition("/")
    place = {"Bucket": bucket, "Key": key, "CopySource": it.id}
    aws("s3").copy_object(**place, MetadataDirective="REPLACE", ContentType="text/csv", TaggingDirective="COPY")


def _delete_object(aws: Clients, it: Kept) -> None:
    bucket, _, key = it.id.partition("/")
    aws("s3").delete_object(Bucket=bucket, Key=key)


CASES = [
    Case(
        token="aws:s3/bucket:Bucket",
        inputs=lambda g: {"forceDestroy": True, **TAGS_FIRST},
        change=lambda g: {"forceDestroy": False, **TAGS_CHANGED},
        replace=lambda g: {"bucket": "acceptance-other"},
        look=_bucket,
        drift=_tag_bucket,
        vanish=lambda aws, it: aws("s3").delete_bucket(Bucket=it.id),
        import_id=lambda it: it.id,
        unread=frozenset({"forceDestroy"}),
    ),
    Case(
        token="aws:s3/bucketVersioning:BucketVersioning",
        inputs=lambda g: {"bucket": g.buckets[0], "versioningConfiguration": {"status": "Enabled"}},
        change=lambda g: {"versioningConfiguration": {"status": "Suspended"}},
        replace=lambda g: {"bucket": g.buckets[1]},
        look=_versioning,
        drift=_enable,
        vanish=No("versioning that was on can only be suspended"),
        import_id=lambda it: it.id,
        stays="suspended is all that S3 lets it become",
    ),
    Case(
        token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        inputs=lambda g: {"bucket": g.buckets[0], **_rules("aws:kms")},
        change=lambda g: _rules("AES256"),
        replace=lambda g: {"bucket": g.buckets[1]},
        look=_encryption,
        drift=_encrypt_by_kms,
        vanish=No("S3 encrypts always: without a configuration it takes keys of its own"),
        import_id=lambda it: it.id,
        stays="S3 encrypts always",
    ),
    Case(
        token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs=lambda g: {"bucket": g.buckets[0], **_flags(ignorePublicAcls=False)},
        change=lambda g: {"ignorePublicAcls": True},
        replace=lambda g: {"bucket": g.buckets[1]},
        look=_block,
        drift=_open,
        vanish=lambda aws, it: aws("s3").delete_public_access_block(Bucket=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs=lambda g: {"bucket": g.buckets[0], "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        change=lambda g: {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        replace=lambda g: {"bucket": g.buckets[1]},
        look=_ownership,
        drift=_own_by_writer,
        vanish=lambda aws, it: aws("s3").delete_bucket_ownership_controls(Bucket=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs=lambda g: {"bucket": g.buckets[0], **_ends(7)},
        change=lambda g: _ends(30, abortIncompleteMultipartUpload={"daysAfterInitiation": 2}),
        replace=lambda g: {"bucket": g.buckets[1]},
        look=_lifecycle,
        drift=_keep_longer,
        vanish=lambda aws, it: aws("s3").delete_bucket_lifecycle(Bucket=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:s3/bucketPolicy:BucketPolicy",
        inputs=lambda g: {"bucket": g.buckets[0], "policy": _deny("s3:GetObject")},
        change=lambda g: {"policy": _deny("s3:PutObject")},
        replace=lambda g: {"bucket": g.buckets[1], "policy": _deny("s3:PutObject", _OTHER_BUCKET)},
        along=frozenset({"policy"}),
        look=_policy,
        drift=lambda aws, it: aws("s3").put_bucket_policy(Bucket=it.id, Policy=_deny("s3:*", _OTHER_BUCKET)),
        vanish=lambda aws, it: aws("s3").delete_bucket_policy(Bucket=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:s3/bucketObjectv2:BucketObjectv2",
        inputs=lambda g: {
            "bucket": g.buckets[0],
            "key": "a/b.txt",
            "source": {"asset": "one"},
            "contentType": "text/plain",
            **TAGS_FIRST,
        },
        change=lambda g: {"source": {"asset": "two"}, **TAGS_CHANGED},
        replace=lambda g: {"key": "a/c.txt"},
        look=_object,
        drift=_retype,
        vanish=_delete_object,
        import_id=lambda it: it.id,
        unread=frozenset({"source"}),
    ),
]
