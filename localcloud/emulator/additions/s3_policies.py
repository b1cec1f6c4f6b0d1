"""Bucket policies: statements that moto cannot judge are left out.

Replaces `FakeBucket.get_permission`. Without it: a statement with a Condition ("deny all that is not TLS") or for a service
principal is taken as if it were for everybody, and every call answers 403.
"""

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def judged(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements without a Condition that are not for AWS services only."""
    statements = policy.get("Statement", [])
    return [
        statement
        for statement in (statements if isinstance(statements, list) else [statements])
        if "Condition" not in statement and not _for_services(statement.get("Principal"))
    ]


def _for_services(principal: Any) -> bool:
    return isinstance(principal, dict) and set(principal) == {"Service"}


def install() -> None:
    def get_permission(self: Any, action: str, resource: str) -> Any:
        statements = judged(json.loads(self.policy)) if self.policy else []
        if not statements:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({"Statement": statements})).is_action_permitted(action, resource)

    FakeBucket.get_permission = get_permission
