"""What nodes may do with the team's buckets, and with keys that these are encrypted with."""

from collections.abc import Mapping, Sequence

from planning.policies import Policy, document
from settings.buckets import Bucket

_READ = ["s3:GetObject", "s3:GetObjectVersion"]
_WRITE = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]


def access(buckets: Mapping[str, Bucket], arns: Mapping[str, str]) -> Policy:
    """One policy for all nodes; both by the bucket's name in the stack file. Listing is limited to the prefixes too."""
    return document(*(statement for name, bucket in buckets.items() for statement in _of(bucket, arns[name])))


def mounts(arns: Sequence[str]) -> Policy:
    """Mounting EFS file systems whose own policies ask for a role; root there is the nodes' own."""
    client = [f"elasticfilesystem:Client{what}" for what in ("Mount", "Write", "RootAccess")]
    return document({"Effect": "Allow", "Action": client, "Resource": list(arns)})


def _of(bucket: Bucket, arn: str) -> list[Policy]:
    allow: Policy = {"Effect": "Allow"}
    writes = bucket.access == "write"
    prefixes = bucket.prefixes or ("",)
    listing: Policy = {**allow, "Action": "s3:ListBucket", "Resource": arn}
    if bucket.prefixes:
        below = [pattern for prefix in prefixes for pattern in (prefix, f"{prefix}*")]
        listing["Condition"] = {"StringLike": {"s3:prefix": below}}
    found = [
        {**allow, "Action": "s3:GetBucketLocation", "Resource": arn},
        listing,
        {**allow, "Action": _READ + (_WRITE if writes else []), "Resource": [f"{arn}/{one}*" for one in prefixes]},
    ]
    if bucket.kms_key_id:
        keys = ["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])]
        found.append({**allow, "Action": keys, "Resource": bucket.kms_key_id})
    return found
