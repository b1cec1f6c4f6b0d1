"""Updates that fail and are rolled back, and rollbacks that are gone on with.

Wraps `Stack.update` once more, and adds ContinueUpdateRollback, which moto has not. A new tag
`localcloud-fail-update: <reason>` lets an update fail before anything is changed; a reason that starts with `rollback` lets the
rollback fail too.
"""

from typing import Any

import moto.cloudformation.models as models
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import EmptyResult

from localcloud.emulator.additions.stack_failures import fail_update
from localcloud.emulator.background import later
from localcloud.emulator.timings import STEP_SECONDS

FAIL_TAG = "localcloud-fail-update"


def install() -> None:
    update = models.Stack.update

    def update_or_roll_back(
        self: Any, template: str, role_arn: Any = None, parameters: Any = None, tags: dict[str, str] | None = None
    ) -> None:
        reason = (tags or {}).get(FAIL_TAG)
        if reason is None or getattr(self, "parent_id", None):
            update(self, template, role_arn, parameters, tags)
            return
        self.status = "UPDATE_IN_PROGRESS"
        self._add_stack_event("UPDATE_IN_PROGRESS", resource_status_reason="User Initiated")
        later(
            STEP_SECONDS,
            f"update of stack {self.name}",
            lambda: _fail(self, reason),
            lambda e: fail_update(self, str(e)),
        )

    def continue_update_rollback(self: Any) -> Any:
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise ValidationError(
                message=f"Stack [{stack.name}] is in {stack.status} state and can not continue rollback"
            )
        _roll_back(stack, None)
        return EmptyResult()

    models.Stack.update = update_or_roll_back
    CloudFormationResponse.continue_update_rollback = continue_update_rollback


def _fail(stack: Any, reason: str) -> None:
    stack._add_stack_event("UPDATE_FAILED", resource_status_reason=reason)
    if reason.startswith("rollback"):
        fail_update(stack, reason)
    else:
        _roll_back(stack, reason)


def _roll_back(stack: Any, reason: str | None) -> None:
    def done() -> None:
        stack.status = "UPDATE_ROLLBACK_COMPLETE"
        stack._add_stack_event(stack.status)

    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    stack._add_stack_event(stack.status, resource_status_reason=reason)
    later(STEP_SECONDS, f"rollback of stack {stack.name}", done, lambda error: fail_update(stack, str(error)))
