"""How a stack fails: the events and the states that CloudFormation gives. Used by the other modules; installs nothing."""

import logging
from typing import Any

import moto.cloudformation.models as models
from moto.cloudformation.parsing import OutputMap

_LOG = logging.getLogger("localcloud.emulator")


def fail_creation(stack: Any, reason: str, resource: Any = None) -> None:
    """CREATE_FAILED with `resource` to blame; ROLLBACK_COMPLETE with everything deleted unless the caller disabled it."""
    if resource is not None:
        stack.events.append(
            models.Event(
                stack_id=stack.stack_id,
                stack_name=stack.name,
                logical_resource_id=resource.logical_resource_id,
                physical_resource_id=resource.physical_resource_id,
                resource_type=resource.cloudformation_type(),
                resource_status="CREATE_FAILED",
                resource_status_reason=reason,
                resource_properties=None,
            )
        )
    _keep_what_was_made(stack)
    if stack.disable_rollback:
        _end(stack, "CREATE_FAILED", reason)
        return
    _end(stack, "ROLLBACK_IN_PROGRESS", reason)
    try:
        stack.resource_map.delete()
    except Exception as error:  # noqa: BLE001  (moto raises anything)
        _LOG.exception("rollback of stack %s failed", stack.name)
        _end(stack, "ROLLBACK_FAILED", str(error))
        return
    _keep_what_was_made(stack)
    _end(stack, "ROLLBACK_COMPLETE", None)


def fail_update(stack: Any, reason: str) -> None:
    """UPDATE_ROLLBACK_FAILED: moto cannot undo the part of an update that it did."""
    _end(stack, "UPDATE_ROLLBACK_FAILED", reason)


def fail_deletion(stack: Any, reason: str) -> None:
    """DELETE_FAILED; what could not be deleted is still part of the stack."""
    _end(stack, "DELETE_FAILED", reason)


def _keep_what_was_made(stack: Any) -> None:
    """No outputs, and none but the resources that exist: moto creates what is missing whenever somebody asks for it."""
    resources = stack.resource_map
    made = resources._parsed_resources
    resources._resource_json_map = {name: text for name, text in resources._resource_json_map.items() if name in made}
    stack.output_map = OutputMap(resources, {}, stack.stack_id)


def _end(stack: Any, status: str, reason: str | None) -> None:
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)
