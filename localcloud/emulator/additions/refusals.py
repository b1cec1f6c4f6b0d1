"""Documents, periods, places and deletions that AWS refuses and moto takes.

Wraps put_bucket_policy of S3's backend, put_retention_policy of CloudWatch Logs', create_security_group of EC2's, create_role and
delete_policy of IAM's. Without it a policy that is no JSON, a retention of 15 days, a security group in a VPC that does not exist
and the deletion of a policy that a role has pass here and fail on AWS.
"""

import json
from typing import Any

from moto.ec2.models import EC2Backend
from moto.iam.exceptions import DeleteConflictException, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retention periods of CloudWatch Logs: API reference of PutRetentionPolicy."""


def is_document(text: str | bytes) -> bool:
    """Whether it is a JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


class MalformedPolicy(S3ClientError):
    """S3's answer to a bucket policy that cannot be read."""

    code = 400

    def __init__(self) -> None:
        super().__init__("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")


def install() -> None:
    _install_documents()
    _install_retention()
    _install_places()
    _install_deletion()


def _install_documents() -> None:
    put_policy, create_role = S3Backend.put_bucket_policy, IAMBackend.create_role

    def put_document(self: Any, bucket_name: str, policy: bytes) -> None:
        if not is_document(policy):
            raise MalformedPolicy
        put_policy(self, bucket_name, policy)

    def create_trusting_role(
        self: Any, role_name: str, assume_role_policy_document: str, *rest: Any, **more: Any
    ) -> Any:
        if not is_document(assume_role_policy_document):
            raise MalformedPolicyDocument("This policy contains invalid Json")
        return create_role(self, role_name, assume_role_policy_document, *rest, **more)

    S3Backend.put_bucket_policy = put_document
    IAMBackend.create_role = create_trusting_role


def _install_retention() -> None:
    put_retention = LogsBackend.put_retention_policy

    def put_possible_retention(self: Any, log_group_name: str, retention_in_days: Any) -> None:
        if int(retention_in_days) not in DAYS:
            raise InvalidParameterException(
                constraint=f"Member must satisfy enum value set: {list(DAYS)}",
                parameter="retentionInDays",
                value=retention_in_days,
            )
        put_retention(self, log_group_name, retention_in_days)

    LogsBackend.put_retention_policy = put_possible_retention


def _install_places() -> None:
    create = EC2Backend.create_security_group

    def create_in_vpc(self: Any, name: str, description: str, vpc_id: str | None = None, **more: Any) -> Any:
        if vpc_id:
            # Raises InvalidVpcID.NotFound.
            self.get_vpc(vpc_id)
        return create(self, name, description, vpc_id, **more)

    EC2Backend.create_security_group = create_in_vpc


def _install_deletion() -> None:
    delete = IAMBackend.delete_policy

    def delete_unattached(self: Any, policy_arn: str) -> None:
        if self.get_policy(policy_arn).attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        delete(self, policy_arn)

    IAMBackend.delete_policy = delete_unattached
