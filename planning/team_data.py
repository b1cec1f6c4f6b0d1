"""What nodes may do with the team's buckets, and with keys that these are encrypted with."""

import json
from collections.abc import Iterator, Mapping, Sequence

from planning.policies import Policy, document
from settings import Problem, Settings
from settings.buckets import Bucket
from settings.problem import weighed

_READ = ["s3:GetObject", "s3:GetObjectVersion"]
_WRITE = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]


_MOST = 6144
"""Characters of a policy, spaces not counted (IAM User Guide, "IAM and AWS STS quotas")."""
_LONGEST_NAME = 63


def problems(settings: Settings) -> Iterator[Problem]:
    """Rights on so many buckets and prefixes do not go into one policy. Names of made buckets count as long as they may get."""
    buckets = {one.name: one for one in settings.storage.buckets}
    arns = {key: f"arn:aws:s3:::{one.bucket_name or 'x' * _LONGEST_NAME}" for key, one in buckets.items()}
    size = len(json.dumps(access(buckets, arns), separators=(",", ":")))
    if buckets and size > _MOST:
        yield weighed(
            "data-policy",
            ("storage", "buckets"),
            [one.name for one in settings.storage.buckets],
            f"need rights of {size} characters, and a policy of IAM takes {_MOST}",
            "fewer buckets and prefixes",
            "join prefixes under one, or leave out buckets that nodes do not use",
        )


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
