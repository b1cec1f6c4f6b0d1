"""IAM and bucket policy documents, as mappings. Least rights: no `*` resource, no action that nobody uses."""

from collections.abc import Collection
from typing import Any

Policy = dict[str, Any]


def document(*statements: Policy) -> Policy:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def assumed_by_ec2(dns_suffix: str = "amazonaws.com") -> Policy:
    """Lets EC2 instances take a role."""
    return document({"Effect": "Allow", "Principal": {"Service": f"ec2.{dns_suffix}"}, "Action": "sts:AssumeRole"})


def tls_only(bucket_arn: str) -> Policy:
    """A bucket policy that denies every request without TLS."""
    return document(
        {
            "Sid": "DenyWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket_arn, f"{bucket_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


def read_objects(bucket_arn: str, prefix: str, others: Collection[str] = ()) -> Policy:
    """Reading what stands below one prefix of a bucket, and single objects of other buckets, by ARN."""
    below = f"{bucket_arn}/{prefix}*"
    return document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": [below, *others] if others else below})


def read_secrets(arns: Collection[str]) -> Policy:
    """Reading secrets of Secrets Manager, by ARN."""
    return document({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": sorted(arns)})


def read_encrypted_secret(arn: str) -> Policy:
    """Reading one secret of somebody's own, which may be under a KMS key of its owner's.

    The key is not known here, and may be of an account that is not the secret's. Secrets Manager decrypts with the secret's ARN as
    context (its User Guide, "Secret encryption and decryption"), so that the statement is good for this secret only.
    """
    _, partition, _, region, *_ = arn.split(":")
    return document(
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [arn]},
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": f"arn:{partition}:kms:{region}:*:key/*",
            "Condition": {"StringEquals": {"kms:EncryptionContext:SecretARN": arn}},
        },
    )


def joined(*found: Policy) -> Policy:
    """One policy of several."""
    return document(*(statement for one in found for statement in one["Statement"]))


def write_log_streams(group_arn: str) -> Policy:
    """Writing to streams of one log group that exists."""
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return document({"Effect": "Allow", "Action": actions, "Resource": f"{group_arn}:*"})


def jump_host(files_arn: str, read: Collection[str], hand_over: str) -> Policy:
    """What the host of the directory tool may: fetch files, read secrets, and hand over new passwords; each by its ARN.

    `hand_over` is a secret that gets new versions, or objects that are put. The account's own KMS key for S3 lets everybody
    encrypt who may put objects (its key policy, `kms:ViaService`), so it needs no statement.
    """
    allow: Policy = {"Effect": "Allow"}
    puts = ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"]
    return document(
        {**allow, "Action": "s3:GetObject", "Resource": files_arn},
        {**allow, "Action": "secretsmanager:GetSecretValue", "Resource": sorted(read)},
        {**allow, "Action": "s3:PutObject" if ":s3:::" in hand_over else puts, "Resource": hand_over},
    )


def domain_controller(bucket_arn: str, host: str, secret_arns: list[str]) -> Policy:
    """What one domain controller may: its program, configuration and secrets, the mark of the domain, and backups.

    It deletes nothing and overwrites nothing of the other one: S3 keeps versions, and a lifecycle rule ends backups. Listing is of
    the whole bucket, because S3 tells a missing object from a forbidden one only to those who may list it (S3 API, GetObject).
    """
    readable = ("scripts/*", "directory/*", "backups/directory/*")
    writable = ("directory/domain.json", f"backups/directory/{host}/*")
    return document(
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket_arn},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"{bucket_arn}/{key}" for key in readable]},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": [f"{bucket_arn}/{key}" for key in writable]},
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret_arns},
    )


def api_host(objects: Collection[str], secret_arns: Collection[str]) -> Policy:
    """What the API host may: fetch its program and configuration, and read the secrets that it is told of; each by its ARN."""
    allow: Policy = {"Effect": "Allow"}
    read = {**allow, "Action": "secretsmanager:GetSecretValue", "Resource": sorted(set(secret_arns))}
    return document({**allow, "Action": "s3:GetObject", "Resource": sorted(objects)}, *([read] if secret_arns else []))
